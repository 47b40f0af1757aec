import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Page } from "playwright-core";
import { type Need, program, testWith } from "./browser-test";
import { assertLocal, openWindow, operateWidget, saveScreenshot } from "./browser-window";
import { jupyterLab } from "./jupyter-lab";
import { startJupyter } from "./jupyter-server";
import { cells, dollarText, endless, writeNotebook } from "./test-notebook";

const folder = mkdtempSync(join(tmpdir(), "pnr-browser-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A front end and how to operate it. */
interface FrontEnd {
  readonly name: string;
  readonly need: Need;
  readonly path: string;
  runAll(page: Page): Promise<void>;
  interrupt(page: Page): Promise<void>;
}

const frontEnds: readonly FrontEnd[] = [
  { name: "JupyterLab 4", need: "lab", path: "lab/tree", ...jupyterLab },
  { name: "Notebook 7", need: "notebook7", path: "notebooks", ...jupyterLab },
  {
    name: "the classic Notebook",
    need: "classic",
    path: "notebooks",
    runAll: async (page) => {
      await page.locator(".kernel_idle_icon").waitFor({ state: "attached" });
      await page.locator("#celllink").click();
      await page.locator("#run_all_cells a").click();
    },
    interrupt: async (page) => {
      await page.locator("#kernellink").click();
      await page.locator("#int_kernel a").click();
    },
  },
];

for (const { name, need, path, runAll, interrupt } of frontEnds) {
  testWith(
    ["chromium", need],
    `${name} runs cells, operates a widget, queries the kernel and interrupts it, without requests to other hosts`,
    async (context) => {
      const serverFolder = join(folder, need);
      mkdirSync(join(serverFolder, "notebooks"), { recursive: true });
      writeNotebook(join(serverFolder, "notebooks"), "test.ipynb", cells(serverFolder, endless));
      const server = await startJupyter(program(need), serverFolder);
      context.after(() => server.stop());
      const { page, requests, errors, close } = await openWindow();
      context.after(close);
      try {
        await page.goto(`${server.origin}/${path}/test.ipynb?token=${server.token}`);
        await server.kernelReady();
        await runAll(page);
        await page.getByText("waits", { exact: true }).waitFor();
        await operateWidget(page);
        // The front end renders formulas once MathJax is loaded.
        await delay(3000);
        assert.ok(
          (await page.locator(".pnr table").innerText()).includes(dollarText),
          await page.locator(".pnr table").innerHTML(),
        );
        await page.locator("#answer").filter({ hasText: "true 5 no such thing" }).waitFor();
        await interrupt(page);
        await page.getByText("Interrupted: the cell was interrupted").waitFor();
        await saveScreenshot(page, need);
        assertLocal(requests);
        assert.deepEqual(errors, []);
      } catch (error) {
        await saveScreenshot(page, `${need}-failed`);
        throw new Error(`${error}\n${server.log()}`, { cause: error });
      }
    },
  );
}
