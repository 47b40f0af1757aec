import { type Command, Option } from "commander";
import { PnrError } from "../../base/errors";
import { Progress } from "../../base/progress";
import type { EntityDetector } from "../../detector/entity-detector";
import type { PredictStreamOptions } from "../../detector/predictor";
import type { Threshold } from "../../detector/threshold";
import type { EngineName } from "../../engine";
import { addReadOptions } from "../shared/corpus-options";
import { Interrupted } from "../shared/failure";
import { interruptible } from "../shared/interrupt";
import {
  addExamples,
  calibratedOption,
  corpusOption,
  corpusTokens,
  engineOption,
  oneOf,
  requireOptions,
  splitOption,
  splitOrders,
  textTokens,
  thresholdOption,
  wholeNumber,
} from "../shared/options";
import { openSink, type Sink } from "../shared/output";
import { PredictionDisplay } from "../shared/prediction-display";
import { type FormatName, formatNames, predictionFormat } from "../shared/prediction-formats";
import type { PredictionInput, PredictionInputOptions } from "../shared/prediction-input";
import { startDetector } from "../shared/start-engine";

interface PredictOptions extends PredictionInputOptions {
  readonly run: string;
  readonly out?: string;
  readonly wordVectors?: string;
  readonly format?: FormatName;
  readonly batchSize: number;
  readonly window?: number;
  readonly maxLength?: number;
  readonly threshold?: Threshold;
  readonly calibrated?: true;
  readonly engine?: EngineName | "auto";
}

export function addPredict(program: Command): void {
  const predict = program
    .command("predict")
    .summary("predict the entities of sentences with a trained model")
    .description(
      'Reads sentences from a split of a corpus, from JSON Lines with one object {"tokens": […], "pos": […]} per line (pos is ' +
        "optional), or from plain text. Writes each sentence as one line of JSON, in the same order, with its predicted entities: " +
        "start, end (exclusive), type and probability. A text on the command line is shown for reading instead. A text is split into sentences and tokens like those of the training corpus; " +
        "its entities also have their position in the text: from and to (exclusive), in UTF-16 code units. The input may have any " +
        "length: it is read, predicted and written window by window. An output file appears whole or not at all.",
    )
    .argument("[text]", "input: a text, such as one sentence in quotes")
    .option("--run <folder>", "the run's folder, or the name of a ready model (required)")
    .addOption(corpusOption("input: a corpus, which is a folder with splits or one file"))
    .addOption(splitOption(splitOrders.test).conflicts(["input", "text"]))
    .option("--input <file>", "input: a JSON Lines file, or - for standard input")
    .option("--text <file>", "input: a plain text, or - for standard input")
    .option(
      "--language <tag>",
      "language of the text: en uses rules and tags for English, others use Unicode's rules; auto detects it",
      "auto",
    )
    .addOption(
      new Option(
        "--tokens <kind>",
        "tokens of a text: word, character, or auto, as in training (default: auto); of a corpus of raw text: words, space",
      ).argParser(oneOf([...textTokens, ...corpusTokens])),
    )
    .option(
      "--word-vectors <file>",
      "the word vectors of the training, for words that the training corpus lacks",
    )
    .addOption(
      new Option(
        "--format <name>",
        "output: jsonl, text for reading, html for viewing, conll with four columns, or brat with annotations (.ann) of the text " +
          "(default: jsonl, or text for a text on the command line)",
      ).argParser(oneOf(formatNames)),
    )
    .option("--out <file>", "output file instead of standard output")
    .addOption(
      new Option("--batch-size <number>", "sentences per batch").argParser(wholeNumber(1)).default(32),
    )
    .option(
      "--window <number>",
      "sentences to read ahead and sort by length, which is faster (default: 32 batches); 1 answers at once",
      wholeNumber(1),
    )
    .option(
      "--max-length <number>",
      "skip sentences with more tokens: they are written without entities, and counted",
      wholeNumber(1),
    )
    .addOption(thresholdOption())
    .addOption(calibratedOption())
    .addOption(engineOption())
    .action(run);
  addReadOptions(predict, ["tokens"]);
  requireOptions(predict, "run");
  addExamples(
    predict,
    ["a sentence", 'pnr predict --run runs/quickstart "Human B cells express the IL-2 gene."'],
    [
      "a split of a corpus, into a file",
      "pnr predict --run runs/quickstart --corpus data/sample --split test --out out/test.jsonl",
    ],
    [
      "any number of sentences, as a filter",
      "zcat sentences.jsonl.gz | pnr predict --run runs/quickstart --input - | gzip > predicted.jsonl.gz",
    ],
    [
      "a plain text",
      'echo "Human B cells express the IL-2 gene." | pnr predict --run runs/quickstart --text -',
    ],
    [
      "a page with gold entities above and predicted entities below each sentence",
      "pnr predict --run runs/quickstart --corpus data/sample --split dev --format html --out out/dev.html",
    ],
    [
      "annotations for brat, next to the text",
      "pnr predict --run runs/quickstart --text abstract.txt --format brat --out abstract.ann",
    ],
    [
      "your own sentence",
      `echo '{"tokens": ["human", "B", "cells"], "pos": ["ADJ", "NOUN", "NOUN"]}' | pnr predict --run runs/quickstart --input -`,
    ],
  );
}

