import assert from "node:assert/strict";
import { test } from "node:test";
import type { Notebook, Output } from "../../notebooks/kernel/notebook-file";
import { summarize } from "../../notebooks/kernel/notebook-summary";

const text = (source: string | string[]): Notebook["cells"][number] => ({
  cell_type: "markdown",
  metadata: {},
  source,
});

const code = (...outputs: Output[]): Notebook["cells"][number] => ({
  cell_type: "code",
  metadata: {},
  execution_count: 1,
  source: "# no heading",
  outputs,
});

const picture = (png: string | string[]): Output => ({
  output_type: "display_data",
  metadata: {},
  data: { "image/png": png },
});

const notebook = (cells: Notebook["cells"]): Notebook => ({
  cells,
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
});

test("a notebook is summarized by its title, first paragraph and best picture", () => {
  const cells = [
    text([
      "# The *whole* `model`\n",
      "\n",
      "| a table |\n",
      "|---|\n",
      "\n",
      "It **works**.\n",
      "Every time.\n",
    ]),
    code({ output_type: "stream", name: "stdout", text: "x" }, picture("AA")),
    code(picture(["AAAA\n", "1234\n"]), picture("C")),
  ];
  assert.deepEqual(summarize(notebook(cells)), {
    title: "The whole model",
    paragraph: "It **works**.\nEvery time.",
    picture: "AAAA1234",
  });
});

test("the paragraph can follow its heading directly, and everything can be missing", () => {
  assert.equal(summarize(notebook([text("# A\nB.\n\nC.")])).paragraph, "B.");
  assert.deepEqual(summarize(notebook([code()])), { title: "Notebook", paragraph: "", picture: undefined });
});

/** The header of a PNG of this size, padded with bytes. */
function png(width: number, height: number, bytes: number): string {
  const file = Buffer.alloc(24 + bytes);
  file.writeUInt32BE(width, 16);
  file.writeUInt32BE(height, 20);
  return file.toString("base64");
}

test("the picture is a figure or else the first table, unless it is far too wide or high", () => {
  const display = (picture: string, html?: string): Output => ({
    output_type: "display_data",
    metadata: {},
    data: { "image/png": picture, ...(html === undefined ? {} : { "text/html": html }) },
  });
  const table = (picture: string): Output => display(picture, "<table></table>");
  const [first, second, ribbon, tower] = [
    png(900, 400, 9),
    png(800, 400, 99),
    png(3000, 300, 999),
    png(400, 900, 999),
  ];
  const outputs = [table(ribbon), table(first), display(tower), table(second)];
  assert.equal(summarize(notebook([code(...outputs)])).picture, first);
  const [small, large] = [png(600, 400, 30), png(600, 400, 60)];
  const figures = [display(small, "<img src=x>"), display(large)];
  assert.equal(summarize(notebook([code(...outputs, ...figures)])).picture, large);
  assert.equal(summarize(notebook([code(table(ribbon))])).picture, ribbon);
});
