import { type ModelConfig, releasedModel } from "../config/model-config";
import { type LossConfig, releasedLoss } from "../config/training-config";
import type { TrainingConfig, Variant } from "../training";
import { type AblationKey, table6, table7 } from "./paper";

/** The changes of a setting to a config. Scale and corpus decide the rest. */
export interface ConfigChange {
  /** Sets every key in which paper and released code differ, before the other changes. */
  readonly variant?: Variant;
  readonly model?: Partial<ModelConfig>;
  readonly loss?: Partial<LossConfig>;
  readonly training?: Partial<TrainingConfig>;
}

/** A row of a table, or a point of a figure. */
export interface Setting {
  /** Joins the setting with the paper's row and with the claims about it (`PlanKeys`). Unique within a plan. */
  readonly key: string;
  /** The table's first column, or the figure's x value. */
  readonly label: string;
  readonly change: ConfigChange;
  /** The number that a figure draws scores against. */
  readonly value?: number;
  /** The line of the figure, if it has a line per series of settings instead of one per entity length. */
  readonly series?: string;
}

/** The paper's main model: only scale and corpus decide the config. */
export const main: readonly Setting[] = [{ key: "main", label: "Our Model", change: {} }];

/** The paper does not say what replaces the gate in "-Gated Update"; ours is LayerNorm(h' + q'). */
const ablationChanges: Readonly<Record<AblationKey, ConfigChange>> = {
  origin: {},
  backward: { model: { backward: false } },
  spatial: { model: { spatial: false } },
  update: { model: { update: "residual" } },
  category: { model: { category: false } },
  locationIteration: { model: { locationIteration: false } },
  logitIteration: { model: { logitIteration: false } },
};

/** Table 6, then ablations that the paper does not have: add a line for each. */
export const ablations: readonly Setting[] = [
  ...table6.map(({ key, setting }) => ({ key, label: setting, change: ablationChanges[key] })),
];

/** Table 7. */
export const kernelSizes: readonly Setting[] = table7.map(({ key, setting }) => ({
  key,
  label: setting,
  change: { model: { kernels: JSON.parse(key) as number[] } },
}));

/**
 * The two readings of "-Gated Update", because the paper is not clear: only the gate is removed, or a Transformer's feed-forward
 * block, whose role it has (§4.5.1), replaces it.
 */
export const gateReadings: readonly Setting[] = [
  { key: "gate", label: "Origin", change: {} },
  { key: "residual", label: "-Gated Update: LayerNorm(h' + q')", change: { model: { update: "residual" } } },
  {
    key: "feedForward",
    label: "-Gated Update: feed-forward block",
    change: { model: { update: "feedForward" } },
  },
];

export type LayersKey = "1" | "2" | "3" | "4" | "5";
const layerCounts: readonly LayersKey[] = ["1", "2", "3", "4", "5"];

/** Figure 5: regressor layers, with kernels [2,3] and 8 heads (§4.5.3). The paper does not say which numbers it shows. */
export const regressorLayers: readonly Setting[] = layerCounts.map((key) => ({
  key,
  label: key,
  value: Number(key),
  change: { model: { kernels: [2, 3], heads: 8, layers: Number(key) } },
}));

export type HeadsKey = "1" | "2" | "4" | "8" | "16";
const headCounts: readonly HeadsKey[] = ["1", "2", "4", "8", "16"];

/** Figure 6: attention heads, with kernels [2,3] and 3 layers (§4.5.4). The paper does not say which numbers it shows. */
export const attentionHeads: readonly Setting[] = headCounts.map((key) => ({
  key,
  label: key,
  value: Number(key),
  change: { model: { kernels: [2, 3], heads: Number(key), layers: 3 } },
}));

/** The paper's model and the baselines: the same encoder, data and budget, so that only what follows the encoder differs. */
export const baselineSettings: readonly Setting[] = [
  { key: "pnr", label: "PnR", change: {} },
  { key: "crf", label: "BiGRU-CRF, flat", change: { model: { architecture: "crf" } } },
  {
    key: "crfLevels",
    label: "BiGRU-CRF by levels",
    change: { model: { architecture: "crf", crfLevels: null } },
  },
  { key: "spans", label: "span classifier", change: { model: { architecture: "spans" } } },
];

const trainingSizes = [125, 250, 500, 1000, 2000, 4000];

/** Learning curves: the paper's model and the baselines, each on random training sentences of each seed. */
export const learningCurves: readonly Setting[] = baselineSettings.flatMap(({ key, label, change }) =>
  trainingSizes.map((value) => ({
    key: `${key} ${value}`,
    label: `${label}, ${value}`,
    value,
    series: label,
    change: { ...change, training: { limitTrain: value, subset: "random" } },
  })),
);

/** Measures how much scores rise if test chooses the epoch, as in the released code. */
export const selections: readonly Setting[] = [
  { key: "dev", label: "chosen on dev", change: {} },
  { key: "test", label: "chosen on test", change: { training: { selectOn: "test" } } },
];

export type BatchingKey = "shuffled" | "similarLength";

/** Batches drawn as the released code draws them, and of sentences of similar length. */
export const batchingSettings: readonly Setting[] = [
  { key: "shuffled", label: "shuffled", change: { training: { batching: "shuffled" } } },
  { key: "similarLength", label: "similar length", change: { training: { batching: "similarLength" } } },
];

/** Keys that matter only with a BERT, without a backward block, or if two probabilities are exactly equal. */
const ineffective = ["bertContext", "withoutBackward", "acceptTies"];

/** Keys that were added after the stored runs, at the values that those runs had. */
const unmeasured = {
  model: { wordFallback: ["lower"], maxCharacters: 32 },
  training: { batching: "similarLength" },
} as const;

const released = (label: string, change: ConfigChange): Setting => ({ key: label, label, change });

const { update, ...differentModel } = releasedModel;

/** Each difference from the released code alone, then all of them. */
export const differences: readonly Setting[] = [
  released("paper", {}),
  ...Object.entries({ ...differentModel, update })
    .filter(([key]) => !ineffective.includes(key) && !Object.hasOwn(unmeasured.model, key))
    .map(([key, value]) => released(`model.${key}=${value}`, { model: { [key]: value } })),
  ...Object.entries(releasedLoss).map(([key, value]) =>
    released(`loss.${key}=${value}`, { loss: { [key]: value } }),
  ),
  released("training.schedule=linear", { training: { schedule: "linear" } }),
  released("training.decay=all", { training: { decay: "all" } }),
  released(
    'variant=released training.batching=similarLength model.wordFallback=["lower"] model.maxCharacters=32',
    { variant: "released", ...unmeasured },
  ),
];
