// npm run notebooks: executes the project's notebooks without Jupyter and writes them and their web pages.
import { existsSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join, relative, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { Command, InvalidArgumentError } from "commander";
import { packageRoot } from "../../src/base/caches";
import { InputError, PnrError } from "../../src/base/errors";
import { writeAtomic } from "../../src/base/files";
import { Progress, showSeconds } from "../../src/base/progress";
import { runtimeMark } from "../../widgets/shared/runtime";
import { splitOutputs } from "./cell-outputs";
import { executeAll, type NotebookReport } from "./execute-all";
import { NotebookError } from "./execute-notebook";
import { type DisplayOutput, formatNotebook, joined, readNotebook } from "./notebook-file";
import { writePages } from "./page-set";

interface Options {
  readonly only: readonly string[];
  readonly out: string;
  readonly experiments?: true;
  readonly inPlace?: true;
  readonly jobs?: number;
  readonly timeout: number;
}

function parseCount(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError("It must be a whole number from 1.");
  return value;
}

const command = new Command("npm run notebooks --")
  .description(
    "Executes notebooks from top to bottom, each in a new kernel, and writes the executed notebooks and linked web pages of them, " +
      "with an index in out/index.html. Stops at the first cell that fails and prints its error.",
  )
  .argument("[notebooks...]", "notebook files (.ipynb); by default all of notebooks/")
  .option(
    "--only <text...>",
    "only notebooks whose names contain one of these texts, e.g. --only 00 case",
    [],
  )
  .option("--out <folder>", "output folder", "out")
  .option(
    "--in-place",
    "also write the outputs back into the notebooks, without times, to keep git diffs small",
  )
  .option(
    "--experiments",
    "also run the cells that compute a table or figure, which take minutes; otherwise they keep their outputs",
  )
  .option("--jobs <number>", "number of parallel kernels; by default one per processor core", parseCount)
  .option("--timeout <seconds>", "timeout of one cell", parseCount, 1800);

async function run(
  files: readonly string[],
  { only, out, inPlace, experiments, jobs, timeout }: Options,
): Promise<void> {
  const notebooks = files.length ? files : bundledNotebooks();
  const selected = only.length
    ? notebooks.filter((path) => only.some((text) => basename(path).includes(text)))
    : notebooks;
  if (!selected.length) {
    const names = notebooks.map((path) => basename(path)).join(", ");
    throw new InputError(`--only ${only.join(" ")}: no notebook has such a name; there are ${names}`);
  }
  const cores = availableParallelism();
  const kernels = Math.min(jobs ?? cores, selected.length);
  const env = {
    PNR_THREADS: String(Math.max(1, Math.floor(cores / kernels))),
    ...trainedRun(),
    ...(inPlace ? { PNR_REPRODUCIBLE: "1" } : {}),
    ...process.env,
  };
  const progress = new Progress();
  try {
    const reports = await executeAll(selected, {
      out,
      jobs: kernels,
      timeoutSeconds: timeout,
      experiments,
      env,
      onProgress: (state) => progress.update(state),
      onDone: ({ input, seconds }) => progress.print(`${showSeconds(seconds).padStart(8)}  ${input}`),
    });
    if (inPlace) for (const { input, output } of reports) writeBack(output, input);
    progress.stop();
    console.log(summary(writePages(out, reports), reports));
  } finally {
    progress.stop();
  }
}

/**
 * Writes an executed notebook back without scripts: the widgets' code is left out, and so is HTML that only shows a picture or a
 * drawing. The picture next to it is a third of the size, and all sites display it. Running the notebook restores everything.
 */
function writeBack(executed: string, path: string): void {
  const [notebook, { cells }] = [readNotebook(path), readNotebook(executed)];
  for (const [i, cell] of notebook.cells.entries()) {
    const run = cells[i];
    if (cell.cell_type !== "code" || run.cell_type !== "code") continue;
    cell.execution_count = run.execution_count;
    cell.outputs = run.outputs
      .filter((output) => !("metadata" in output && isDeepStrictEqual(output.metadata, runtimeMark)))
      .map((output) => ("data" in output ? { ...output, data: withoutScripts(output.data) } : output));
  }
  splitOutputs(notebook);
  writeAtomic(path, formatNotebook(notebook));
}

function withoutScripts({ "text/html": html, ...others }: DisplayOutput["data"]): DisplayOutput["data"] {
  if (html === undefined) return others;
  // Web sites and untrusted notebooks drop drawings (SVG).
  const isPicture = "image/png" in others && /<(?:img|svg) /.test(joined(html));
  return isPicture ? others : { ...others, "text/html": joined(html).replace(/<script>.*?<\/script>/gs, "") };
}

/** The project's notebooks, sorted by name. */
function bundledNotebooks(): string[] {
  const folder = join(packageRoot, "notebooks");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".ipynb"))
    .sort()
    .map((name) => relative(process.cwd(), join(folder, name)));
}

/** The run that `npm start` trained, which notebooks load, else the one of `npm start -- --small`. */
function trainedRun(): { PNR_RUN?: string } {
  const run = ["runs/quickstart", "runs/quickstart-small"].find((folder) =>
    existsSync(join(packageRoot, folder, "best.json")),
  );
  return run ? { PNR_RUN: run } : {};
}

function summary(index: string, reports: readonly NotebookReport[]): string {
  return [
    "Executed notebooks:",
    ...reports.map(({ output }) => `  ${output}`),
    "Open them in a browser:",
    `  ${resolve(index)}`,
  ].join("\n");
}

async function main(): Promise<void> {
  command.parse();
  try {
    await run(command.args, command.opts<Options>());
  } catch (error) {
    if (!(error instanceof PnrError)) throw error;
    console.error(error.message);
    if (error instanceof NotebookError) console.error(error.text);
    process.exitCode = error.exitCode;
  }
}

void main();
