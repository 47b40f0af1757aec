import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext } from "node:test";
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

/** A cell that trains until it is interrupted. */
const training = (run: string): string => `import { loadCorpus, parseConfig, train } from "pnr";
const sample = await loadCorpus("data/sample");
const { train: all, dev } = sample.splits;
const corpus = { ...sample, splits: { train: all.slice(0, 12), dev: dev.slice(0, 4), test: [] } };
const model = { layers: 1, heads: 2, hidden: 16, feedForward: 16 };
const config = parseConfig({ model, training: { epochs: 5000, batchSize: 2 } }, "this test");
await train(config, corpus, { directory: ${JSON.stringify(join(folder, run))} });`;

/** The panel of the run in a page, and its finished part in percent. */
const panelIn = (page: Page) => page.getByRole("group", { name: "training run: seed 1" });
const shareIn = async (page: Page): Promise<number> =>
  Number(await panelIn(page).getByRole("progressbar").getAttribute("aria-valuenow"));

const noteIn = (page: Page) => page.getByText("To follow the cell here, trust the notebook");

/** Waits for two updates from the kernel: the first is the answer to a question, the second comes by itself. */
async function follow(page: Page): Promise<void> {
  for (const what of ["the panel follows the kernel", "it does so again"]) {
    const share = await shareIn(page);
    await until(async () => (await shareIn(page)) > share, what);
  }
}

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + browserTimeout;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited until ${what}`);
    await delay(200);
  }
}

interface Reopened {
  readonly page: Page;
  /** Errors of scripts in the first page. */
  readonly errors: readonly string[];
}

/**
 * Runs the training, saves and closes its page, opens it again, and calls `use` with the new page.
 * @param name of the notebook, without its extension
 * @param change changes the notebook's file before it is opened
 */
async function reopenDuringTraining(
  context: TestContext,
  name: string,
  use: (reopened: Reopened) => Promise<void>,
  change: (path: string) => void = () => undefined,
): Promise<void> {
  mkdirSync(join(folder, "notebooks"), { recursive: true });
  const notebook = writeNotebook(join(folder, "notebooks"), `${name}.ipynb`, [training(name)]);
  change(notebook);
  const server = await startJupyter(program("lab"), folder);
  context.after(() => server.stop());
  const { page, errors, close } = await openWindow();
  context.after(close);
  const address = `${server.origin}/lab/tree/${name}.ipynb?token=${server.token}&reset`;
  await page.goto(address);
  await server.kernelReady();
  await jupyterLab.runFirst(page);
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
    await use({ page: reopened, errors });
    await saveScreenshot(reopened, name);
  } catch (error) {
    await saveScreenshot(reopened, `${name}-failed`);
    throw new Error(`${error}\n${server.log()}`, { cause: error });
  }
}

testWith(
  ["chromium", "lab"],
  "a page that is closed and opened again during training shows its progress and its end",
  (context) =>
    reopenDuringTraining(context, "reopened", async ({ page, errors }) => {
      await panelIn(page).waitFor();
      await follow(page);
      assert.equal(await noteIn(page).count(), 0);
      const share = await shareIn(page);
      await jupyterLab.interrupt(page);
      await page.getByText(/^stopped after epoch .* to resume$/).waitFor();
      await page.getByText("Run the cell again to show its other outputs.").waitFor();
      await jupyterLab.runFirst(page);
      await until(async () => (await shareIn(page)) > share, "the cell resumes the run");
      assert.equal(await page.getByText("Run the cell again").count(), 0);
      await jupyterLab.interrupt(page);
      await page.getByText(/^stopped after epoch/).waitFor();
      assert.deepEqual(errors, []);
    }),
);

/** Adds an output that the user's Jupyter did not compute, so that the notebook is not trusted. */
function addOutput(path: string): void {
  const notebook = JSON.parse(readFileSync(path, "utf8"));
  const output = { output_type: "display_data", data: { "text/html": "<b>a result</b>" }, metadata: {} };
  const cell = { cell_type: "code", id: "stored", metadata: {}, source: "1", execution_count: 1 };
  notebook.cells.push({ ...cell, outputs: [output] });
  writeFileSync(path, JSON.stringify(notebook));
}

testWith(
  ["chromium", "lab"],
  "a panel in a notebook that is not trusted says how to follow the cell, and does so once it is trusted",
  (context) =>
    reopenDuringTraining(
      context,
      "untrusted",
      async ({ page, errors }) => {
        await noteIn(page).waitFor();
        await jupyterLab.trust(page);
        await panelIn(page).waitFor();
        await follow(page);
        assert.equal(await noteIn(page).count(), 0);
        await jupyterLab.interrupt(page);
        await page.getByText(/^stopped after epoch/).waitFor();
        assert.deepEqual(errors, []);
      },
      addOutput,
    ),
);
