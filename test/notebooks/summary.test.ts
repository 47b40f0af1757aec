import assert from "node:assert/strict";
import { test } from "node:test";
import type { Notebook, Output } from "../../notebooks/kernel/notebook";
import { summarize } from "../../notebooks/kernel/summary";

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

test("title, first paragraph and richest picture stand for a notebook", () => {
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
    code(picture(["AAAA\n", "BBBB\n"]), picture("C")),
  ];
  assert.deepEqual(summarize(notebook(cells)), {
    title: "The whole model",
    paragraph: "It **works**.\nEvery time.",
    picture: "AAAABBBB",
  });
});

test("a paragraph may stand right below its heading, and all may be missing", () => {
  assert.equal(summarize(notebook([text("# A\nB.\n\nC.")])).paragraph, "B.");
  assert.deepEqual(summarize(notebook([code()])), { title: "Notebook", paragraph: "", picture: undefined });
});
