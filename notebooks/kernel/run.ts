// Runs notebooks without Jupyter: one kernel each, outputs written into the notebook or a copy of it.
import { basename, join } from "node:path";
import { Command } from "commander";
import { PnrError } from "../../src/base/errors";
import { writeAtomic } from "../../src/base/files";
import { executeNotebook, NotebookError } from "./execute";
import { readNotebook } from "./notebook";
import { renderNotebookPage } from "./page";

interface Options {
  readonly out?: string;
  readonly html?: boolean;
  readonly timeout: string;
}

async function run(notebooks: readonly string[], { out, html, timeout }: Options): Promise<void> {
  for (const notebook of notebooks) {
    const output = out ? join(out, basename(notebook)) : notebook;
    const began = performance.now();
    await executeNotebook(notebook, output, {
      timeoutSeconds: Number(timeout),
      onCell: ({ cell, cells, seconds, source }) => {
        const [first] = source.trim().split("\n");
        console.log(
          `${notebook} ${cell}/${cells}  ${seconds.toFixed(2).padStart(6)} s  ${first.slice(0, 70)}`,
        );
      },
    });
    if (html) writeAtomic(output.replace(/(\.ipynb)?$/, ".html"), renderNotebookPage(readNotebook(output)));
    console.log(`${output}: done in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  }
}

const command = new Command("node dist/notebooks/kernel/run.js")
  .description("Runs the cells of notebooks from top to bottom and writes their outputs into them.")
  .argument("<notebooks...>", "notebook files (.ipynb)")
  .option("--out <folder>", "write the executed notebooks there instead of in their place")
  .option("--html", "also write each executed notebook as one self-contained HTML page")
  .option("--timeout <seconds>", "how long one cell may run", "600");

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
