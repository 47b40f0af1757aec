import type { Page } from "playwright-core";

/** How to operate JupyterLab and Notebook 7. */
export const jupyterLab = {
  runAll: async (page: Page): Promise<void> => {
    // Before the kernel is ready, the menu asks for one, or ignores the command.
    await page.locator(".jp-KernelName", { hasText: "TypeScript (PnR)" }).waitFor();
    await page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").first().waitFor();
    await choose(page, "Run", /^Run All Cells/);
  },
  interrupt: (page: Page): Promise<void> => choose(page, "Kernel", /^Interrupt Kernel/),
  save: (page: Page): Promise<void> => choose(page, "File", /^Save Notebook(?! As)/),
};

async function choose(page: Page, menu: string, entry: RegExp): Promise<void> {
  await page.getByRole("menuitem", { name: menu, exact: true }).click();
  await page.getByRole("menuitem", { name: entry }).click();
}
