// cspell:ignore beside
import type { Command } from "commander";
import { InputError } from "../../base/errors";
import type { Sentence, SplitName } from "../../corpus";
import type { ReadOptions } from "../../corpus/formats/registry";
import type { Trace } from "../../detector/trace-types";
import type { EngineName } from "../../engine";
import { type ChosenSentences, chosenSentences, corpusAt } from "../shared/corpus-input";
import { addReadOptions, readOptions } from "../shared/corpus-options";
import {
  addExamples,
  collect,
  corpusOption,
  engineOption,
  requireOptions,
  splitOption,
  splitOrders,
  wholeNumber,
} from "../shared/options";
import { startDetector } from "../shared/start-engine";
import { addWidgetOutput, type WidgetOutput, writeWidget } from "../shared/widget-output";

interface SentencePlotOptions extends WidgetOutput, ReadOptions {
  readonly run: string;
  readonly corpus: string;
  readonly split?: SplitName;
  readonly sentence: number;
  readonly engine?: EngineName | "auto";
}

interface AttentionPlotOptions extends SentencePlotOptions {
  readonly layer?: number;
  readonly head?: number | "mean";
  readonly proposal?: number;
  readonly maps?: true;
  readonly beside?: true;
}

interface ScoresPlotOptions extends WidgetOutput, ReadOptions {
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
      "Draws the notebooks' widgets, without a notebook or a browser. The extension of a file determines its content: a picture " +
        "(.svg, .pdf, .png), a page that works offline (.html), the numbers (.csv, .arrow) or a text description (.txt). Without " +
        "--out and --format, the text description is printed.",
    )
    .helpCommand(false);
  addExamples(
    plot,
    [
      "precision, recall and F1 by entity length, of two runs",
      "pnr plot scores --run runs/a --run runs/b --corpus data/sample --out out/scores.svg",
    ],
    [
      "the attention in one sentence, as an interactive page",
      "pnr plot attention --run runs/a --corpus data/sample --sentence 3 --out out/attention.html",
    ],
    [
      "one panel, for a column of a paper",
      "pnr plot attention --run runs/a --corpus data/sample --panel softmax --width 84mm --font Times --format pdf",
    ],
  );
  addScores(plot);
  addHeads(plot);
  addAttentionSummary(plot);
  addTraining(plot);
  addCorpusProfile(plot);
  addSentencePlots(plot);
}

