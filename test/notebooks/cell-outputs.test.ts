import assert from "node:assert/strict";
import { test } from "node:test";
import { CellOutputs, splitOutputs } from "../../notebooks/kernel/cell-outputs";
import type { CodeCell, Notebook } from "../../notebooks/kernel/notebook-file";
import type { WireMessage } from "../../notebooks/kernel/wire";

const cell = (): CodeCell => ({
  cell_type: "code",
  source: "",
  metadata: {},
  execution_count: 9,
  outputs: [{ output_type: "stream", name: "stdout", text: "old" }],
});

const notebook = (cells: CodeCell[]): Notebook => ({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });

const message = (type: string, content: Record<string, unknown>): WireMessage => ({
  type,
  id: "id",
  parent: "request",
  content,
});

const print = (text: string, name = "stdout"): WireMessage => message("stream", { name, text });

const show = (type: string, text: string, id: string): WireMessage =>
  message(type, { data: { "text/plain": text }, metadata: {}, transient: { display_id: id } });

test("text printed in pieces becomes one output and is stored in lines", () => {
  const outputs = new CellOutputs();
  const first = cell();
  outputs.begin(first);
  for (const text of ["step 1\rstep ", "2\ndone", "!\n"]) outputs.add(print(text));
  outputs.add(print("trouble", "stderr"));
  splitOutputs(notebook([first]));
  assert.deepEqual(first.outputs, [
    { output_type: "stream", name: "stdout", text: ["step 2\n", "done!\n"] },
    { output_type: "stream", name: "stderr", text: ["trouble"] },
  ]);
});

test("an update changes the displays with its id, including those of earlier cells", () => {
  const outputs = new CellOutputs();
  const cells = [cell(), cell()];
  outputs.begin(cells[0]);
  outputs.add(show("display_data", "0 %", "bar"));
  outputs.add(show("display_data", "else", "other"));
  outputs.begin(cells[1]);
  outputs.add(show("update_display_data", "100 %", "bar"));
  splitOutputs(notebook(cells));
  const display = (text: string): object => ({
    output_type: "display_data",
    data: { "text/plain": [text] },
    metadata: {},
  });
  assert.deepEqual(cells[0].outputs, [display("100 %"), display("else")]);
  assert.deepEqual(cells[1].outputs, []);
});

test("outputs are cleared at once, or before the next output", () => {
  const outputs = new CellOutputs();
  const first = cell();
  outputs.begin(first);
  outputs.add(print("a"));
  outputs.add(message("clear_output", { wait: true }));
  assert.equal(first.outputs.length, 1);
  outputs.add(print("b"));
  assert.deepEqual(first.outputs, [{ output_type: "stream", name: "stdout", text: "b" }]);
  outputs.add(message("clear_output", { wait: false }));
  assert.deepEqual(first.outputs, []);
});

test("a cell starts empty and collects its count, results and errors", () => {
  const outputs = new CellOutputs();
  const first = cell();
  outputs.begin(first);
  assert.deepEqual([first.outputs, first.execution_count], [[], null]);
  outputs.add(message("execute_input", { code: "1", execution_count: 4 }));
  outputs.add(message("execute_result", { data: { "text/plain": "1" }, metadata: {}, execution_count: 4 }));
  outputs.add(message("error", { ename: "E", evalue: "v", traceback: ["t"] }));
  assert.equal(first.execution_count, 4);
  assert.deepEqual(first.outputs, [
    { output_type: "execute_result", data: { "text/plain": "1" }, metadata: {}, execution_count: 4 },
    { output_type: "error", ename: "E", evalue: "v", traceback: ["t"] },
  ]);
});
