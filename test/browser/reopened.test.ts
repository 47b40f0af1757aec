import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Page } from "playwright-core";
import { browserTimeout } from "../support/chromium";
import { program, testWith } from "./browser-test";
import { openWindow, saveScreenshot } from "./browser-window";
import { jupyterLab } from "./jupyter-lab";
import { startJupyter } from "./jupyter-server";
import { writeNotebook } from "./test-notebook";

const folder = mkdtempSync(join(tmpdir(), "pnr-reopened-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const training = `import { loadCorpus, parseConfig, train } from "pnr";
const sample = await loadCorpus("data/sample");
const { train: all, dev } = sample.splits;
const corpus = { ...sample, splits: { train: all.slice(0, 12), dev: dev.slice(0, 4), test: [] } };
const model = { layers: 1, heads: 2, hidden: 16, feedForward: 16 };
const config = parseConfig({ model, training: { epochs: 5000, batchSize: 2 } }, "this test");
await train(config, corpus, { directory: ${JSON.stringify(join(folder, "run"))} });`;

/** The panel of the run in a page, and its finished part in percent. */
const panelIn = (page: Page) => page.getByRole("group", { name: "training run: seed 1" });
const shareIn = async (page: Page): Promise<number> =>
  Number(await panelIn(page).getByRole("progressbar").getAttribute("aria-valuenow"));

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + browserTimeout;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited until ${what}`);
    await delay(200);
  }
}

testWith(
  ["chromium", "lab"],
  "a page that is closed and opened again during training shows its progress and its end",
  async (context) => {
    mkdirSync(join(folder, "notebooks"), { recursive: true });
    const notebook = writeNotebook(join(folder, "notebooks"), "test.ipynb", [training]);
    const server = await startJupyter(program("lab"), folder);
    context.after(() => server.stop());
    const { page, errors, close } = await openWindow();
    context.after(close);
    const address = `${server.origin}/lab/tree/test.ipynb?token=${server.token}&reset`;
    await page.goto(address);
    await server.kernelReady();
    await jupyterLab.runAll(page);
    await panelIn(page)
      .getByText(/^epoch \d/)
      .first()
      .waitFor();
    await jupyterLab.save(page);
    await until(
      async () => readFileSync(notebook, "utf8").includes("training run: seed 1"),
      "the page is saved",
    );
    const reopened = await page.context().newPage();
    reopened.setDefaultTimeout(browserTimeout);
    await page.close();
    try {
      await reopened.goto(address);
      await panelIn(reopened).waitFor();
      const shares = [await shareIn(reopened)];
      for (const what of ["the panel follows the kernel", "it does so again"]) {
        await until(async () => (await shareIn(reopened)) > (shares.at(-1) ?? 0), what);
        shares.push(await shareIn(reopened));
      }
      await jupyterLab.interrupt(reopened);
      await reopened.getByText(/^stopped after epoch .* to resume$/).waitFor();
      await reopened.getByText("Run the cell again to show its other outputs.").waitFor();
      await saveScreenshot(reopened, "reopened");
      await jupyterLab.runAll(reopened);
      await until(async () => (await shareIn(reopened)) > (shares.at(-1) ?? 0), "the cell resumes the run");
      assert.equal(await reopened.getByText("Run the cell again").count(), 0);
      await jupyterLab.interrupt(reopened);
      await reopened.getByText(/^stopped after epoch/).waitFor();
      assert.deepEqual(errors, []);
    } catch (error) {
      await saveScreenshot(reopened, "reopened-failed");
      throw new Error(`${error}\n${server.log()}`, { cause: error });
    }
  },
);
