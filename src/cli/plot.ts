import type { Command } from "commander";
import { InputError } from "../base/errors";
import type { Sentence, SplitName } from "../corpus";
import type { ReadOptions } from "../corpus/formats/registry";
import type { EngineName } from "../engine";
import { type ChosenSentences, chosenSentences, corpusAt } from "./corpus-input";
import { corpusOption } from "./corpus-option";
import { addReadOptions, readOptions } from "./corpus-options";
import { startDetector } from "./detector";
import {
  addExamples,
  engineOption,
  oneOf,
  requireOptions,
  splitOption,
  splitOrders,
  wholeNumber,
} from "./options";
import { type PlotOutput, plotFile, writePlot } from "./plot-output";

interface OfSentence extends PlotOutput, ReadOptions {
  readonly run: string;
  readonly corpus: string;
  readonly split?: SplitName;
  readonly sentence: number;
  readonly engine?: EngineName | "auto";
}

interface OfAttention extends OfSentence {
  readonly layer?: number;
  readonly head?: number | "mean";
  readonly proposal?: number;
  readonly maps?: true;
  readonly beside?: true;
}

interface OfScores extends PlotOutput, ReadOptions {
  readonly run: readonly string[];
  readonly corpus: string;
  readonly split?: SplitName;
  readonly engine?: EngineName | "auto";
}

export function addPlot(program: Command): void {
  const plot = program
    .command("plot")
    .summary("draw scores, training, corpora, attention or trajectories into a file")
    .description(
      "Draws what the notebooks show, without a notebook and without a browser. The ending of a file's name says what it " +
        "becomes: a picture (.svg, .png), a page that works without network (.html), the numbers behind it (.csv, .arrow) or " +
        "words (.txt). Without --out the words are printed.",
    )
    .helpCommand(false);
  addExamples(
    plot,
    [
      "precision, recall and F1 by entity length, of two runs",
      "pnr plot scores --run runs/a --run runs/b --corpus data/sample --out out/scores.svg",
    ],
    [
      "the attention of one sentence as a page to click through",
      "pnr plot attention --run runs/a --corpus data/sample --sentence 3 --out out/attention.html",
    ],
  );
  addScores(plot);
  addTraining(plot);
  addCorpusProfile(plot);
  addOfSentence(plot);
}

function addScores(plot: Command): void {
  const scores = subcommand(
    plot,
    "scores",
    "precision, recall and F1 of each entity length, one or several runs side by side",
  )
    .option("--run <folder>", "a run's folder (required; may be given several times)", gathered)
    .addOption(corpusOption("the corpus whose sentences are scored (required)"))
    .addOption(splitOption(splitOrders.test))
    .addOption(engineOption())
    .action(plotScores);
  addReadOptions(scores);
  requireOptions(scores, "run", "corpus");
  addExamples(scores, [
    "two runs side by side",
    "pnr plot scores --run runs/a --run runs/b --corpus data/sample --out out/scores.svg",
  ]);
}

function addTraining(plot: Command): void {
  const training = subcommand(plot, "training", "loss and scores of each epoch, of one or several runs")
    .option("--run <folder>", "a run's folder (required; may be given several times)", gathered)
    .action(plotTraining);
  requireOptions(training, "run");
  addExamples(training, [
    "as a picture, and its numbers",
    "pnr plot training --run runs/a --out out/a.png --out out/a.csv",
  ]);
}

function addCorpusProfile(plot: Command): void {
  const corpus = subcommand(
    plot,
    "corpus",
    "lengths, nesting and types of a corpus, as the paper's Table 1 and more",
  )
    .addOption(corpusOption("the corpus folder (required)"))
    .action(plotCorpus);
  addReadOptions(corpus);
  requireOptions(corpus, "corpus");
  addExamples(corpus, ["the bundled corpus", "pnr plot corpus --corpus data/sample --out out/corpus.html"]);
}

