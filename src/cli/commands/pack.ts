import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type Command, Option } from "commander";
import { InputError } from "../../base/errors";
import { decodeText, makeFolder, readBytes, writeAtomic } from "../../base/files";
import { showBytes } from "../../base/progress";
import type { SplitName } from "../../corpus";
import type { ReadOptions } from "../../corpus/formats/registry";
import { readyModels } from "../../detector/ready-models";
import { type WeightType, weightTypes } from "../../detector/weights";
import type { EngineName } from "../../engine";
import { chosenSentences, trainingSentences } from "../shared/corpus-input";
import { addReadOptions, readOptions } from "../shared/corpus-options";
import {
  addExamples,
  corpusOption,
  engineOption,
  oneOf,
  requireOptions,
  splitOption,
  splitOrders,
  wholeNumber,
} from "../shared/options";
import { note, printText } from "../shared/output";
import { startDetector } from "../shared/start-engine";

interface PackOptions extends ReadOptions {
  readonly run: string;
  readonly corpus: string;
  readonly split?: SplitName;
  readonly weights: WeightType;
  readonly wordVectors?: string;
  readonly words: number;
  readonly notes?: string;
  readonly out: string;
  readonly engine?: EngineName | "auto";
}

export function addPack(program: Command): void {
  const pack = program
    .command("pack")
    .summary("write a smaller copy of a trained model with a model card, to give to others")
    .description(
      "Writes the best model of a complete run into a folder that every --run takes: its weights in 16 or 8 bits, and a model card " +
        "(README.md) with its scores, their intervals, what the smaller weights cost, and how it was trained. A temperature that is " +
        "stored with the run is packed, too. --notes adds what only you know: the data's limits and licenses.",
    )
    .option("--run <folder>", "the run's folder (required)")
    .addOption(
      corpusOption("corpus to score for the model card: a folder with splits, or one file (required)"),
    )
    .addOption(splitOption(splitOrders.test))
    .addOption(
      new Option("--weights <type>", `type of the weights: ${weightTypes.join(", ")}`)
        .argParser(oneOf(weightTypes))
        .default("f16"),
    )
    .option(
      "--word-vectors <file>",
      "the word vectors of the training: adds words that the training corpus lacks",
    )
    .addOption(
      new Option("--words <number>", "words to add from --word-vectors, from the file's first")
        .argParser(wholeNumber(1))
        .default(30_000),
    )
    .option("--notes <file>", "Markdown for the card: data, limits, licenses")
    .option("--out <folder>", "folder of the packed model (required)")
    .addOption(engineOption())
    .action(run);
  addReadOptions(pack);
  requireOptions(pack, "run", "corpus", "out");
  addExamples(pack, [
    "a model of the bundled corpus",
    "pnr pack --run runs/quickstart --corpus sample --out out/sample-model",
  ]);
}

async function run(options: PackOptions): Promise<void> {
  const { run, corpus, weights, out } = options;
  const { readResult, readRun, runFiles } = await import("../../training/run-folder.js");
  const { findModel, writeModel } = await import("../../detector/storage.js");
  const model = findModel(run);
  const identity = readRun(run);
  const result = readResult(run);
  if (!result) throw new InputError(`${run}: is not complete; resume it before packing its model`);
  if (existsSync(join(out, runFiles.run)))
    throw new InputError(`${out}: is the folder of a run; choose another one`);
  // Its README.md would be overwritten.
  if (existsSync(out) && readdirSync(out).length && !existsSync(join(out, runFiles.best)))
    throw new InputError(`${out}: is not empty and holds no packed model; choose another folder`);
  const notes = options.notes === undefined ? undefined : decodeText(readBytes(options.notes), options.notes);
  const selection = await chosenSentences(corpus, options.split, splitOrders.test, readOptions(options));
  const { sentences, title } = selection;

  const { description, tensors, addedWords } = await modelToPack(options);
  makeFolder(out);
  writeModel(join(out, runFiles.best), description, tensors, { weights });
  const { readTemperature, writeTemperature } = await import("../../detector/temperature-file.js");
  const temperature = readTemperature(model);
  if (temperature) writeTemperature(out, temperature);

  const { evaluateSentences } = await import("../../evaluation/index.js");
  const score = async (folder: string) => {
    const { detector } = await startDetector(folder, options.engine);
    note(`scoring ${sentences.length.toLocaleString("en")} sentences with the model in ${folder}`);
    return evaluateSentences(detector, sentences).finally(() => detector.dispose());
  };
  const original = await score(run);
  const packed = await score(out);
  const bytes = readdirSync(out)
    .filter((name) => /\.(json|safetensors)$/.test(name))
    .reduce((sum, name) => sum + statSync(join(out, name)).size, 0);
  const { modelCard } = await import("../shared/model-card.js");
  const card = modelCard({
    name: basename(resolve(out)),
    handle: dirname(resolve(out)) === resolve(readyModels) ? basename(resolve(out)) : out,
    model: description.model,
    types: description.types,
    run: identity,
    result,
    weights,
    bytes,
    title: basename(title),
    packed,
    original: original.scores,
    addedWords,
    temperature,
    training: await trainingSentences(corpus, selection, readOptions(options)),
    notes,
  });
  writeAtomic(join(out, "README.md"), card);
  const [before, after] = [original, packed].map(({ scores }) => scores.overall.f1.toFixed(2));
  printText(
    `${showBytes(bytes)} in ${out}; F1 on ${basename(title)}: ${after}, with 32-bit weights ${before}`,
  );
}

/** The model of the run, with the words of `--word-vectors` that it lacks. */
async function modelToPack({ run, wordVectors: file, words }: PackOptions) {
  const { findModel, readModel } = await import("../../detector/storage.js");
  const path = findModel(run);
  const model = readModel(path);
  if (file === undefined) return { ...model, addedWords: 0 };
  const { firstWords } = await import("../../corpus/index.js");
  const { withNewWords } = await import("../../detector/word-vectors.js");
  const extended = await withNewWords(model, { file, words: await firstWords(file, words) }, path);
  const [before, after] = [model, extended].map(({ description }) => description.vocabularies.words.size);
  return { ...extended, addedWords: after - before };
}
