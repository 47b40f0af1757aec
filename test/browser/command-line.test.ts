import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { type CodeCell, joined, readNotebook } from "../../notebooks/kernel/notebook-file";
import { program, testWith } from "./browser-test";
import { jupyterEnvironment } from "./jupyter-server";
import { endless, writeNotebook } from "./test-notebook";

const folder = mkdtempSync(join(tmpdir(), "pnr-nbconvert-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const sources = [
  "const words: string[] = ['a', 'b'];\nconsole.log(words.length);",
  `(globalThis as any)[Symbol.for("pnr.kernel")].display({ "text/html": "<b>x</b>", "text/plain": "x" }, { id: "d" });
(globalThis as any)[Symbol.for("pnr.kernel")].display({ "text/html": "<b>y</b>", "text/plain": "y" }, { id: "d", update: true });`,
  "words.map((word) => word + word)",
];

/** Type and text of each output of the code cells. */
function outputs(path: string): string[][] {
  return readNotebook(path)
    .cells.filter((cell): cell is CodeCell => cell.cell_type === "code")
    .map(({ outputs }) =>
      outputs.map((output) => {
        if (output.output_type === "stream") return `stream ${joined(output.text)}`;
        if (output.output_type === "error") return `error ${output.ename}`;
        return `${output.output_type} ${joined(output.data["text/plain"])}`;
      }),
    );
}

const expected = [["stream 2\n"], ["display_data y"], ["execute_result [ 'aa', 'bb' ]"]];

/** Runs a command of Jupyter. */
function jupyter(...options: string[]): { status: number | null; stderr: string } {
  const [name] = program("lab");
  return spawnSync(name, options, { cwd: folder, encoding: "utf8", env: jupyterEnvironment(folder) });
}

testWith(["lab"], "nbconvert executes a notebook on the kernel", async () => {
  const path = writeNotebook(folder, "convert.ipynb", sources);
  const { status, stderr } = jupyter(
    "nbconvert",
    "--execute",
    "--to",
    "notebook",
    "--output",
    "converted",
    path,
  );
  assert.equal(status, 0, stderr);
  assert.deepEqual(outputs(join(folder, "converted.ipynb")), expected);
});

testWith(
  ["lab"],
  "nbclient executes a notebook in place, and stops at an error with the cell's stack trace",
  async () => {
    const path = writeNotebook(folder, "client.ipynb", sources);
    const success = jupyter("execute", "--inplace", path);
    assert.equal(success.status, 0, success.stderr);
    assert.deepEqual(outputs(path), expected);
    const failing = writeNotebook(folder, "failing.ipynb", ["throw new RangeError('too far');"]);
    const failure = jupyter("execute", failing);
    assert.notEqual(failure.status, 0);
    assert.match(failure.stderr, /RangeError: too far\n\s+at cell \[1\], line 1: throw new RangeError/);
  },
);

testWith(["lab"], "nbclient interrupts a cell after a timeout", async () => {
  const path = writeNotebook(folder, "endless.ipynb", [endless]);
  const { status, stderr } = jupyter("execute", "--timeout=3", path);
  assert.notEqual(status, 0);
  assert.match(stderr, /CellTimeoutError|Timeout/);
});
