import { existsSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { type Command, Option } from "commander";
import { InputError } from "../base/errors";
import { showSeconds } from "../base/progress";
import { command, shellWords } from "../base/shell";
import type { TrainingCorpus } from "../corpus";
import type { ReadOptions } from "../corpus/formats/registry";
import type { Config, PaperSource, PresetName, Selection, TrainingResult } from "../training";
import { bundledCorpus, corpusOption } from "./corpus-option";
import { addReadOptions, corpusArguments, readOptions } from "./corpus-options";
import {
  addExamples,
  engineChangeOption,
  engineOption,
  jsonOption,
  splitOrders,
  wholeNumber,
} from "./options";
import { note, printJson, printText } from "./output";
import { type RunEngineOptions, startRunEngine } from "./run-engine";
import { scoresTable } from "./scores-table";
import { sameCommand, trainShown } from "./training-run";

interface TrainOptions extends RunEngineOptions, ReadOptions {
  /** Given, or the preset's, once the options are checked. */
  readonly corpus: string;
  readonly preset: string;
  readonly config?: string;
  readonly wordVectors?: string;
  readonly set: readonly string[];
  readonly out?: string;
  readonly seed?: number;
  readonly epochs?: number;
  readonly limitTrain?: number;
  readonly limitDev?: number;
  readonly maxLength?: number;
  readonly checkpointMinutes?: number;
  readonly fromDisk?: true;
  readonly json?: true;
}

const presetNames: readonly PresetName[] = [
  "sample",
  "quickstart",
  "small",
  "s0",
  "paper",
  "released",
  "s",
  "m",
  "b",
  "genia",
  "conll03",
  "weibo",
];
const defaultPreset: PresetName = "small";

/** Made for the bundled corpus, which they are trained on unless another is given. */
const samplePresets: readonly string[] = ["sample", "quickstart"] satisfies PresetName[];

export function addTrain(program: Command): void {
  const train = program
    .command("train")
    .summary("train a model on a corpus")
    .description(
      "Trains the model on a corpus's train split, scores it on dev after every epoch and keeps the best (without a dev split " +
        "the last); at the end scores that one on test. The run's folder then holds run.json (settings), log.jsonl (a line an epoch), best.json and " +
        "last.json (the models, each with its tensors in a safetensors file) and result.json (scores). Settings are a preset or " +
        "a file, changed by --set, changed by the options below. Ctrl-C, SIGTERM and SIGHUP save the step under way, stop and say " +
        "how to resume; a run that was killed goes on after the last step that was saved, to the same numbers (docs/durability.md). The presets genia, conll03 and weibo are the paper's main settings: they " +
        "start from a BERT-base (pnr encoder fetch gets it), want the corpus of that name, 9 GiB of memory and a GPU: on two cores of a " +
        "processor they take about 20, 20 and 2 hours (docs/encoders.md).",
    )
    .addOption(
      corpusOption(
        `the corpus folder (required; for ${samplePresets.join(" and ")} the bundled sample corpus)`,
      ),
    )
    .addOption(
      new Option("--preset <name>", `ready-made settings: ${presetNames.join(", ")}`)
        .default(defaultPreset)
        .conflicts("config"),
    )
    .option(
      "--config <file>",
      "settings from a JSON file {variant, model, loss, training}; what it leaves out is as in s0",
    )
    .option(
      "--word-vectors <file>",
      "start the word embedding from this file of GloVe or word2vec (text or binary, or .gz), as wide as its vectors",
    )
    .addOption(
      new Option("--set <key=value...>", "change settings, for example model.layers=2").default([], "none"),
    )
    .option(
      "--out <folder>",
      "the run's folder (default: a new one in runs/); a run begun there is gone on with",
    )
    .option("--seed <number>", "seed of weights, order and dropout", wholeNumber(0))
    .option("--epochs <number>", "how many epochs to train", wholeNumber(1))
    .option("--limit-train <number>", "use only the first sentences of train", wholeNumber(1))
    .option("--limit-dev <number>", "use only the first sentences of dev", wholeNumber(1))
    .option("--max-length <number>", "leave out training sentences of more tokens", wholeNumber(1))
    .option(
      "--checkpoint-minutes <number>",
      "how often the run is saved within an epoch (default: 10)",
      wholeNumber(1),
    )
    .option(
      "--from-disk",
      "leave train on disk, for a corpus larger than memory; pnr corpus convert --to arrow makes one of it",
    )
    .addOption(engineOption())
    .addOption(engineChangeOption())
    .addOption(jsonOption())
    .action(run);
  addReadOptions(train);
  train.hook("preAction", requireCorpus);
  addExamples(
    train,
    ["the bundled sample corpus with settings made for it", "pnr train --preset sample"],
    ["a small model on the bundled sample corpus", "pnr train --corpus sample"],
    [
      "an ablation: no spatial modulation, two layers",
      "pnr train --corpus sample --set model.spatial=false model.layers=2 --out runs/no-spatial",
    ],
    [
      "with pre-trained word vectors, changed by training",
      "pnr train --corpus genia --word-vectors glove.6B.100d.txt --set model.wordVectors.trainable=true",
    ],
    [
      "tags that say no type, in files of two columns",
      "pnr train --corpus BC5CDR-chem --columns token,tag --type Chemical",
    ],
    [
      "a quick look at a big corpus",
      "pnr train --corpus genia --limit-train 2000 --max-length 60 --epochs 3",
    ],
  );
}

function requireCorpus(_: Command, train: Command): void {
  const { corpus, preset, config } = train.opts<Partial<TrainOptions>>();
  if (corpus !== undefined) return;
  if (config !== undefined || !samplePresets.includes(preset!)) train.error("error: --corpus is required");
  train.setOptionValue("corpus", bundledCorpus());
}

async function run(options: TrainOptions): Promise<void> {
  const config = await configOf(options);
  const { loadCorpus, openCorpus } = await import("../corpus/index.js");
  const read = options.fromDisk ? openCorpus : loadCorpus;
  const corpus = await read(options.corpus, { ...readOptions(options), onRemark: note }).catch(
    (error: unknown) => withSource(error, options),
  );
  const given = process.argv.slice(2);
  const corpusArgs = corpusArguments(options.corpus, given);
  const settings = options.config ? basename(options.config, extname(options.config)) : options.preset;
  const directory = options.out ?? freeDirectory(join("runs", `${corpus.name}-${settings}`));
  await startRunEngine(directory, options);
  if (!config.model.wordVectors) await noteVectors(options);
  const result = await trainShown({
    config,
    corpus,
    corpusArguments: corpusArgs,
    directory,
    checkpoint: { minutes: options.checkpointMinutes },
    allowEngineChange: options.allowEngineChange,
    goOn: sameCommand(given, directory),
  });
  if (options.json) printJson(result);
  else {
    const { selectionOf } = await import("../training/index.js");
    printText(resultText(result, corpus, corpusArgs, selectionOf(config, corpus)));
  }
}

/** What a preset of the paper takes from elsewhere; undefined for other settings. */
async function sourceOf({ config, preset }: TrainOptions): Promise<PaperSource | undefined> {
  const { paperPresetNames, paperSources } = await import("../training/index.js");
  const name = paperPresetNames.find((paper) => paper === preset);
  return config || !name ? undefined : paperSources[name];
}

/** A missing corpus of the paper, with where it comes from. */
async function withSource(error: unknown, options: TrainOptions): Promise<never> {
  const source = await sourceOf(options);
  if (!source || existsSync(options.corpus) || !(error instanceof InputError)) throw error;
  const message = `${error.message}; the preset ${options.preset} is for ${source.corpus}`;
  throw new InputError(message, { cause: error });
}

async function noteVectors(options: TrainOptions): Promise<void> {
  const source = await sourceOf(options);
  if (!source) return;
  note(
    `word embeddings start at random; the paper takes ${source.vectors}: --word-vectors FILE (without them no score is comparable)`,
  );
}

async function configOf(options: TrainOptions): Promise<Config> {
  const { applyOverrides, parseConfig, presetNamed } = await import("../config/config.js");
  const { readJson } = await import("../base/files.js");
  const { parseUniqueJson } = await import("../base/json.js");
  const start = options.config
    ? parseConfig(readJson(options.config, parseUniqueJson), options.config)
    : presetNamed(options.preset);
  const settings = applyOverrides(await withWordVectors(start, options.wordVectors), options.set);
  const { seed, epochs, limitTrain, limitDev, maxLength } = options;
  const training = Object.entries({ seed, epochs, limitTrain, limitDev, maxLength }).filter(
    ([, value]) => value !== undefined,
  );
  return parseConfig({ training: Object.fromEntries(training) }, "the command line", settings);
}

async function withWordVectors(config: Config, file: string | undefined): Promise<Config> {
  if (file === undefined) return config;
  const { vectorDimension } = await import("../corpus/index.js");
  const { parseConfig } = await import("../config/config.js");
  const model = { embedding: { words: await vectorDimension(file) }, wordVectors: { file } };
  return parseConfig({ model }, "--word-vectors", config);
}

/** The first of `runs/x`, `runs/x-2`, `runs/x-3` … that does not exist. */
function freeDirectory(wanted: string): string {
  for (let number = 1; ; number++) {
    const directory = number === 1 ? wanted : `${wanted}-${number}`;
    if (!existsSync(directory)) return directory;
  }
}

function resultText(
  { bestEpoch, scores, seconds, directory }: TrainingResult,
  { splits }: Pick<TrainingCorpus, "splits">,
  corpusArgs: readonly string[],
  selection: Selection,
): string {
  const tables = (["dev", "test"] as const).flatMap((split) => {
    const { [split]: score } = scores;
    if (!score) return [];
    const all = splits[split].length;
    const part = score.sentences < all ? `, the first ${score.sentences} of ${all} sentences` : "";
    return [`\n${split}${part}\n${scoresTable(score)}\n`];
  });
  const chosen = selection === "last" ? "the last" : `the best on ${selection}`;
  const split = splitOrders.test.find((name) => name in scores) ?? "train";
  return [
    ...tables,
    `Trained in ${showSeconds(seconds)}; the checkpoint is that of epoch ${bestEpoch}, ${chosen}. All of it is in ${directory}`,
    `Next: ${command`pnr predict --run ${directory}`} ${shellWords(corpusArgs)} --split ${split}`,
  ].join("\n");
}
