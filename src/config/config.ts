import { z } from "zod";
import { InputError, naming, show } from "../base/errors";
import { parseJson } from "../base/json";
import { nearest, parseWith } from "../base/schema";
import { bertOf } from "../bert/bert-config";
import { completeBert } from "../bert/pretrained/pretrained-bert";
import { type Batching, batchings } from "../corpus";
import { type LossConfig, lossSchema, paperLoss } from "./loss";
import { beforeKeys, type ModelConfig, modelSchema, paperModel, releasedReading } from "./model";
import { type PaperPresetName, paperPresets } from "./paper-presets";
import { isRecord, keysOf, overlay } from "./records";
import { variants } from "./variants";

/** How a model is trained. Paper: AdamW, gradient norm 1, cosine warm-up-decay (§4.2). */
export interface TrainingConfig {
  /** Seed of initial weights, shuffling and dropout. */
  readonly seed: number;
  /** Passes over the training sentences; the schedule of the learning rate ends with the last. */
  readonly epochs: number;
  /** Sentences a step. */
  readonly batchSize: number;
  /**
   * How an epoch draws its batches: sentences of similar length together, which leaves little padding, or a free shuffle as
   * in the released code.
   */
  readonly batching: Batching;
  /**
   * Parts that a step's sentences go through the model in, one after the other, their gradients added up: the same step, but
   * for what dropout draws, in a fraction of the memory, for batches that the engine cannot hold at once.
   */
  readonly accumulate: number;
  /** Highest learning rate, reached when the warm-up ends. The paper's 2e-5 is for fine-tuning BERT. */
  readonly learningRate: number;
  /** Share of all steps over which the learning rate rises from 0. */
  readonly warmup: number;
  /** AdamW's decoupled decay, on weight matrices only: not on biases and norms. */
  readonly weightDecay: number;
  /** Gradients are scaled down to this global norm. */
  readonly maxGradientNorm: number;
  /** Stop after so many epochs without a better dev F1; null never stops early. */
  readonly patience: number | null;
  /** Words rarer than this in the training sentences share one embedding. */
  readonly minimumWordCount: number;
  /** Use only the first sentences of train; null uses all. */
  readonly limitTrain: number | null;
  /** Use only the first sentences of dev; null uses all. */
  readonly limitDev: number | null;
  /** Leave out training sentences of more tokens; null leaves out none. */
  readonly maxLength: number | null;
  /** What to learn from; with dev in it, no epoch can be chosen by dev. */
  readonly trainOn: "train" | "train+dev";
  /**
   * Split by whose F1 the best epoch is chosen; "last" chooses none and keeps the last. "test" is there to measure by how much
   * choosing on test inflates its scores.
   */
  readonly selectOn: "dev" | "test" | "last";
  /** Learning rate after the warm-up: half a cosine (§4.2), or linear as the released code has it. */
  readonly schedule: "cosine" | "linear";
  /** What weight decay shrinks: weight matrices, or every parameter as in the released code. */
  readonly decay: "matrices" | "all";
  /** Paths of parameters that are not trained: "encoder.words", "encoder.bert.layers.0-5" (see `matchesPath`). */
  readonly freeze: readonly string[];
  /** Highest learning rates of parameters by their places, as {"encoder.bert": 2e-5}; the longest place counts. */
  readonly rates: Readonly<Record<string, number>>;
  /** Factor on a BERT layer's rate against the layer above it; the embeddings lie below the lowest. 1 makes no difference. */
  readonly layerDecay: number;
}

/** Everything that decides what a run computes, besides corpus and engine. */
export interface Config {
  /** Whose choices all keys start from where paper and released code differ; each of them can be set by itself. */
  readonly variant: Variant;
  readonly model: ModelConfig;
  readonly loss: LossConfig;
  readonly training: TrainingConfig;
}

export type Variant = "paper" | "released";

const atLeastOne = z.int().min(1);

