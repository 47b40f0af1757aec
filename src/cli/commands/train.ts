import { existsSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { type Command, Option } from "commander";
import { InputError } from "../../base/errors";
import { showSeconds } from "../../base/progress";
import { command, shellWords } from "../../base/shell";
import type { ConfigPatch } from "../../config/parse-config";
import { type PaperSource, type PresetName, paperSources, presetNames } from "../../config/presets";
import type { TrainingCorpus } from "../../corpus";
import type { ReadOptions } from "../../corpus/formats/registry";
import { percent, scoresTable } from "../../evaluation/scores-text";
import type { Config, InitCorpus, Selection, TrainingResult } from "../../training";
import { architectureOption, trainingOption } from "../shared/config-options";
import { addReadOptions, corpusArguments, readOptions } from "../shared/corpus-options";
import {
  addExamples,
  bundledCorpus,
  corpusOption,
  engineChangeOption,
  engineOption,
  jsonOption,
  splitOrders,
  wholeNumber,
} from "../shared/options";
import { note, printJson, printText } from "../shared/output";
import { type RunEngineOptions, startRunEngine } from "../shared/start-engine";
import { commandWithFolder, trainWithDisplay } from "../shared/training-run";

interface TrainOptions extends RunEngineOptions, ReadOptions {
  /** Set by {@link requireCorpus} if the preset determines it. */
  readonly corpus: string;
  readonly preset: string;
  readonly config?: string;
  readonly wordVectors?: string;
  readonly init?: string;
  readonly initTypes?: readonly string[];
  readonly initCorpus?: string;
  readonly set: readonly string[];
  readonly architecture?: Config["model"]["architecture"];
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

const defaultPreset: PresetName = "small";

/** Presets that train on the bundled corpus by default. */
const samplePresets: readonly string[] = ["sample", "quickstart"] satisfies PresetName[];

export function addTrain(program: Command): void {
  const train = program
    .command("train")
    .summary("train a model on a corpus")
    .description(
      "Trains a model on the train split of a corpus. Scores it on dev after each epoch and keeps the best epoch (without dev, " +
        "the last), then scores that one on test. The run's folder contains run.json (settings), log.jsonl (one line per epoch), " +
        "best.json and last.json (models, each with its tensors in a safetensors file) and result.json (scores).\n\n" +
        "The settings are those of a preset or a file, changed by --set and the options below (docs/config.md).\n\n" +
        "Ctrl-C, SIGTERM and SIGHUP save the current step, stop and print how to resume. A killed run resumes from its last saved " +
        "step, with the same numbers (docs/durability.md).\n\n" +
        "The presets genia, conll03 and weibo are the paper's main settings. They need the corpus of that name, a BERT-base (see " +
        "pnr encoder fetch), 9 GiB of memory and a GPU. On two CPU cores they take about 20, 20 and 2 hours (docs/encoders.md).",
    )
    .addOption(
      corpusOption(
        `the corpus folder (default for ${samplePresets.join(" and ")}: the bundled sample corpus; else required)`,
      ),
    )
    .addOption(
      new Option("--preset <name>", `named settings: ${presetNames.join(", ")}`)
        .default(defaultPreset)
        .conflicts("config"),
    )
    .option(
      "--config <file>",
      "settings from a JSON file {variant, model, loss, training}; keys that it omits are as in s0",
    )
    .option(
      "--word-vectors <file>",
      "initial word embedding, a file of GloVe or word2vec (text, binary or .gz); the embedding gets its width",
    )
    .addOption(
      new Option(
        "--init <model>",
        "start from a trained model: a run's folder, a ready model's name, or an imported checkpoint; its model settings apply",
      ).conflicts(["config", "wordVectors", "architecture"]),
    )
    .option("--init-types <new=old...>", "types of the corpus that have another name in the --init model")
    .option(
      "--init-corpus <folder>",
      "the corpus of the --init model: it is scored with that model and with the new one",
    )
    .addOption(architectureOption())
    .addOption(
      new Option("--set <key=value...>", "change settings, for example model.layers=2").default([], "none"),
    )
    .option(
      "--out <folder>",
      "the run's folder (default: a new one in runs/); an unfinished run there is resumed",
    )
    .addOption(trainingOption("seed"))
    .addOption(trainingOption("epochs"))
    .addOption(trainingOption("limitTrain"))
    .addOption(trainingOption("limitDev"))
    .addOption(trainingOption("maxLength"))
    .option(
      "--checkpoint-minutes <number>",
      "minutes between checkpoints within an epoch (default: 10)",
      wholeNumber(1),
    )
    .option(
      "--from-disk",
      "read train from disk during training, for a corpus larger than memory (see pnr corpus convert --to arrow)",
    )
    .addOption(engineOption())
    .addOption(engineChangeOption())
    .addOption(jsonOption())
    .action(run);
  addReadOptions(train);
  train.hook("preAction", requireCorpus);
  addExamples(
    train,
    ["the bundled sample corpus with suitable settings", "pnr train --preset sample"],
    ["a small model on the bundled sample corpus", "pnr train --corpus sample"],
    [
      "an ablation: no spatial modulation, two layers",
      "pnr train --corpus sample --set model.spatial=false model.layers=2 --out runs/no-spatial",
    ],
    [
      "a baseline: a CRF for each level of nesting",
      "pnr train --corpus sample --architecture crf --set model.crfLevels=null --out runs/crf",
    ],
    [
      "with pre-trained word vectors that training changes",
      "pnr train --corpus genia --word-vectors glove.6B.100d.txt --set model.wordVectors.trainable=true",
    ],
    [
      "tags without types, in files of two columns",
      "pnr train --corpus BC5CDR-chem --columns token,tag --type Chemical",
    ],
    [
      "fine-tune a trained model on your corpus, where GENE is the model's type DNA",
      "pnr train --init runs/quickstart --corpus my-corpus --init-types GENE=DNA --epochs 5",
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
  const { loadCorpus, openCorpus } = await import("../../corpus/index.js");
  const read = options.fromDisk ? openCorpus : loadCorpus;
  const corpus = await read(options.corpus, { ...readOptions(options), onRemark: note }).catch(
    (error: unknown) => withSource(error, options),
  );
  const args = process.argv.slice(2);
  const corpusArgs = corpusArguments(options.corpus, args);
  const settings = options.config ? basename(options.config, extname(options.config)) : options.preset;
  const directory = options.out ?? freeDirectory(join("runs", `${corpus.name}-${settings}`));
  await startRunEngine(directory, options);
  if (!config.model.wordVectors) noteVectors(options);
  const result = await trainWithDisplay({
    config,
    corpus,
    corpusArguments: corpusArgs,
    directory,
    checkpoint: { minutes: options.checkpointMinutes },
    allowEngineChange: options.allowEngineChange,
    initCorpus: await initCorpusOf(options, config),
    resumeCommand: commandWithFolder(args, directory),
  });
  if (options.json) printJson(result);
  else {
    const { selectionOf } = await import("../../training/index.js");
    printText(resultText(result, corpus, corpusArgs, selectionOf(config, corpus)));
  }
}

/** The data that a preset of the paper needs; `undefined` for other settings. */
function sourceOf({ config, preset }: TrainOptions): PaperSource | undefined {
  return config ? undefined : new Map(Object.entries(paperSources)).get(preset);
}

/** Adds the corpus's source to the error for a missing corpus of the paper. */
function withSource(error: unknown, options: TrainOptions): never {
  const source = sourceOf(options);
  if (!source || existsSync(options.corpus) || !(error instanceof InputError)) throw error;
  const message = `${error.message}; the preset ${options.preset} is for ${source.corpus}`;
  throw new InputError(message, { cause: error });
}

function noteVectors(options: TrainOptions): void {
  const source = sourceOf(options);
  if (!source) return;
  note(
    `word embeddings start from random values; the paper uses ${source.vectors}: add --word-vectors FILE for comparable scores`,
  );
}

/** The preset or the file, changed by --word-vectors, --set and the options for single keys, in this order. */
async function configOf(options: TrainOptions): Promise<Config> {
  const { readPatch, settingPatch } = await import("../../config/parse-config.js");
  const { presetNamed, presets } = await import("../../config/presets.js");
  const { config: file, preset, wordVectors, set } = options;
  const { withInit } = await import("../../training/index.js");
  const patches = [
    ...(file === undefined ? [] : [readPatch(file)]),
    ...(wordVectors === undefined ? [] : [await vectorsPatch(wordVectors)]),
    ...set.map(settingPatch),
    ...initPatches(options),
    optionsPatch(options),
  ];
  return withInit(file === undefined ? presetNamed(preset) : presets.s0, patches);
}

/** @throws InputError for types that are not like new=old */
function initPatches({ init, initTypes }: TrainOptions): ConfigPatch[] {
  const pairs = initTypes?.map((text) => {
    const [name, old, ...more] = text.split("=");
    if (name && old && !more.length) return [name, old] as const;
    throw new InputError(`--init-types ${text}: expected new=old, the corpus's type and the model's`);
  });
  return [
    ...(init === undefined ? [] : [{ source: "--init", change: { training: { init } } }]),
    ...(pairs
      ? [{ source: "--init-types", change: { training: { initTypes: Object.fromEntries(pairs) } } }]
      : []),
  ];
}

/** @throws InputError for a corpus of no initial model */
async function initCorpusOf(
  { initCorpus, ...read }: TrainOptions,
  { training }: Config,
): Promise<InitCorpus | undefined> {
  if (initCorpus === undefined) return undefined;
  if (training.init === null) throw new InputError("--init-corpus: needs --init");
  const { loadCorpus } = await import("../../corpus/index.js");
  return loadCorpus(initCorpus, { ...readOptions(read), optionalTrain: true, onRemark: note });
}

async function vectorsPatch(file: string): Promise<ConfigPatch> {
  const { vectorDimension } = await import("../../corpus/index.js");
  const model = { embedding: { words: await vectorDimension(file) }, wordVectors: { file } };
  return { source: "--word-vectors", change: { model } };
}

function optionsPatch(options: TrainOptions): ConfigPatch {
  const { architecture, seed, epochs, limitTrain, limitDev, maxLength } = options;
  const values = Object.entries({ seed, epochs, limitTrain, limitDev, maxLength }).filter(
    ([, value]) => value !== undefined,
  );
  const model = architecture && { architecture };
  return {
    source: "the command line",
    change: { ...(model && { model }), training: Object.fromEntries(values) },
  };
}

/** The first of `runs/x`, `runs/x-2`, `runs/x-3` … that does not exist. */
function freeDirectory(base: string): string {
  for (let number = 1; ; number++) {
    const directory = number === 1 ? base : `${base}-${number}`;
    if (!existsSync(directory)) return directory;
  }
}

function resultText(
  { bestEpoch, scores, seconds, directory, init }: TrainingResult,
  { splits }: Pick<TrainingCorpus, "splits">,
  corpusArgs: readonly string[],
  selection: Selection,
): string {
  const initLine = init?.scores
    ? [
        `\n${init.model} on ${init.scores.split} of its corpus: F1 ${percent(init.scores.before.overall.f1)} before, ${percent(init.scores.after.overall.f1)} after\n`,
      ]
    : [];
  const tables = (["dev", "test"] as const).flatMap((split) => {
    const { [split]: score } = scores;
    if (!score) return [];
    const all = splits[split].length;
    const part = score.sentences < all ? `, the first ${score.sentences} of ${all} sentences` : "";
    return [`\n${split}${part}\n${scoresTable(score)}\n`];
  });
  const choice = selection === "last" ? "last" : `best on ${selection}`;
  const split = splitOrders.test.find((name) => name in scores) ?? "train";
  return [
    ...tables,
    ...initLine,
    `Trained in ${showSeconds(seconds)}. The checkpoint of epoch ${bestEpoch} (${choice}) is in ${directory}`,
    `Next: ${command`pnr predict --run ${directory}`} ${shellWords(corpusArgs)} --split ${split}`,
  ].join("\n");
}
