import { rmSync } from "node:fs";
import { join, relative } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Command } from "commander";
import { InputError } from "../../base/errors";
import { Progress, showSeconds } from "../../base/progress";
import { command } from "../../base/shell";
import type { Corpus } from "../../corpus";
import { scoreLine, scoresTable } from "../../evaluation/scores-text";
import type { Config, TrainingResult } from "../../training";
import { addExamples, engineChangeOption, engineOption } from "../shared/options";
import { note, printText } from "../shared/output";
import { type RunEngineOptions, startRunEngine } from "../shared/start-engine";
import { trainWithDisplay } from "../shared/training-run";

interface QuickstartOptions extends RunEngineOptions {
  readonly small?: true;
  readonly retrain?: true;
}

const root = join(__dirname, "../../../..");
const corpusPath = "data/sample";
const notebook = "00-quickstart";

export function addQuickstart(program: Command): void {
  const quickstart = program
    .command("quickstart")
    .summary("train, score and view a model of the sample corpus (npm start)")
    .description(
      "Trains the full model on the bundled sample corpus, scores it on unseen sentences, executes notebooks/" +
        `${notebook}.ipynb with it, and writes the executed notebook and its web page to out/. A complete run is not trained again.`,
    )
    .option("--small", "train on a few sentences, to check that everything works (also PNR_SMALL=1)")
    .option("--retrain", "train again although a complete run exists")
    .addOption(engineOption())
    .addOption(engineChangeOption())
    .action(run);
  addExamples(
    quickstart,
    ["what npm start does", "pnr quickstart"],
    ["train again", "npm start -- --retrain   # or: pnr quickstart --retrain"],
  );
}

async function run(options: QuickstartOptions): Promise<void> {
  const { loadCorpus } = await import("../../corpus/index.js");
  const small = options.small ?? (process.env.PNR_SMALL === "1" || undefined);
  const directory = join(root, "runs", small ? "quickstart-small" : "quickstart");
  const config = await configOf(small);
  const corpus = await loadCorpus(join(root, corpusPath));
  const result = await trainOrLoad(config, corpus, directory, { ...options, small });
  if (result.scores.test) printText(`\n${scoresTable(result.scores.test)}\n`);
  const pages = await writePages(directory);
  printText(summary(result, pages, relative(root, directory)));
}

async function configOf(small: true | undefined): Promise<Config> {
  const { parseConfig, presets } = await import("../../training/index.js");
  const tiny = { training: { epochs: 2, batchSize: 8, limitTrain: 400, limitDev: 50 } };
  return small ? parseConfig(tiny, "--small", presets.quickstart) : presets.quickstart;
}

/** Trains a model, resumes an unfinished run of the same config and corpus, or reads the result of a complete one. */
async function trainOrLoad(
  config: Config,
  corpus: Corpus,
  directory: string,
  options: QuickstartOptions,
): Promise<TrainingResult> {
  const { readResult } = await import("../../training/index.js");
  const isNew = options.retrain || !(await containsRun(directory, config, corpus));
  await startRunEngine(isNew ? undefined : directory, options);
  if (isNew) rmSync(directory, { recursive: true, force: true });
  const result = readResult(directory);
  if (result) {
    note(`already trained, in ${relative(root, directory)}; to train again: npm start -- --retrain`);
    return result;
  }
  return trainWithDisplay({
    config,
    corpus,
    corpusArguments: ["--corpus", corpusPath],
    directory,
    resumeCommand: options.small ? "npm start -- --small" : "npm start",
    allowEngineChange: options.allowEngineChange,
  });
}

/** Whether a folder contains a run of this config and corpus. It may contain a run that this version cannot read. */
async function containsRun(directory: string, config: Config, corpus: Corpus): Promise<boolean> {
  const { readRun } = await import("../../training/index.js");
  try {
    const run = readRun(directory);
    return run.corpus.hash === corpus.hash && isDeepStrictEqual(run.config, config);
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

/** Executes the notebook with the trained model. @returns the paths of the web page and the executed notebook */
async function writePages(directory: string): Promise<string[]> {
  const { executeToPage } = await import("../../../notebooks/kernel/execute-to-page.js");
  const progress = new Progress();
  try {
    const { page, notebook: executed } = await executeToPage(
      join(root, "notebooks", `${notebook}.ipynb`),
      join(root, "out"),
      {
        env: { PNR_RUN: directory },
        onCell: ({ cell, cells, seconds }) =>
          progress.update({
            done: cell,
            total: cells,
            place: `notebook, cell ${cell}/${cells}`,
            figures: showSeconds(seconds),
          }),
      },
    );
    return [page, executed];
  } finally {
    progress.stop();
  }
}

function summary({ scores, seconds }: TrainingResult, pages: readonly string[], run: string): string {
  return [
    `Trained in ${showSeconds(seconds)}. Scores in percent, by exact match:`,
    ...Object.entries(scores).map(([split, { overall }]) => `  ${split.padEnd(4)}  ${scoreLine(overall)}`),
    "View the model in a browser, or open the notebook:",
    ...pages.map((page) => `  ${page}`),
    `Next: ${command`npx pnr predict --run ${run} --corpus ${corpusPath} --split test`}`,
  ].join("\n");
}