const trainingSchema: z.ZodType<TrainingConfig> = z
  .strictObject({
    seed: z.int().min(0),
    epochs: z.int().min(1).max(100_000),
    batchSize: atLeastOne.max(65_536),
    batching: z.enum(batchings),
    accumulate: atLeastOne,
    learningRate: z.number().gt(0).max(10),
    warmup: z.number().min(0).max(1),
    weightDecay: z.number().min(0).max(1),
    maxGradientNorm: z.number().gt(0),
    patience: atLeastOne.nullable(),
    minimumWordCount: atLeastOne,
    limitTrain: atLeastOne.nullable(),
    limitDev: atLeastOne.nullable(),
    maxLength: atLeastOne.nullable(),
    trainOn: z.enum(["train", "train+dev"]),
    selectOn: z.enum(["dev", "test", "last"]),
    schedule: z.enum(["cosine", "linear"]),
    decay: z.enum(["matrices", "all"]),
    freeze: z.array(z.string()),
    rates: z.record(z.string(), z.number().gt(0).max(10)),
    layerDecay: z.number().gt(0).max(1),
  })
  .refine(({ accumulate, batchSize }) => accumulate <= batchSize, {
    path: ["accumulate"],
    message: "must not exceed training.batchSize",
  })
  .refine(({ trainOn, selectOn }) => trainOn === "train" || selectOn !== "dev", {
    path: ["selectOn"],
    message: "dev is trained on and cannot choose; set training.selectOn=last",
  });

export const configSchema: z.ZodType<Config> = z.strictObject({
  variant: z.enum(["paper", "released"]),
  model: modelSchema,
  loss: lossSchema,
  training: trainingSchema,
});

const fromScratch: TrainingConfig = {
  seed: 1,
  epochs: 10,
  batchSize: 8,
  batching: "similarLength",
  accumulate: 1,
  learningRate: 1e-3,
  warmup: 0.1,
  weightDecay: 0.01,
  maxGradientNorm: 1,
  patience: null,
  minimumWordCount: 2,
  limitTrain: null,
  limitDev: null,
  maxLength: null,
  trainOn: "train",
  selectOn: "dev",
  schedule: "cosine",
  decay: "matrices",
  freeze: [],
  rates: {},
  layerDecay: 1,
};

/** What the variant sets of a BERT, where the variant or the BERT is new. */
function bertOfVariant(value: Record<string, unknown>, { variant, model }: Config): object {
  const bert = isRecord(value.model) && Object.hasOwn(value.model, "bert") ? value.model.bert : model.bert;
  const isNew = value.variant !== undefined || model.bert === null;
  return (value.variant ?? variant) === "released" && isNew && isRecord(bert)
    ? { model: { bert: releasedReading } }
    : {};
}

export type PresetName =
  | "paper"
  | "released"
  | "s0"
  | "s"
  | "m"
  | "b"
  | "small"
  | "sample"
  | "quickstart"
  | PaperPresetName;

const small: ModelConfig = {
  ...paperModel,
  embedding: { characters: 16, words: 48, pos: 16 },
  hidden: 64,
  heads: 4,
  feedForward: 256,
};

/** The reference setting without BERT. */
const s0: Config = { variant: "paper", model: paperModel, loss: paperLoss, training: fromScratch };

const half: Config = { ...s0, model: small, training: { ...fromScratch, batchSize: 16, learningRate: 2e-3 } };

const forSample: Config = { ...half, training: { ...half.training, epochs: 4 } };

/** `s0` with a BERT of as many layers as the width d that all of the model then has, as in the released code. */
const withBert = (layers: number, hidden: number, words: number, batchSize: number): Config => ({
  ...s0,
  model: {
    ...paperModel,
    embedding: { ...paperModel.embedding, words },
    bert: bertOf(layers, hidden),
    hidden,
  },
  training: { ...fromScratch, batchSize },
});

/**
 * Ready-made settings: `paper` and `released` (the reference setting `s0`, as either has it), `small` (half as wide),
 * `sample`, also called `quickstart` (what suits the bundled corpus: `npm start` trains it); `s`, `m` and `b` have a BERT of 2 × 128, 4 × 256 and 12 × 768
 * (BERT-base). It starts from random weights, and its vocabulary is made of the training sentences. `s` and `m` have no word
 * embedding, `b` has one of 200. Training them on wasm,
 * checkpoints included, took 1.3, 3 and 8.3 GiB of memory, and a checkpoint of `b` 2.5 GB on disk. `genia`, `conll03` and `weibo` are
 * the paper's main settings (`paperPresets`).
 */
