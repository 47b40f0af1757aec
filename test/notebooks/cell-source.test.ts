import assert from "node:assert/strict";
import { test } from "node:test";
import { CellSources } from "../../notebooks/kernel/cell-source";
import { complaint, fromFileWatch, interrupted, merged, thrown } from "../../notebooks/kernel/failure";

const source = `interface Point { x: number }

const show = (point: Point): string => point.x.toFixed(1)
show({ x: 1 })
show({ x: 1 })`;

const compiled = `"use strict";
exports.show = void 0;
const show = (point) => point.x.toFixed(1);
exports.show = show;
show({ x: 1 });
exports.tsLastExpr = show({ x: 1 });`;

test("a line of compiled code is found again in the cell", () => {
  const sources = new CellSources();
  assert.match(sources.add(7, source, compiled), /\n\/\/# sourceURL=cell-7\.ts$/);
  const at = (line: number): string | undefined => sources.locate(`    at show (cell-7.ts:${line}:9)`);
  assert.equal(at(3), "cell [7], line 3: const show = (point: Point): string => point.x.toFixed(1)");
  assert.equal(at(5), "cell [7], line 4: show({ x: 1 })");
  assert.equal(at(6), "cell [7], line 5: show({ x: 1 })");
  assert.equal(at(99), "cell [7]");
  assert.equal(sources.locate("    at show (cell-8.ts:3:9)"), undefined);
});

test("a trace keeps the frames of cells and drops those of the kernel and of Node", () => {
  const sources = new CellSources();
  sources.add(7, source, compiled);
  const error = new TypeError("no point", { cause: new Error("no x") });
  error.stack = [
    "TypeError: no point",
    "    at Proxy.show (cell-7.ts:3:35)",
    "    at Object.runInThisContext (node:vm:218:12)",
    "    at execute (/somewhere/node_modules/tslab/dist/executor.js:1:1)",
    "    at load (/somewhere/src/corpus/read.js:4:2)",
  ].join("\n");
  assert.deepEqual(thrown(error, sources), {
    ename: "TypeError",
    evalue: "no point",
    traceback: [
      "TypeError: no point",
      "    at cell [7], line 3: const show = (point: Point): string => point.x.toFixed(1) (in show)",
      "    at load (/somewhere/src/corpus/read.js:4:2)",
      "Caused by Error: no x",
    ],
  });
});

test("what is thrown need not be an error", () => {
  assert.equal(thrown("plain words", new CellSources()).evalue, "plain words");
  assert.equal(thrown({ code: 3 }, new CellSources()).evalue, "{ code: 3 }");
  assert.equal(thrown(new Error("Interrupted asynchronously"), new CellSources()), interrupted);
});

test("complaints show the line and point at the column", () => {
  const { traceback } = complaint("const a = 1;\nconst b: string = a;", 2, 7, "wrong type");
  assert.deepEqual(traceback, [
    "TypeScriptError: wrong type",
    "    line 2: const b: string = a;",
    "                  ^",
  ]);
});

test("an interrupt beside a real failure is left out", () => {
  const failure = thrown(new Error("real"), new CellSources());
  assert.equal(merged([failure, interrupted]).evalue, "real");
  assert.equal(merged([interrupted]).ename, "Interrupted");
});

test("only what the compiler's file watch throws is told apart", () => {
  const error = new Error("pending");
  assert.equal(fromFileWatch(error), false);
  error.stack =
    "Error: pending\n    at onChange (/x/node_modules/@tslab/typescript-for-tslab/lib/typescript.js:1:1)";
  assert.equal(fromFileWatch(error), true);
});
