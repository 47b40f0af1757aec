import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { executeNotebook } from "../../notebooks/kernel/execute";
import { type CodeCell, readNotebook } from "../../notebooks/kernel/notebook";
import { InputError } from "../../src/base/errors";

const folder = mkdtempSync(join(tmpdir(), "pnr-execute-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, sources: readonly string[]): string {
  const cells = sources.map((source) =>
    source.startsWith("#")
      ? { cell_type: "markdown", metadata: {}, source }
      : { cell_type: "code", metadata: {}, execution_count: 7, outputs: [{ output_type: "error" }], source },
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
  const seen: number[] = [];
  await executeNotebook(input, output, { env: { PNR_TEST: "set" }, onCell: ({ cell }) => seen.push(cell) });
  assert.deepEqual(seen, [2, 3]);
  const cells = codeCells(output);
  assert.deepEqual(
    cells.map((cell) => cell.execution_count),
    [1, 2],
  );
  assert.deepEqual(cells[1].outputs, [{ output_type: "stream", name: "stdout", text: ["2 set true\n"] }]);
  assert.equal(readFileSync(input, "utf8"), before);
});

test("a failing cell stops the command, which prints its trace and keeps what there was", () => {
  const input = write("bad.ipynb", [
    "1 + 1",
    "# Text",
    "throw new RangeError('too far');",
    "console.log('never')",
  ]);
  const command = join(__dirname, "../../notebooks/kernel/run.js");
  const out = join(folder, "bad");
  const { status, stderr, stdout } = spawnSync(process.execPath, [command, "--out", out, input], {
    encoding: "utf8",
  });
  assert.equal(status, 1);
  assert.match(stdout, /bad\.ipynb 1\/4 .* 1 \+ 1\n$/);
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
});

test("what is no notebook is refused before a kernel starts", async () => {
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
