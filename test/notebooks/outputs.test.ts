import assert from "node:assert/strict";
import { test } from "node:test";
import type { CodeCell, Notebook } from "../../notebooks/kernel/notebook";
import { Outputs, settle } from "../../notebooks/kernel/outputs";

const cell = (): CodeCell => ({
  cell_type: "code",
  source: "",
  metadata: {},
  execution_count: 9,
  outputs: [{ output_type: "stream", name: "stdout", text: "old" }],
});

const notebook = (cells: CodeCell[]): Notebook => ({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });

const message = (type: string, content: Record<string, unknown>): Parameters<Outputs["take"]>[0] => ({
  type,
  id: "id",
  parent: "request",
  content,
});

const print = (text: string, name = "stdout"): Parameters<Outputs["take"]>[0] =>
  message("stream", { name, text });

const show = (type: string, text: string, id: string): Parameters<Outputs["take"]>[0] =>
  message(type, { data: { "text/plain": text }, metadata: {}, transient: { display_id: id } });

test("what is printed in pieces stays one output and is stored in lines", () => {
  const outputs = new Outputs();
  const first = cell();
  outputs.begin(first);
  for (const text of ["step 1\rstep ", "2\ndone", "!\n"]) outputs.take(print(text));
  outputs.take(print("trouble", "stderr"));
  settle(notebook([first]));
  assert.deepEqual(first.outputs, [
    { output_type: "stream", name: "stdout", text: ["step 2\n", "done!\n"] },
    { output_type: "stream", name: "stderr", text: ["trouble"] },
  ]);
});

test("an update reaches displays of earlier cells, and no others", () => {
  const outputs = new Outputs();
  const cells = [cell(), cell()];
  outputs.begin(cells[0]);
  outputs.take(show("display_data", "0 %", "bar"));
  outputs.take(show("display_data", "else", "other"));
  outputs.begin(cells[1]);
  outputs.take(show("update_display_data", "100 %", "bar"));
  settle(notebook(cells));
  const display = (text: string): object => ({
    output_type: "display_data",
    data: { "text/plain": [text] },
    metadata: {},
  });
  assert.deepEqual(cells[0].outputs, [display("100 %"), display("else")]);
  assert.deepEqual(cells[1].outputs, []);
});

test("clearing happens at once, or with the next output", () => {
  const outputs = new Outputs();
  const first = cell();
  outputs.begin(first);
  outputs.take(print("a"));
  outputs.take(message("clear_output", { wait: true }));
  assert.equal(first.outputs.length, 1);
  outputs.take(print("b"));
  assert.deepEqual(first.outputs, [{ output_type: "stream", name: "stdout", text: "b" }]);
  outputs.take(message("clear_output", { wait: false }));
  assert.deepEqual(first.outputs, []);
});

test("counts, results and errors are kept; a cell starts empty", () => {
  const outputs = new Outputs();
  const first = cell();
  outputs.begin(first);
  assert.deepEqual([first.outputs, first.execution_count], [[], null]);
  outputs.take(message("execute_input", { code: "1", execution_count: 4 }));
  outputs.take(message("execute_result", { data: { "text/plain": "1" }, metadata: {}, execution_count: 4 }));
  outputs.take(message("error", { ename: "E", evalue: "v", traceback: ["t"] }));
  assert.equal(first.execution_count, 4);
  assert.deepEqual(first.outputs, [
    { output_type: "execute_result", data: { "text/plain": "1" }, metadata: {}, execution_count: 4 },
    { output_type: "error", ename: "E", evalue: "v", traceback: ["t"] },
  ]);
});
