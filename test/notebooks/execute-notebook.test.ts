import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { JSDOM } from "jsdom";
import { executeAll } from "../../notebooks/kernel/execute-all";
import { executeNotebook } from "../../notebooks/kernel/execute-notebook";
import { type CodeCell, readNotebook } from "../../notebooks/kernel/notebook-file";
import { InputError } from "../../src/base/errors";
import { testFolder } from "../support/folders";

const folder = testFolder("execute");

/** Outputs of an earlier run. */
const outputs = [{ output_type: "error", ename: "Error", evalue: "old", traceback: [] }];

function write(name: string, sources: readonly string[]): string {
  const cells = sources.map((source) =>
    source.startsWith("#")
      ? { cell_type: "markdown", metadata: {}, source }
      : { cell_type: "code", metadata: {}, execution_count: 7, outputs, source },
  );
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
  return path;
}

const codeCells = (path: string): CodeCell[] =>
  readNotebook(path).cells.filter((cell) => cell.cell_type === "code");

test("a notebook runs from top to bottom, in the project's folder and with the given environment", async () => {
  const input = write("good.ipynb", [
    "# Title",
    "import { InputError } from 'pnr';\nimport * as fs from 'fs';",
    "console.log(new InputError('x').exitCode, process.env.PNR_TEST, fs.existsSync('package.json'));",
  ]);
  const before = readFileSync(input, "utf8");
  const output = join(folder, "out/good.ipynb");
  const cellNumbers: number[] = [];
  await executeNotebook(input, output, {
    env: { PNR_TEST: "set" },
    onCell: ({ cell }) => cellNumbers.push(cell),
  });
  assert.deepEqual(cellNumbers, [2, 3]);
  const cells = codeCells(output);
  assert.deepEqual(
    cells.map((cell) => cell.execution_count),
    [1, 2],
  );
  assert.deepEqual(cells[1].outputs, [{ output_type: "stream", name: "stdout", text: ["2 set true\n"] }]);
  assert.equal(readFileSync(input, "utf8"), before);
});

test("a cell with the tag experiment keeps its outputs, unless experiments are run", async () => {
  const input = write("experiment.ipynb", ["const a = 1;", "a"]);
  const notebook = readNotebook(input);
  notebook.cells[1].metadata = { tags: ["experiment"] };
  writeFileSync(input, JSON.stringify(notebook));
  const output = join(folder, "experiment-out.ipynb");
  const cellNumbers: number[] = [];
  await executeNotebook(input, output, { onCell: ({ cell }) => cellNumbers.push(cell) });
  assert.deepEqual(cellNumbers, [1]);
  assert.deepEqual([codeCells(output)[1].execution_count, codeCells(output)[1].outputs], [7, outputs]);
  await executeNotebook(input, output, { experiments: true });
  assert.deepEqual(
    codeCells(output)[1].outputs.map((one) => one.output_type),
    ["execute_result"],
  );
});

const program = join(__dirname, "../../notebooks/kernel/run-notebooks.js");

function runProgram(...options: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [program, ...options], { encoding: "utf8" });
}

test("a failing cell ends the command with its trace, and the notebook keeps its outputs", () => {
  const input = write("bad.ipynb", [
    "1 + 1",
    "# Text",
    "throw new RangeError('too far');",
    "console.log('never')",
  ]);
  const before = readFileSync(input, "utf8");
  const out = join(folder, "bad");
  const { status, stderr } = runProgram("--in-place", "--out", out, input);
  assert.equal(status, 1);
  assert.match(
    stderr,
    /bad\.ipynb: cell 3 failed: RangeError: too far\n.*\n +at cell \[2\], line 1: throw new/,
  );
  const cells = codeCells(join(out, "bad.ipynb"));
  assert.deepEqual(
    cells.map((cell) => [cell.execution_count, cell.outputs.map((output) => output.output_type)]),
    [
      [1, ["execute_result"]],
      [2, ["error"]],
      [null, []],
    ],
  );
  assert.deepEqual(readdirSync(out), ["bad.ipynb"]);
  assert.equal(readFileSync(input, "utf8"), before);
});

