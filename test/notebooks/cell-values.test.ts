import assert from "node:assert/strict";
import { test } from "node:test";
import { type CellAnswer, contents, resultText, testKernel } from "./test-kernel";

const { run } = testKernel();

/** The HTML of the last display of a cell. */
function html(answer: CellAnswer): string {
  assert.equal(answer.reply.status, "ok", answer.reply.traceback?.join("\n"));
  const [data] = contents(answer, "display_data").slice(-1);
  return ((data?.data ?? {}) as Record<string, string>)["text/html"] ?? "";
}

test("a value of the library that ends a cell is shown as its widget, and nothing else is printed", async () => {
  const first = await run(`
import { loadCorpus, parseConfig, presets } from "pnr";
const corpus = await loadCorpus("data/sample");
corpus`);
  assert.match(html(first), /"kind":"corpus-profile"/);
  assert.deepEqual(contents(first, "execute_result"), []);
  assert.match(html(await run("corpus.splits.test[0]")), /"kind":"sentence"/);
  const config = await run('parseConfig({ model: { layers: 1 } }, "here", presets.quickstart)');
  assert.match(html(config), /"kind":"table".*model\.layers/s);
});

test("other values are printed, with the library's values in them as text", async () => {
  assert.equal(resultText(await run("[1, 2]")), "[ 1, 2 ]");
  const answer = await run("({ sentence: corpus.splits.test[0] })");
  assert.match(String(resultText(answer)), /first token +last token/);
  assert.deepEqual(contents(answer, "display_data"), []);
});

test("a widget that cannot be drawn fails the cell", async () => {
  const answer = await run(`
const broken = { [Symbol.for("pnr.showing")]: () => ({ kind: "sentences", content: () => { throw new Error("no content"); } }) };
broken`);
  assert.deepEqual([answer.reply.status, answer.reply.evalue], ["error", "no content"]);
});
