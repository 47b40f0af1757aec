import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import type { Locator } from "playwright-core";
import { executeNotebook } from "../../notebooks/kernel/execute-notebook";
import { readNotebook } from "../../notebooks/kernel/notebook-file";
import { renderNotebookPage } from "../../notebooks/kernel/notebook-page";
import { EntityDetector } from "../../src/detector/entity-detector";
import { startBackend } from "../../src/engine/backends";
import { testWith } from "./browser-test";
import { openWindow, saveScreenshot } from "./browser-window";
import { writeNotebook } from "./test-notebook";

const folder = mkdtempSync(join(tmpdir(), "pnr-embedded-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const text = "Human T cells express the IL-2 receptor gene.";
const edited = "Human T cells express the CD28 gene promoter.";
let html: string;

before(async () => {
  const cells = [
    `import { EntityDetector } from "pnr";
import * as show from "pnr/widgets";
const detector = await EntityDetector.load("genia");
const trace = await detector.trace(${JSON.stringify(text)});
await show.showAttention(trace, { model: detector, second: await detector.trace(${JSON.stringify(text)}, { prior: "off" }) });`,
    "await show.showTrajectories(trace, { model: detector, judged: false });",
  ];
  const executed = join(folder, "executed.ipynb");
  await executeNotebook(writeNotebook(folder, "test.ipynb", cells), executed);
  html = renderNotebookPage(readNotebook(executed));
});

/** Types a text into a widget and waits for its answer. */
async function edit(widget: Locator, typed: string): Promise<void> {
  await widget.getByLabel("your own sentence").fill(typed);
  await widget.getByRole("button", { name: "run the model" }).click();
  await widget.locator(".pnr-another button:not([disabled])").waitFor();
}

/** The text description of a widget, once it shows an edited sentence. */
async function editedText(widget: Locator): Promise<string> {
  await widget.getByText(/^The edit gains .* and loses /).waitFor();
  await widget.locator(".pnr-words summary").click();
  return widget.locator(".pnr-words pre").innerText();
}

testWith(["chromium"], "on an exported page, an edit runs the model that the notebook contains", async () => {
  const page = join(folder, "page.html");
  // like VS Code's outputs, this forbids modules and workers
  const strict = html.replace("'unsafe-eval' blob:;", "'unsafe-eval'; worker-src 'none';");
  assert.notEqual(strict, html);
  writeFileSync(page, strict);
  assert.equal(html.match(/window\.pnrParts\w+ = /g)?.length, 2, "engine and model, once for both widgets");
  assert.ok(html.length > 11e6 && html.length < 14e6, `${html.length} bytes`);
  const { page: shown, requests, errors, close } = await openWindow();
  try {
    await shown.context().setOffline(true);
    await shown.goto(`file://${page}`);
    const [attention, trajectories] = [0, 1].map((index) => shown.locator(".pnr").nth(index));
    const input = attention.getByLabel("your own sentence");
    await input.waitFor();
    assert.equal(await input.inputValue(), "Human T cells express the IL-2 receptor gene .");

    await edit(trajectories, edited);
    const paths = await editedText(trajectories);
    await startBackend("wasm");
    using detector = await EntityDetector.load("genia");
    const [{ entities }] = await detector.predict(edited);
    const listed = [...paths.matchAll(/^\((\d+), (\d+), (\w+)\) ←/gm)].map(([, start, end, type]) => [
      Number(start),
      Number(end) + 1,
      type,
    ]);
    assert.deepEqual(
      listed,
      entities.map(({ start, end, type }) => [start, end, type]),
    );
    assert.ok(listed.length > 1);

    await edit(attention, edited);
    const weights = await editedText(attention);
    assert.match(weights, /prior on \(as trained\):\n.*prior off \(same weights\):/s);
    await saveScreenshot(shown, "embedded-model");

    await edit(attention, "  ");
    assert.equal(await attention.getByRole("status").first().innerText(), "type at least one word");
    await edit(attention, "Two cells. Two genes.");
    assert.match(
      await attention.getByRole("status").first().innerText(),
      /has 2 sentences, but a trace shows one/,
    );
    assert.deepEqual(
      requests.filter((address) => !/^(?:file|blob|data):/.test(address)),
      [],
    );
    assert.deepEqual(errors, []);
  } finally {
    await close();
  }
});

testWith(["chromium"], "a page whose model was left out offers no edit", async () => {
  const page = join(folder, "without.html");
  writeFileSync(page, html.replace(/<script>window\.pnrParts\w+ = [^<]*<\/script>/g, ""));
  const { page: shown, errors, close } = await openWindow();
  try {
    await shown.goto(`file://${page}`);
    await shown.locator(".pnr").nth(1).locator(".main-svg").first().waitFor();
    assert.equal(await shown.getByLabel("your own sentence").count(), 0);
    assert.deepEqual(errors, []);
  } finally {
    await close();
  }
});