test("notebooks run in parallel, are reported in order, and get linked pages", () => {
  const slow = write("01-slow.ipynb", [
    "# Slow one\n\nIt *waits*.",
    "await new Promise((resolve) => setTimeout(resolve, 500)); 1",
  ]);
  const quick = write("02-quick.ipynb", ["# Quick one", "process.env.PNR_REPRODUCIBLE"]);
  const out = join(folder, "set");
  const { status, stdout, stderr } = runProgram("--jobs", "2", "--in-place", "--out", out, slow, quick);
  assert.equal(status, 0, stderr);
  assert.match(stderr, /01-slow\.ipynb\n.*02-quick\.ipynb\n/);
  assert.match(stdout, /set\/index\.html\n$/);
  assert.deepEqual(readdirSync(out).sort(), [
    "01-slow.html",
    "01-slow.ipynb",
    "02-quick.html",
    "02-quick.ipynb",
    "index.html",
  ]);
  const page = (name: string): Document => new JSDOM(readFileSync(join(out, name), "utf8")).window.document;
  const links = (name: string): string[] =>
    [...page(name).querySelectorAll("a")].map((link) => `${link.getAttribute("href")} ${link.textContent}`);
  assert.deepEqual(links("01-slow.html"), [
    "index.html Notebooks",
    "index.html Notebooks",
    "02-quick.html Quick one →",
  ]);
  assert.deepEqual(links("index.html"), ["01-slow.html Slow one", "02-quick.html Quick one"]);
  assert.match(
    page("index.html").querySelector(".card")?.textContent ?? "",
    /^Slow oneIt waits\.\s*ran in \d+ s$/,
  );
  assert.equal(readFileSync(quick, "utf8"), readFileSync(join(out, "02-quick.ipynb"), "utf8"));
  assert.deepEqual(codeCells(quick)[0].outputs, [
    { output_type: "execute_result", execution_count: 1, data: { "text/plain": ["'1'"] }, metadata: {} },
  ]);
});

test("outputs are written back without scripts, and without HTML that only shows the picture", () => {
  const display = (html: string, more = ""): string =>
    `(globalThis as any)[Symbol.for("pnr.kernel")].display({ "text/html": ${JSON.stringify(html)}, ${more}"text/plain": "x" });`;
  const picture = '"image/png": "AAAA", ';
  const input = write("kept.ipynb", [
    display('<img src="data:,"><script>1</script>', picture),
    display('<div><svg role="img"></svg></div>', picture),
    display("<table></table><script>1</script>", picture),
    display('<svg role="img"></svg>'),
  ]);
  const { status, stderr } = runProgram("--in-place", "--out", join(folder, "kept"), input);
  assert.equal(status, 0, stderr);
  const data = codeCells(input).map(({ outputs }) => ("data" in outputs[0] ? outputs[0].data : {}));
  assert.deepEqual(
    data.map((forms) => [Object.keys(forms).sort().join(" "), forms["text/html"]]),
    [
      ["image/png text/plain", undefined],
      ["image/png text/plain", undefined],
      ["image/png text/html text/plain", ["<table></table>"]],
      ["text/html text/plain", ['<svg role="img"></svg>']],
    ],
  );
});

test("when a notebook fails, the others are cancelled and no further one starts", async () => {
  const failing = write("a.ipynb", ["throw new Error('no');"]);
  const waiting = write("b.ipynb", ["await new Promise(() => undefined);"]);
  const never = write("c.ipynb", ["1"]);
  const out = join(folder, "cancelled");
  await assert.rejects(
    executeAll([failing, waiting, never], { out, jobs: 2, timeoutSeconds: 60 }),
    /a\.ipynb: cell 1 failed: Error: no/,
  );
  assert.deepEqual(readdirSync(out), ["a.ipynb"]);
});

test("--only with an unknown name is refused", () => {
  const { status, stderr } = runProgram("--only", "nothing");
  assert.equal(status, 2);
  assert.match(stderr, /^--only nothing: no notebook has such a name; there are 00-quickstart\.ipynb/);
});

test("a file that is not a notebook is refused before a kernel starts", async () => {
  const path = join(folder, "old.ipynb");
  writeFileSync(path, JSON.stringify({ worksheets: [], nbformat: 3 }));
  const output = join(folder, "none.ipynb");
  await assert.rejects(
    executeNotebook(path, output),
    new InputError(`${path}: not a notebook of nbformat 4; save it once with Jupyter to convert it`),
  );
  await assert.rejects(
    executeNotebook(join(folder, "missing.ipynb"), output),
    /missing\.ipynb: no such file/,
  );
  assert.equal(existsSync(output), false);
});

test("an executed notebook never overwrites another one or an input", async () => {
  const input = write("twice.ipynb", ["1"]);
  const elsewhere = join(folder, "elsewhere");
  mkdirSync(elsewhere);
  const other = join(elsewhere, "twice.ipynb");
  copyFileSync(input, other);
  const options = { jobs: 1, timeoutSeconds: 60 };
  await assert.rejects(
    executeAll([input, other], { ...options, out: join(folder, "both") }),
    (error: Error) => {
      assert.ok(error instanceof InputError);
      assert.ok(
        error.message.startsWith(`${other}: has the same name as ${input}; run one of them into another`),
      );
      return true;
    },
  );
  await assert.rejects(
    executeAll([other], { ...options, out: join(folder, "elsewhere/../elsewhere/") }),
    (error: Error) =>
      error instanceof InputError && /would be overwritten; give another folder/.test(error.message),
  );
  assert.equal(existsSync(join(folder, "both")), false);
  assert.equal(readFileSync(other, "utf8"), readFileSync(input, "utf8"));
});
