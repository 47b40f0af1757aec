import { rmSync } from "node:fs";
import { join, relative } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Command } from "commander";
import { InputError } from "../base/errors";
import { writeAtomic } from "../base/files";
import { Progress, showSeconds } from "../base/progress";
import { command } from "../base/shell";
import type { Corpus } from "../corpus";
import type { Config, TrainingResult } from "../training";
import { addExamples, engineChangeOption, engineOption } from "./options";
import { note, printText } from "./output";
import { type RunEngineOptions, startRunEngine } from "./run-engine";
import { scoreLine, scoresTable } from "./scores-table";
import { trainShown } from "./training-run";

interface QuickstartOptions extends RunEngineOptions {
  readonly small?: true;
  readonly retrain?: true;
}

const root = join(__dirname, "../../..");
const corpusPath = "data/sample";
const notebook = "00-quickstart";

export function addQuickstart(program: Command): void {
  const quickstart = program
    .command("quickstart")
    .summary("train, score and look at a model on the sample corpus (what npm start does)")
    .description(
      "Trains the whole model on the bundled sample corpus, scores it on unseen sentences, runs the notebook " +
        `notebooks/${notebook}.ipynb on it, and writes the executed notebook and a web page of it to out/. A run that is ` +
        "finished already is not trained again.",
    )
    .option(
      "--small",
      "train on a handful of sentences, only to see that everything works (also PNR_SMALL=1)",
    )
    .option("--retrain", "train again even where there is a finished run")
    .addOption(engineOption())
    .addOption(engineChangeOption())
    .action(run);
  addExamples(
    quickstart,
    ["what npm start does", "pnr quickstart"],
    ["the same, trained anew", "npm start -- --retrain   # or: pnr quickstart --retrain"],
  );
}

async function run(options: QuickstartOptions): Promise<void> {
  const { loadCorpus } = await import("../corpus/index.js");
  const small = options.small ?? (process.env.PNR_SMALL === "1" || undefined);
  const directory = join(root, "runs", small ? "quickstart-small" : "quickstart");
  const config = await configOf(small);
  const corpus = await loadCorpus(join(root, corpusPath));
  const result = await trained(config, corpus, directory, { ...options, small });
  if (result.scores.test) printText(`\n${scoresTable(result.scores.test)}\n`);
  const pages = await writePages(directory);
  printText(summary(result, pages, relative(root, directory)));
}

async function configOf(small: true | undefined): Promise<Config> {
  const { parseConfig, presets } = await import("../config/config.js");
  const tiny = { training: { epochs: 2, batchSize: 8, limitTrain: 400, limitDev: 50 } };
  return small ? parseConfig(tiny, "--small", presets.quickstart) : presets.quickstart;
}

/** Trains; a run of this config and corpus is gone on with, or taken as it is when it is finished. */
async function trained(
  config: Config,
  corpus: Corpus,
  directory: string,
  options: QuickstartOptions,
): Promise<TrainingResult> {
  const { readResult } = await import("../training/index.js");
  const fresh = options.retrain || !(await holdsRun(directory, config, corpus));
  await startRunEngine(fresh ? undefined : directory, options);
  if (fresh) rmSync(directory, { recursive: true, force: true });
  const finished = readResult(directory);
  if (finished)
    note(`trained already, in ${relative(root, directory)}; to train anew: npm start -- --retrain`);
  const goOn = options.small ? "npm start -- --small" : "npm start";
  const { allowEngineChange } = options;
  return (
    finished ??
    trainShown({
      config,
      corpus,
      corpusArguments: ["--corpus", corpusPath],
      directory,
      goOn,
      allowEngineChange,
    })
  );
}

/** Settings of another version of this project, which this one cannot read, are no reason to fail. */
async function holdsRun(directory: string, config: Config, corpus: Corpus): Promise<boolean> {
  const { readRun } = await import("../training/index.js");
  try {
    const run = readRun(directory);
    return run.corpus.hash === corpus.hash && isDeepStrictEqual(run.config, config);
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

/** Runs the notebook on the trained model. @returns the paths of the web page and the executed notebook. */
async function writePages(directory: string): Promise<string[]> {
  const { executeNotebook } = await import("../../notebooks/kernel/execute.js");
  const { renderNotebookPage } = await import("../../notebooks/kernel/page.js");
  const { readNotebook } = await import("../../notebooks/kernel/notebook.js");
  const input = join(root, "notebooks", `${notebook}.ipynb`);
  const executed = join(root, "out", `${notebook}.ipynb`);
  const page = join(root, "out", `${notebook}.html`);
  const progress = new Progress();
  try {
    await executeNotebook(input, executed, {
      env: { PNR_RUN: directory },
      onCell: ({ cell, cells, seconds }) =>
        progress.update({
          done: cell,
          total: cells,
          place: `notebook, cell ${cell}/${cells}`,
          figures: showSeconds(seconds),
        }),
    });
  } finally {
    progress.stop();
  }
  writeAtomic(page, renderNotebookPage(readNotebook(executed)));
  return [page, executed];
}

function summary({ scores, seconds }: TrainingResult, pages: readonly string[], run: string): string {
  return [
    `Learnt in ${showSeconds(seconds)}, in percent by exact match:`,
    ...Object.entries(scores).map(([split, { overall }]) => `  ${split.padEnd(4)}  ${scoreLine(overall)}`),
    "Look at the model in a browser, or open the notebook:",
    ...pages.map((page) => `  ${page}`),
    `Next: ${command`npx pnr predict --run ${run} --corpus ${corpusPath} --split test`}`,
  ].join("\n");
}
