import type { Page } from "playwright-core";

/** How to operate JupyterLab and Notebook 7. */
export const jupyterLab = {
  runAll: async (page: Page): Promise<void> => {
    await ready(page);
    await choose(page, "Run", /^Run All Cells/);
  },
  /** Runs the first cell with code. */
  runFirst: async (page: Page): Promise<void> => {
    await ready(page);
    await page.locator(".jp-CodeCell .cm-content").first().click();
    await page.keyboard.press("Control+Enter");
  },
  trust: async (page: Page): Promise<void> => {
    await page.keyboard.press("Control+Shift+C");
    await page.locator(".lm-CommandPalette-input").fill("Trust Notebook");
    await page.locator(".lm-CommandPalette-itemLabel", { hasText: /^Trust Notebook$/ }).click();
    await page.locator(".jp-Dialog button", { hasText: "Trust" }).click();
  },
  interrupt: (page: Page): Promise<void> => choose(page, "Kernel", /^Interrupt Kernel/),
  save: (page: Page): Promise<void> => choose(page, "File", /^Save Notebook(?! As)/),
};

/** Before the kernel is ready, the menu asks for one, or ignores the command. */
async function ready(page: Page): Promise<void> {
  await page.locator(".jp-KernelName", { hasText: "TypeScript (PnR)" }).waitFor();
  await page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").first().waitFor();
}

async function choose(page: Page, menu: string, entry: RegExp): Promise<void> {
  await page.getByRole("menuitem", { name: menu, exact: true }).click();
  await page.getByRole("menuitem", { name: entry }).click();
}
