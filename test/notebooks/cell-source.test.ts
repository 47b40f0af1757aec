import assert from "node:assert/strict";
import { test } from "node:test";
import { compileFailure, interrupted, merged, thrown } from "../../notebooks/kernel/cell-failure";
import { CellSources } from "../../notebooks/kernel/cell-source";
import { withReadableFrames } from "../../notebooks/kernel/frames";
import { InputError } from "../../src/base/errors";

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

/** A position in the script that tslab runs, which begins one line later. */
const frame = (line: number, column: number): string => `cell-7-1.ts:${line + 1}:${column}`;

test("a frame in compiled code is located in its cell", () => {
  const sources = new CellSources();
  assert.match(sources.add(7, source, compiled), /^\n.*\n\/\/# sourceURL=cell-7-1\.ts$/s);
  const locate = (line: number, column = 9): string => {
    const cellLine = sources.locate(`    at show (${frame(line, column)})`) ?? assert.fail();
    return `${cellLine.cell} ${cellLine.line}: ${cellLine.text}`;
  };
  assert.equal(locate(3), "cell [7] 3: const show = (point: Point): string => point.x.toFixed(1)");
  assert.equal(locate(5, 1), "cell [7] 4: show({ x: 1 })");
  assert.equal(locate(6, 22), "cell [7] 5: show({ x: 1 })");
  assert.equal(sources.locate(`    at ${frame(99, 3)}`), undefined, "tslab's call of the cell");
  assert.equal(sources.locate("    at show (cell-8-1.ts:3:9)"), undefined);
});

test("lines that the compiler splits, and equal lines, are located", () => {
  const sources = new CellSources();
  sources.add(
    1,
    [
      "let n: number = 0;",
      "n++;",
      "if (n) f(n);",
      "else f(n + 1);",
      "n++;",
      "type T = { f: number };",
      "f(n);",
    ].join("\n"),
    [
      "let n = 0;",
      "exports.n = n;",
      "n++;",
      "if (n)",
      "    f(n);",
      "else",
      "    f(n + 1);",
      "n++;",
      "f(n);",
    ].join("\n"),
  );
  const line = (outputLine: number, column: number): number | undefined =>
    sources.locate(`    at cell-1-1.ts:${outputLine + 1}:${column}`)?.line;
  assert.deepEqual([line(3, 1), line(5, 5), line(7, 5), line(8, 1), line(9, 1)], [2, 3, 4, 5, 7]);
});

test("a trace shows the line of the cell without frames of the kernel and Node", () => {
  const sources = new CellSources();
  sources.add(7, source, compiled);
  const cause = new Error("no x");
  cause.stack = `Error: no x\n    at show (${frame(5, 1)})`;
  const error = new TypeError("no point", { cause });
  error.stack = [
    "TypeError: no point",
    `    at Proxy.show (${frame(3, 35)})`,
    "    at Object.runInThisContext (node:vm:218:12)",
    "    at execute (/somewhere/node_modules/tslab/dist/executor.js:1:1)",
    `    at load (${process.cwd()}/src/corpus/read.js:4:2)`,
  ].join("\n");
  assert.deepEqual(thrown(error, sources), {
    ename: "TypeError",
    evalue: "no point",
    traceback: [
      "TypeError: no point",
      "    1 | interface Point { x: number }",
      "    2 |",
      ">   3 | const show = (point: Point): string => point.x.toFixed(1)",
      "    4 | show({ x: 1 })",
      "    at cell [7], line 3: const show = (point: Point): string => point.x.toFixed(1) (in show)",
      "    at load (src/corpus/read.js:4:2)",
      "Caused by Error: no x",
      "    2 |",
      "    3 | const show = (point: Point): string => point.x.toFixed(1)",
      ">   4 | show({ x: 1 })",
      "    5 | show({ x: 1 })",
      "    at cell [7], line 4: show({ x: 1 }) (in show)",
    ],
  });
});

/** An error with these frames. */
function withFrames<Kind extends Error>(error: Kind, ...frames: string[]): Kind {
  error.stack = [`${error}`, ...frames.map((frame) => `    at ${frame}`)].join("\n");
  return error;
}

test("an AggregateError shows each of its errors, and a cycle of causes ends", () => {
  const sources = new CellSources();
  const first = withFrames(new RangeError("one"), "load (/lib/read.js:4:2)");
  const aggregate = withFrames(new AggregateError([first, "two", ...Array(5).fill(3)], "none of them"));
  first.cause = aggregate;
  assert.deepEqual(thrown(aggregate, sources).traceback, [
    "AggregateError: none of them",
    "(1 of 7) RangeError: one",
    "    at load (/lib/read.js:4:2)",
    "Caused by AggregateError: none of them",
    "(2 of 7) two",
    "(3 of 7) 3",
    "(4 of 7) 3",
    "(5 of 7) 3",
    "… and 2 more",
  ]);
});

test("an error of a user's class has the name of the class", () => {
  class Unlucky extends Error {}
  class Renamed extends Unlucky {
    override readonly name = "Doomed";
  }
  const names = [new Unlucky(), new Renamed(), new TypeError()].map(
    (error) => thrown(error, new CellSources()).ename,
  );
  assert.deepEqual(names, ["Unlucky", "Doomed", "TypeError"]);
});

test("a long trace is cut, except for cells, and repeated frames are counted", () => {
  const sources = new CellSources();
  sources.add(7, source, compiled);
  const deep = Array.from({ length: 14 }, (_, index) => `step${index} (/lib/deep.js:${index}:1)`);
  const error = withFrames(
    new Error("deep"),
    ...deep,
    ...Array(9).fill(`show (${frame(3, 35)})`),
    frame(5, 1),
  );
  const lines = thrown(error, sources).traceback.filter(
    (line) => line.startsWith("    at") || line.includes("…"),
  );
  const repeated =
    "    at cell [7], line 3: const show = (point: Point): string => point.x.toFixed(1) (in show)";
  assert.deepEqual(lines, [
    ...deep.slice(0, 10).map((step) => `    at ${step}`),
    repeated,
    repeated,
    repeated,
    "    … repeated 6 more times",
    "    at cell [7], line 4: show({ x: 1 })",
  ]);
});

test("a printed stack trace names the cell, and other text stays", () => {
  const sources = new CellSources();
  sources.add(7, source, compiled);
  const printed = `failed: { error: Error: no
      at show (${frame(3, 35)}) {
    code: 5
  }
Error: at once
    at ${frame(5, 1)}
    at Script.runInThisContext (node:vm:135:14)
    at /x/dist/notebooks/kernel/cells.js:81:20
done`;
  assert.equal(
    withReadableFrames(printed, sources),
    `failed: { error: Error: no
      at cell [7], line 3: const show = (point: Point): string => point.x.toFixed(1) (in show) {
    code: 5
  }
Error: at once
    at cell [7], line 4: show({ x: 1 })
done`,
  );
  const unrelated = "    at noon (node:vm:1:1)\n";
  assert.equal(withReadableFrames(unrelated, sources), unrelated);
});

test("the trace of an error that the library throws on purpose shows only cells", () => {
  const sources = new CellSources();
  sources.add(7, source, compiled);
  const error = new InputError("data/none: no such file");
  error.stack = `InputError: x\n    at load (/lib/read.js:4:2)\n    at ${frame(5, 1)}`;
  assert.deepEqual(thrown(error, sources).traceback.slice(-2), [
    "    5 | show({ x: 1 })",
    "    at cell [7], line 4: show({ x: 1 })",
  ]);
});

test("a cell can throw a value that is not an error", () => {
  assert.equal(thrown("plain words", new CellSources()).evalue, "plain words");
  assert.equal(thrown({ code: 3 }, new CellSources()).evalue, "{ code: 3 }");
  assert.equal(thrown(new Error("Interrupted asynchronously"), new CellSources()), interrupted);
});

test("a compile error shows the line with a mark under the column, or names the file", () => {
  const code = "const a = 1;\nconst b: string = a;";
  const diagnostic = { line: 2, column: 7, message: "wrong type\n  number is not a string" };
  assert.deepEqual(compileFailure(code, { ...diagnostic, file: undefined }), {
    ename: "TypeScriptError",
    evalue: "line 2, column 7: wrong type\n  number is not a string",
    traceback: [
      "TypeScriptError: line 2, column 7: wrong type\n  number is not a string",
      ">   2 | const b: string = a;",
      "              ^",
    ],
  });
  assert.deepEqual(compileFailure(code, { ...diagnostic, line: 3, file: undefined }).traceback.slice(1), [
    ">   2 | const b: string = a;",
    `${" ".repeat(">   2 | const b: string = a;".length)}^`,
  ]);
  assert.deepEqual(compileFailure(code, { ...diagnostic, file: "own.ts" }).traceback, [
    "TypeScriptError: own.ts, line 2, column 7: wrong type\n  number is not a string",
  ]);
});

test("merging leaves out an interrupt next to another failure", () => {
  const failure = thrown(new Error("real"), new CellSources());
  assert.equal(merged([failure, interrupted]).evalue, "real");
  assert.deepEqual(merged([interrupted, interrupted]), interrupted);
});