function addOfSentence(plot: Command): void {
  const about = {
    attention: "content score, log prior, their sum and the weights of a sentence's proposals",
    trajectories: "how each proposal of a sentence moved, as in the paper's Table 8",
    sentence: "a sentence with its gold and its predicted entities as brackets",
  };
  for (const [name, description] of Object.entries(about)) {
    const command = subcommand(plot, name, description)
      .option("--run <folder>", "the run's folder (required)")
      .addOption(corpusOption("the corpus that the sentence is from (required)"))
      .addOption(splitOption(splitOrders.test))
      .option("--sentence <number>", "which sentence of the split, counted from 0", wholeNumber(0), 0)
      .addOption(engineOption())
      .action((options: OfAttention) => plotSentence(name as keyof typeof about, options));
    if (name === "attention") {
      command
        .option("--layer <number>", "regressor layer, counted from 1 (default: the last)", wholeNumber(1))
        .option("--head <number>", "attention head, counted from 1, or mean (default: mean)", headNumber)
        .option(
          "--proposal <number>",
          "token whose proposal it is (default: that of the likeliest entity)",
          wholeNumber(0),
        )
        .option("--maps", "all proposals at once, as maps")
        .option("--beside", "beside it the same sentence with the spatial prior switched off");
    }
    addReadOptions(command);
    requireOptions(command, "run", "corpus");
    addExamples(command, [
      "the fourth sentence of the test split, as a page to click through",
      `pnr plot ${name} --run runs/a --corpus data/sample --sentence 3 --out out/${name}.html`,
    ]);
  }
}

function subcommand(plot: Command, name: string, description: string): Command {
  return plot
    .command(name)
    .description(description)
    .option("--out <file>", "write here; may be given several times, with different endings", plotFile)
    .option("--theme <name>", "colors of pictures: light, dark", oneOf(["light", "dark"]), "light");
}

function gathered(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

function headNumber(text: string): number | "mean" {
  return text === "mean" ? "mean" : wholeNumber(1)(text);
}

async function plotScores(options: OfScores): Promise<void> {
  const { run, corpus, split, engine } = options;
  const { evaluateSentences } = await import("../evaluation/index.js");
  const { table5 } = await import("../experiments/paper.js");
  const { scoresByLength } = await import("../../widgets/index.js");
  const { sentences } = await chosenSentences(corpus, split, splitOrders.test, readOptions(options));
  const runs = [];
  for (const folder of run) {
    const { detector } = await startDetector(folder, engine);
    runs.push({ name: folder, ...(await evaluateSentences(detector, sentences)) });
    detector.dispose();
  }
  await writePlot(scoresByLength(runs, { paper: table5 }), options);
}

async function plotTraining({ run, ...output }: Pick<OfScores, "run"> & PlotOutput): Promise<void> {
  const { readTraining } = await import("../training/index.js");
  const { trainingCurves } = await import("../../widgets/index.js");
  await writePlot(trainingCurves(run.map((name) => ({ name, epochs: readTraining(name) }))), output);
}

async function plotCorpus(options: Pick<OfScores, "corpus"> & ReadOptions & PlotOutput): Promise<void> {
  const { corpusProfile: profile } = await import("../corpus/index.js");
  const { table1 } = await import("../experiments/paper.js");
  const { corpusProfile } = await import("../../widgets/index.js");
  const corpus = await corpusAt(options.corpus, readOptions(options));
  await writePlot(corpusProfile(profile(corpus), { paper: table1 }), options);
}

async function plotSentence(
  what: "attention" | "trajectories" | "sentence",
  options: OfAttention,
): Promise<void> {
  const { attention, sentence, trajectories } = await import("../../widgets/index.js");
  const { corpus, split } = options;
  const chosen = sentenceOf(
    await chosenSentences(corpus, split, splitOrders.test, readOptions(options)),
    options,
  );
  const { detector } = await startDetector(options.run, options.engine);
  try {
    const trace = await detector.trace(chosen);
    if (what === "sentence")
      return await writePlot(
        sentence({ ...chosen, predicted: trace.predicted, types: trace.types }),
        options,
      );
    if (what === "trajectories") return await writePlot(trajectories(trace), options);
    const { layer, head, proposal, maps, beside } = options;
    const without = beside && (await detector.trace(chosen, { spatial: false }));
    const wanted = { layer, head, proposal, ...(maps && { view: "map" as const }), second: without };
    await writePlot(
      inRange(() => attention(trace, wanted)),
      options,
    );
  } finally {
    detector.dispose();
  }
}

/** @throws InputError when the split has no such sentence */
function sentenceOf({ sentences, file }: ChosenSentences, { sentence }: OfSentence): Sentence {
  const chosen = sentences[sentence];
  if (chosen) return chosen;
  throw new InputError(`--sentence ${sentence}: ${file} has sentences 0 to ${sentences.length - 1}`);
}

/** What the trace does not have was asked for by the command's options. */
function inRange<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof RangeError ? new InputError(error.message, { cause: error }) : error;
  }
}