export const presets: Readonly<Record<PresetName, Config>> = {
  paper: s0,
  released: parseConfig({ variant: "released" }, "the preset released", s0),
  s0,
  s: withBert(2, 128, 0, 8),
  m: withBert(4, 256, 0, 8),
  b: withBert(12, 768, 200, 4),
  small: half,
  sample: forSample,
  quickstart: forSample,
  ...paperPresets(s0),
};

/** @throws InputError naming the nearest preset. */
export function presetNamed(name: string): Config {
  if (Object.hasOwn(presets, name)) return presets[name as PresetName];
  throw new InputError(`There is no preset "${name}"${nearest(name, Object.keys(presets))}`);
}

/**
 * Checks a configuration from outside. Keys left out are taken from `base`; where a `variant` is named, first from that.
 * @param source what to call it in a message, for example the file it was read from.
 * @throws InputError for an unknown key (naming the nearest valid one) or a value out of range.
 */
export function parseConfig(value: unknown, source: string, base: Config = presets.s0): Config {
  if (!isRecord(value))
    throw new InputError(`${source} is ${show(value)}: expected an object with model, loss and training`);
  refusePrototype(value, source);
  const variant = Object.hasOwn(variants, String(value.variant)) ? variants[value.variant as Variant] : {};
  return parseWith(
    configSchema,
    withPretrained(
      overlay(overlay(overlay(base, variant), bertOfVariant(value, base)), value),
      value,
      base,
      source,
    ),
    source,
  );
}

/** No key of a configuration lies deeper; Zod refuses what does. */
const mostLevels = 8;

/** Zod passes over this key of a record. @throws InputError naming where it is */
function refusePrototype(value: Record<string, unknown>, source: string, path: readonly string[] = []): void {
  for (const [key, inner] of Object.entries(value)) {
    const inside = [...path, key];
    if (key === "__proto__") throw new InputError(`${source}: unknown key "${inside.join(".")}"`);
    if (isRecord(inner) && inside.length < mostLevels) refusePrototype(inner, source, inside);
  }
}

/** What runs computed before a key existed, whatever their variant. */
const runsBeforeKeys = { model: beforeKeys, training: { batching: "similarLength" } };

/**
 * Checks the complete configuration that a run stored; a key added since then takes the value that the run computed with.
 * @param source what to call it in a message, for example the file it was read from.
 * @throws InputError as {@link parseConfig}
 */
export function parseStoredConfig(value: unknown, source: string): Config {
  return parseConfig(isRecord(value) ? overlay(runsBeforeKeys, value) : value, source);
}

/** Asks the pre-trained BERT that is newly named for what the config leaves out. */
function withPretrained(
  merged: unknown,
  { model: change }: Record<string, unknown>,
  { model }: Config,
  source: string,
): unknown {
  if (!isRecord(change) || !isRecord(merged) || !isRecord(merged.model)) return merged;
  const { bert } = merged.model;
  const completed = naming(`${source}: model.bert.from`, () =>
    completeBert(bert, change.bert, model.bert?.from),
  );
  return { ...merged, model: { ...merged.model, bert: completed } };
}

/**
 * Applies `key=value` settings, as in `model.layers=2`, `model.kernels=[2,3]` or `training.rates.encoder.bert=2e-5`; a value is read as JSON, else as text.
 * @throws InputError for a setting without "=", an unknown key or a value out of range.
 */
export function applyOverrides(config: Config, settings: readonly string[]): Config {
  return settings.reduce((result, setting) => {
    const [, path, text] = setting.match(/^([^=]+)=(.*)$/s) ?? [];
    if (path === undefined)
      throw new InputError(`--set ${setting}: expected key=value, as in model.layers=2`);
    let value: unknown = text;
    try {
      value = parseJson(text);
    } catch {
      // plain text, as in model.update=residual
    }
    const change = keysOf(path).reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
    return parseConfig(change, `--set ${setting}`, result);
  }, config);
}
