import { type Command, Option } from "commander";
import { InputError, PnrError } from "../../base/errors";
import { Progress } from "../../base/progress";
import type { Combination } from "../../detector/combination";
import type { EntityDetector } from "../../detector/entity-detector";
import type { PredictStreamOptions } from "../../detector/predictor";
import type { ModelDescription } from "../../detector/storage";
import type { Predicted } from "../../detector/stream";
import type { Threshold } from "../../detector/threshold";
import type { EngineName } from "../../engine";
import { addReadOptions } from "../shared/corpus-options";
import { Interrupted } from "../shared/failure";
import { interruptible } from "../shared/interrupt";
import {
  addExamples,
  calibratedOption,
  checkCombine,
  combineOption,
  corpusOption,
  corpusTokens,
  engineOption,
  oneOf,
  requireOptions,
  runsOption,
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
import type { SentenceLine } from "../shared/sentence-lines";
import { startDetector, startEnsemble } from "../shared/start-engine";

interface PredictOptions extends PredictionInputOptions {
  readonly run: readonly string[];
  readonly combine?: Combination;
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
    .summary("find the entities in sentences with a trained model")
    .description(
      'Reads sentences from a split of a corpus, from JSON Lines with one object {"tokens": […], "pos": […]} per line (pos is ' +
        "optional), or from plain text. Writes each sentence as one line of JSON, in the same order, with its predicted entities: " +
        "start, end (exclusive), type and probability. A text on the command line is printed as readable text instead. A text is split into sentences and tokens as the training corpus is; " +
        "its entities also have their position in the text: from and to (exclusive), in UTF-16 code units. The input may have any " +
        "length: it is read, predicted and written window by window. An output file appears whole or not at all.",
    )
    .argument("[text]", "input: a text, such as one sentence in quotes")
    .addOption(runsOption())
    .addOption(combineOption())
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
      "sentences to read ahead and sort by length, which is faster (default: 32 batches); 1 predicts each sentence at once",
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
      "three seeds together, by vote",
      'pnr predict --run runs/a --run runs/b --run runs/c "Human B cells express the IL-2 gene."',
    ],
    [
      "your own sentence",
      `echo '{"tokens": ["human", "B", "cells"], "pos": ["ADJ", "NOUN", "NOUN"]}' | pnr predict --run runs/quickstart --input -`,
    ],
  );
}

async function run(argument: string | undefined, commandOptions: PredictOptions): Promise<void> {
  const options = { ...commandOptions, argument };
  const { openInput } = await import("../shared/prediction-input.js");
  checkCombine(commandOptions.run, commandOptions.combine);
  const input = await openInput(options);
  const models = await loadModels(options);
  const { cutOffCount } = await import("../../detector/bert-cut-off.js");
  const { descriptions } = models;
  const display = new PredictionDisplay(new Progress(), descriptions, descriptions.map(cutOffCount));
  const sink = openSink(options.out);
  try {
    await interruptible(display, "batch", (signal) =>
      predictAll(models, input, sink, display, { ...options, signal }),
    );
    sink.commit();
  } finally {
    sink.discard();
    models.predictor.dispose();
  }
  const remark = input.remark?.(descriptions[0]);
  if (remark !== undefined) display.print(remark);
  for (const loss of display.losses()) display.print(loss);
  display.print(display.summary(options.out));
  const { withoutMemory } = display;
  if (withoutMemory > 0)
    throw new PnrError(
      `${withoutMemory} sentences were skipped because they need too much memory; --max-length skips such sentences without an error`,
    );
}

/** A model, or an ensemble of several. */
interface Models {
  readonly predictor: Pick<EntityDetector, "textReader" | "dispose"> & {
    predictStream(
      sentences: ReturnType<PredictionInput["sentences"]>,
      options: PredictStreamOptions & { readonly combine?: Combination },
    ): AsyncGenerator<Predicted<SentenceLine>, void, undefined>;
  };
  readonly descriptions: readonly ModelDescription[];
}

async function loadModels({ run: runs, ...options }: PredictOptions): Promise<Models> {
  const { wordVectors, engine } = options;
  if (runs.length > 1) {
    if (wordVectors !== undefined)
      throw new InputError("--word-vectors adds words to one model; omit it, or give a single --run");
    const { ensemble } = await startEnsemble(runs, engine);
    const descriptions = ensemble.members.map(({ detector }) => detector.description);
    return { predictor: ensemble, descriptions };
  }
  const [run] = runs;
  const { detector } = await startDetector(run, engine);
  if (wordVectors === undefined) return { predictor: detector, descriptions: [detector.description] };
  const { EntityDetector } = await import("../../detector/entity-detector.js");
  const { tokensOf } = await import("../shared/prediction-input.js");
  try {
    const words = await tokensOf(options, detector);
    const predictor = await EntityDetector.load(run, { wordVectors: { file: wordVectors, words } });
    return { predictor, descriptions: [predictor.description] };
  } finally {
    detector.dispose();
  }
}

async function predictAll(
  { predictor, descriptions: [{ types }] }: Models,
  input: PredictionInput,
  sink: Sink,
  display: PredictionDisplay,
  options: PredictStreamOptions &
    Pick<PredictOptions, "argument" | "combine" | "format" | "run"> & { readonly signal: AbortSignal },
): Promise<void> {
  const name = options.format ?? (options.argument === undefined ? "jsonl" : "text");
  const format = await predictionFormat(name, { run: options.run.join(", "), types });
  try {
    await sink.write(format.begin ?? "");
    for await (const { sentence, entities, skipped } of predictor.predictStream(
      input.sentences(predictor, options.signal),
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