async function run(argument: string | undefined, given: PredictOptions): Promise<void> {
  const options = { ...given, argument };
  const { openInput } = await import("../shared/prediction-input.js");
  const input = await openInput(options);
  const detector = await loadDetector(options);
  const { cutOffCount } = await import("../../detector/bert-cut-off.js");
  const { description } = detector;
  const display = new PredictionDisplay(new Progress(), description, cutOffCount(description));
  const sink = openSink(options.out);
  try {
    await interruptible(display, "batch", (signal) =>
      predictAll(detector, input, sink, display, { ...options, signal }),
    );
    sink.commit();
  } finally {
    sink.discard();
    detector.dispose();
  }
  const remark = input.remark?.(detector.description);
  if (remark !== undefined) display.print(remark);
  for (const loss of display.losses()) display.print(loss);
  display.print(display.summary(options.out));
  const { withoutMemory } = display;
  if (withoutMemory > 0)
    throw new PnrError(
      `${withoutMemory} sentences were skipped because they are too long for the memory; --max-length skips them without an error`,
    );
}

async function loadDetector(options: PredictOptions): Promise<EntityDetector> {
  const { run, wordVectors } = options;
  const { detector } = await startDetector(run, options.engine);
  if (wordVectors === undefined) return detector;
  const { EntityDetector } = await import("../../detector/entity-detector.js");
  const { tokensOf } = await import("../shared/prediction-input.js");
  try {
    const words = await tokensOf(options, detector);
    return await EntityDetector.load(run, { wordVectors: { file: wordVectors, words } });
  } finally {
    detector.dispose();
  }
}

async function predictAll(
  detector: EntityDetector,
  input: PredictionInput,
  sink: Sink,
  display: PredictionDisplay,
  options: PredictStreamOptions &
    Pick<PredictOptions, "argument" | "format" | "run"> & { readonly signal: AbortSignal },
): Promise<void> {
  const { types } = detector.description;
  const name = options.format ?? (options.argument === undefined ? "jsonl" : "text");
  const format = await predictionFormat(name, { run: options.run, types });
  try {
    await sink.write(format.begin ?? "");
    for await (const { sentence, entities, skipped } of detector.predictStream(
      input.sentences(detector, options.signal),
      options,
    )) {
      await sink.write(await format.sentence(sentence, entities, skipped !== undefined));
      display.sentence(sentence, input, skipped);
    }
    await sink.write(format.end ?? "");
    for (const loss of format.losses?.() ?? []) display.print(loss);
  } catch (error) {
    if (options.signal.aborted) throw new Interrupted(`stopped: ${display.summary()}`, { cause: error });
    throw error;
  }
}
