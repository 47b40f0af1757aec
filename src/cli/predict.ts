import { type Command, Option } from "commander";
import { PnrError } from "../base/errors";
import { Progress } from "../base/progress";
import type { EntityDetector, PredictStreamOptions } from "../detector/entity-detector";
import type { EngineName } from "../engine";
import { corpusOption } from "./corpus-option";
import { addReadOptions } from "./corpus-options";
import { startDetector } from "./detector";
import { Interrupted } from "./failure";
import { interruptible } from "./interrupt";
import {
  addExamples,
  corpusTokens,
  engineOption,
  oneOf,
  requireOptions,
  splitOption,
  splitOrders,
  textTokens,
  wholeNumber,
} from "./options";
import type { Source, SourceOptions } from "./predict-source";
import { PredictionDisplay } from "./prediction-display";
import { type FormatName, formatNames, predictionFormat } from "./prediction-format";
import { openSink, type Sink } from "./sink";

interface PredictOptions extends SourceOptions {
  readonly run: string;
  readonly out?: string;
  readonly wordVectors?: string;
  readonly format: FormatName;
  readonly batchSize: number;
  readonly window?: number;
  readonly maxLength?: number;
  readonly engine?: EngineName | "auto";
}

export function addPredict(program: Command): void {
  const predict = program
    .command("predict")
    .summary("find the entities of sentences with a trained model")
    .description(
      'Reads sentences from a split of a corpus, from JSON Lines, one object {"tokens": […], "pos": […]} a line (pos may be ' +
        "left out), or from plain text, and writes each as one line of JSON, in the same order, with its predicted entities: " +
        "start, end (exclusive), type and probability. A text is cut into sentences and tokens like those that the model was " +
        "trained on; its entities also have their place in the text, from and to (exclusive), in UTF-16 code units. The input may " +
        "be of any length: a window of sentences is read, predicted and written before the next. An output file is written whole " +
        "or not at all.",
    )
    .option("--run <folder>", "the run's folder, as `pnr train` left it (required)")
    .addOption(corpusOption("take the sentences of a corpus, a folder with splits or one file …"))
    .addOption(splitOption(splitOrders.test).conflicts(["input", "text"]))
    .option("--input <file>", "… or of a JSON Lines file, - for standard input …")
    .option("--text <file>", "… or of a plain text, - for standard input")
    .option(
      "--language <tag>",
      "the text's language: en is cut and tagged as English, others by Unicode's rules; auto looks at its letters",
      "auto",
    )
    .addOption(
      new Option(
        "--tokens <kind>",
        "what a token of the text is: word, character, or auto, as in training (default: auto); of a corpus of raw text: words, space",
      ).argParser(oneOf([...textTokens, ...corpusTokens])),
    )
    .option(
      "--word-vectors <file>",
      "the file of vectors that the model was trained with, for words that its corpus lacked",
    )
    .addOption(
      new Option(
        "--format <name>",
        "what is written: jsonl, html to look at, conll's four columns, or brat's annotations (.ann) to lie beside the text",
      )
        .argParser(oneOf(formatNames))
        .default("jsonl"),
    )
    .option("--out <file>", "write here instead of standard output")
    .addOption(
      new Option("--batch-size <number>", "sentences that go through the model together")
        .argParser(wholeNumber(1))
        .default(32),
    )
    .option(
      "--window <number>",
      "sentences read ahead and sorted by length, which saves padding (default: 32 batches); 1 answers at once",
      wholeNumber(1),
    )
    .option(
      "--max-length <number>",
      "skip sentences of more tokens: they are written without entities, and counted",
      wholeNumber(1),
    )
    .addOption(engineOption())
    .action(run);
  addReadOptions(predict, ["tokens"]);
  requireOptions(predict, "run");
  addExamples(
    predict,
    [
      "a split of a corpus, into a file",
      "pnr predict --run runs/quickstart --corpus data/sample --split test --out out/test.jsonl",
    ],
    [
      "as many sentences as there are, as a filter",
      "zcat sentences.jsonl.gz | pnr predict --run runs/quickstart --input - | gzip > predicted.jsonl.gz",
    ],
    [
      "a plain text, from the clipboard or wherever",
      'echo "Human B cells express the IL-2 gene." | pnr predict --run runs/quickstart --text -',
    ],
    [
      "a page to look at, with gold entities above and predicted ones below each sentence",
      "pnr predict --run runs/quickstart --corpus data/sample --split dev --format html --out out/dev.html",
    ],
    [
      "annotations for brat, next to the text",
      "pnr predict --run runs/quickstart --text abstract.txt --format brat --out abstract.ann",
    ],
    [
      "a sentence of your own",
      `echo '{"tokens": ["human", "B", "cells"], "pos": ["ADJ", "NOUN", "NOUN"]}' | pnr predict --run runs/quickstart --input -`,
    ],
  );
}

async function run(options: PredictOptions): Promise<void> {
  const { openSource } = await import("./predict-source.js");
  const source = await openSource(options);
  const detector = await loaded(options);
  const { cutOffCount } = await import("../detector/bert-cut-off.js");
  const { description } = detector;
  const display = new PredictionDisplay(new Progress(), description, cutOffCount(description));
  const sink = openSink(options.out);
  try {
    await interruptible(display, "batch", (signal) =>
      predictAll(detector, source, sink, display, { ...options, signal }),
    );
    sink.commit();
  } finally {
    sink.discard();
    detector.dispose();
  }
  for (const loss of display.losses()) display.print(loss);
  display.print(display.summary(options.out));
  const { withoutMemory } = display;
  if (withoutMemory > 0)
    throw new PnrError(
      `${withoutMemory} of the sentences are too long for the memory and were skipped; --max-length skips them without an error`,
    );
}

async function loaded(options: PredictOptions): Promise<EntityDetector> {
  const { run, wordVectors } = options;
  const { detector } = await startDetector(run, options.engine);
  if (wordVectors === undefined) return detector;
  const { EntityDetector } = await import("../detector/entity-detector.js");
  const { tokensOf } = await import("./predict-source.js");
  try {
    const words = await tokensOf(options, detector);
    return await EntityDetector.load(run, { wordVectors: { file: wordVectors, words } });
  } finally {
    detector.dispose();
  }
}

async function predictAll(
  detector: EntityDetector,
  source: Source,
  sink: Sink,
  display: PredictionDisplay,
  options: PredictStreamOptions & Pick<PredictOptions, "format" | "run"> & { readonly signal: AbortSignal },
): Promise<void> {
  const { types } = detector.description;
  const format = await predictionFormat(options.format, { run: options.run, types });
  try {
    await sink.write(format.begin ?? "");
    for await (const { sentence, entities, skipped } of detector.predictStream(
      source.sentences(detector, options.signal),
      options,
    )) {
      await sink.write(await format.sentence(sentence, entities, skipped !== undefined));
      display.sentence(sentence, source, skipped);
    }
    await sink.write(format.end ?? "");
    for (const loss of format.losses?.() ?? []) display.print(loss);
  } catch (error) {
    if (options.signal.aborted) throw new Interrupted(`stopped: ${display.summary()}`, { cause: error });
    throw error;
  }
}
