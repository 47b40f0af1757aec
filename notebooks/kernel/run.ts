// npm run notebooks: runs the project's notebooks without Jupyter and writes them and their web pages under out/.
import { existsSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join, relative, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { Command, InvalidArgumentError } from "commander";
import { InputError, PnrError } from "../../src/base/errors";
import { writeAtomic } from "../../src/base/files";
import { Progress, showSeconds } from "../../src/base/progress";
import { runtimeMark } from "../../widgets/shared/runtime";
import { NotebookError } from "./execute";
import { executeAll, type NotebookReport } from "./execute-all";
import { type DisplayOutput, joined, readNotebook } from "./notebook";
import { settle } from "./outputs";
import { writePages } from "./pages";

interface Options {
  readonly only: readonly string[];
  readonly out: string;
  readonly inPlace?: true;
  readonly jobs: number;
  readonly timeout: number;
}

const root = resolve(__dirname, "../../..");

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError("It must be a whole number from 1.");
  return value;
}

const command = new Command("npm run notebooks --")
  .description(
    "Runs notebooks from top to bottom, each in a fresh kernel, and writes the executed notebooks and one set of linked web " +
      "pages, out/index.html first. Stops at the first cell that fails, with what the cell says.",
  )
  .argument("[notebooks...]", "notebook files (.ipynb); all of notebooks/ by default")
  .option(
    "--only <text...>",
    "only the notebooks whose names hold one of these texts, e.g. --only 00 case",
    [],
  )
  .option("--out <folder>", "where to write", "out")
  .option(
    "--in-place",
    "also write the outputs back into the notebooks, without times, so that only what changed shows in git",
  )
  .option("--jobs <number>", "how many run at the same time; by default one a processor core", count)
  .option("--timeout <seconds>", "how long one cell may run", count, 1800);

async function run(named: readonly string[], { only, out, inPlace, jobs, timeout }: Options): Promise<void> {
  const notebooks = named.length ? named : bundled();
  const chosen = only.length
    ? notebooks.filter((path) => only.some((text) => basename(path).includes(text)))
    : notebooks;
  if (!chosen.length) {
    throw new InputError(
      `--only ${only.join(" ")}: no notebook has such a name; there are ${notebooks.map((path) => basename(path)).join(", ")}`,
    );
  }
  const cores = availableParallelism();
  const side = Math.min(jobs ?? cores, chosen.length);
  const threads = Math.max(1, Math.floor(cores / side));
  const env = {
    PNR_THREADS: String(threads),
    ...trainedRun(),
    ...(inPlace ? { PNR_REPRODUCIBLE: "1" } : {}),
    ...process.env,
  };
  const progress = new Progress();
  try {
    const reports = await executeAll(chosen, {
      out,
      jobs: side,
      timeoutSeconds: timeout,
      env,
      onProgress: (state) => progress.update(state),
      onDone: ({ input, seconds }) => progress.print(`${showSeconds(seconds).padStart(8)}  ${input}`),
    });
    if (inPlace) for (const { input, output } of reports) keep(output, input);
    progress.stop();
    console.log(told(writePages(out, reports), reports));
  } finally {
    progress.stop();
  }
}

/**
 * Writes an executed notebook back as it is read where no script runs. The code of the widgets stays out, and so does the
 * HTML of a widget that is a picture until it runs, or a drawing: the picture itself stands beside it, a third of the size, and sites that
 * show notebooks show it without fail. The next run makes all of it again.
 */
function keep(executed: string, path: string): void {
  const notebook = readNotebook(executed);
  for (const cell of notebook.cells) {
    if (cell.cell_type !== "code") continue;
    cell.outputs = cell.outputs
      .filter((output) => !("metadata" in output && isDeepStrictEqual(output.metadata, runtimeMark)))
      .map((output) => ("data" in output ? { ...output, data: withoutScripts(output.data) } : output));
  }
  settle(notebook);
  writeAtomic(path, `${JSON.stringify(notebook, null, 1)}\n`);
}

function withoutScripts({ "text/html": html, ...others }: DisplayOutput["data"]): DisplayOutput["data"] {
  if (html === undefined) return others;
  const isPicture = "image/png" in others && /<(?:img|svg) /.test(joined(html)); // sites and untrusted notebooks drop the second
  return isPicture ? others : { ...others, "text/html": joined(html).replace(/<script>.*?<\/script>/gs, "") };
}

/** The notebooks that come with the project, in the order of their names. */
function bundled(): string[] {
  const folder = join(root, "notebooks");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".ipynb"))
    .sort()
    .map((name) => relative(process.cwd(), join(folder, name)));
}

/** Notebooks look into the run that npm start trained; its small form will do where there is no other. */
function trainedRun(): { PNR_RUN?: string } {
  const found = ["runs/quickstart", "runs/quickstart-small"].find((run) =>
    existsSync(join(root, run, "best.json")),
  );
  return found ? { PNR_RUN: found } : {};
}

function told(index: string, reports: readonly NotebookReport[]): string {
  return [
    "Executed notebooks:",
    ...reports.map(({ output }) => `  ${output}`),
    "Look at them in a browser:",
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