function addScores(plot: Command): void {
  const scores = subcommand(
    plot,
    "scores",
    "precision, recall and F1 by entity length, for one or more runs side by side",
  )
    .option("--run <folder>", "a run's folder (required, repeatable)", collect)
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

function addHeads(plot: Command): void {
  const heads = subcommand(
    plot,
    "heads",
    "F1 without each attention head, without each head's prior, and after fewer layers",
  )
    .option("--run <folder>", "the run's folder (required)")
    .addOption(corpusOption("the corpus whose sentences are scored (required)"))
    .addOption(splitOption(splitOrders.dev))
    .addOption(engineOption())
    .action(plotHeads);
  addReadOptions(heads);
  requireOptions(heads, "run", "corpus");
  addExamples(heads, [
    "as an interactive page that lists the changes without a head",
    "pnr plot heads --run runs/a --corpus data/sample --out out/heads.html",
  ]);
}

function addAttentionSummary(plot: Command): void {
  const summary = subcommand(
    plot,
    "attention-summary",
    "where each head looks relative to the predicted spans, over many sentences, by type and length",
  )
    .option("--run <folder>", "the run's folder (required)")
    .addOption(corpusOption("the corpus of the sentences (required)"))
    .addOption(splitOption(splitOrders.dev))
    .option("--limit <number>", "only the first sentences", wholeNumber(1), 500)
    .addOption(engineOption())
    .action(plotAttentionSummary);
  addReadOptions(summary);
  requireOptions(summary, "run", "corpus");
  addExamples(summary, [
    "as a picture",
    "pnr plot attention-summary --run runs/a --corpus data/sample --out out/heads.svg",
  ]);
}

function addTraining(plot: Command): void {
  const training = subcommand(plot, "training", "loss and scores by epoch, for one or more runs")
    .option("--run <folder>", "a run's folder (required, repeatable)", collect)
    .action(plotTraining);
  requireOptions(training, "run");
  addExamples(training, [
    "as a picture and as numbers",
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

function addSentencePlots(plot: Command): void {
  const about = {
    attention: "content score, log prior, their sum and the weights of a sentence's proposals",
    trajectories: "the trajectory of each proposal of a sentence, as in the paper's Table 8",
    sentence: "a sentence with gold and predicted entities as brackets",
  };
  for (const [name, description] of Object.entries(about)) {
    const command = subcommand(plot, name, description)
      .option("--run <folder>", "the run's folder (required)")
      .addOption(corpusOption("the corpus of the sentence (required)"))
      .addOption(splitOption(splitOrders.test))
      .option("--sentence <number>", "index of the sentence in the split, from 0", wholeNumber(0), 0)
      .addOption(engineOption())
      .action((options: AttentionPlotOptions) => plotSentence(name as keyof typeof about, options));
    if (name === "attention") {
      command
        .option(
          "--layer <number>",
          "regressor layer, from 1 (default: where the prior moves most)",
          wholeNumber(1),
        )
        .option(
          "--head <number>",
          "attention head, from 1, or mean (default: where the prior moves most)",
          headNumber,
        )
        .option(
          "--proposal <number>",
          "token of the proposal, from 0 (default: where the prior moves most)",
          wholeNumber(0),
        )
        .option("--maps", "show all proposals as maps")
        .option("--beside", "also show the sentence without the spatial prior");
    }
    addReadOptions(command);
    requireOptions(command, "run", "corpus");
    addExamples(command, [
      "the fourth sentence of the test split, as an interactive page",
      `pnr plot ${name} --run runs/a --corpus data/sample --sentence 3 --out out/${name}.html`,
    ]);
  }
}

function subcommand(plot: Command, name: string, description: string): Command {
  return addWidgetOutput(plot.command(name).description(description), name);
}

function headNumber(text: string): number | "mean" {
  return text === "mean" ? "mean" : wholeNumber(1)(text);
}

async function plotScores(options: ScoresPlotOptions): Promise<void> {
  const { run, corpus, split, engine } = options;
  const { evaluateSentences } = await import("../../evaluation/index.js");
  const { table5 } = await import("../../experiments/paper.js");
  const { scoresByLength } = await import("../../../widgets/index.js");
  const { sentences } = await chosenSentences(corpus, split, splitOrders.test, readOptions(options));
  const runs = [];
  for (const folder of run) {
    const { detector } = await startDetector(folder, engine);
    runs.push({ name: folder, ...(await evaluateSentences(detector, sentences)) });
    detector.dispose();
  }
  await writeWidget(scoresByLength(runs, { paper: table5 }), options);
}

async function plotHeads(options: Omit<ScoresPlotOptions, "run"> & { readonly run: string }): Promise<void> {
  const { run, corpus, split, engine } = options;
  const library = await import("../../evaluation/index.js");
  const { headImportance } = await import("../../../widgets/index.js");
  const { sentences } = await chosenSentences(corpus, split, splitOrders.dev, readOptions(options));
  const { detector } = await startDetector(run, engine);
  try {
    const importance = await library.headImportance(detector, sentences);
    await writeWidget(headImportance(importance, { name: run }), options);
  } finally {
    detector.dispose();
  }
}

async function plotAttentionSummary(
  options: Omit<ScoresPlotOptions, "run"> & { readonly run: string; readonly limit: number },
): Promise<void> {
  const { run, corpus, split, engine, limit } = options;
  const library = await import("../../evaluation/index.js");
  const { documentIndices, lengthGroups } = await import("../../corpus/index.js");
  const { attentionSummary } = await import("../../../widgets/index.js");
  const { sentences } = await chosenSentences(corpus, split, splitOrders.dev, readOptions(options));
  const { detector } = await startDetector(run, engine);
  const limited = sentences.slice(0, limit);
  const documents = documentIndices(limited);
  const traces: Trace[] = [];
  try {
    for (const sentence of limited) traces.push(await detector.trace(sentence));
  } finally {
    detector.dispose();
  }
  const filters = [
    { name: "all entities", filter: {} },
    ...detector.description.types.map((type) => ({ name: `type ${type}`, filter: { type } })),
    ...lengthGroups.map((length) => ({ name: `length ${length}`, filter: { length } })),
  ];
  const sets = filters.map(({ name, filter }) => ({
    name,
    summary: library.attentionSummary(traces, { ...filter, documents }),
  }));
  await writeWidget(
    attentionSummary(sets.filter(({ summary }, index) => index === 0 || summary.entities)),
    options,
  );
}

async function plotTraining({
  run,
  ...output
}: Pick<ScoresPlotOptions, "run"> & WidgetOutput): Promise<void> {
  const { readTraining } = await import("../../training/index.js");
  const { trainingCurves } = await import("../../../widgets/index.js");
  await writeWidget(trainingCurves(run.map((name) => ({ name, epochs: readTraining(name) }))), output);
}

async function plotCorpus(
  options: Pick<ScoresPlotOptions, "corpus"> & ReadOptions & WidgetOutput,
): Promise<void> {
  const { corpusProfile: profile } = await import("../../corpus/index.js");
  const { table1 } = await import("../../experiments/paper.js");
  const { corpusProfile } = await import("../../../widgets/index.js");
  const corpus = await corpusAt(options.corpus, readOptions(options));
  await writeWidget(corpusProfile(profile(corpus), { paper: table1 }), options);
}

async function plotSentence(
  kind: "attention" | "trajectories" | "sentence",
  options: AttentionPlotOptions,
): Promise<void> {
  const { attention, sentence, trajectories } = await import("../../../widgets/index.js");
  const { corpus, split } = options;
  const selection = sentenceOf(
    await chosenSentences(corpus, split, splitOrders.test, readOptions(options)),
    options,
  );
  const { detector } = await startDetector(options.run, options.engine);
  try {
    if (kind === "sentence") {
      const [predicted] = await detector.predict([selection]);
      return await writeWidget(
        sentence({ ...selection, predicted, types: detector.description.types }),
        options,
      );
    }
    const trace = await detector.trace(selection);
    if (kind === "trajectories") return await writeWidget(trajectories(trace), options);
    const { layer, head, proposal, maps } = options;
    const second = options.beside && (await detector.trace(selection, { prior: "off" }));
    const settings = { layer, head, proposal, ...(maps && { view: "map" as const }), second };
    await writeWidget(
      inRange(() => attention(trace, settings)),
      options,
    );
  } finally {
    detector.dispose();
  }
}

/** @throws InputError if the split has no such sentence */
function sentenceOf({ sentences, file }: ChosenSentences, { sentence }: SentencePlotOptions): Sentence {
  const chosen = sentences[sentence];
  if (chosen) return chosen;
  throw new InputError(`--sentence ${sentence}: ${file} has sentences 0 to ${sentences.length - 1}`);
}

/** Turns a range error of a widget, which the command's options cause, into an InputError. */
function inRange<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof RangeError ? new InputError(error.message, { cause: error }) : error;
  }
}
