import { releasedLoss } from "../../config/loss";
import { releasedDifferences } from "../../config/model";
import type { ConfigChange, Setting } from "./types";

/** The paper's model as it stands: what the scale and the corpus say. */
export const origin: Setting = { label: "Origin", change: {} };

/** Table 6's rows. What "-Gated Update" puts in the gate's place is not said; ours is LayerNorm(h' + q'). */
export const ablations: readonly Setting[] = [
  origin,
  { label: "-Backward block", change: { model: { backward: false } } },
  { label: "-Spatial modulation", change: { model: { spatial: false } } },
  { label: "-Gated Update", change: { model: { update: "residual" } } },
  { label: "-Category embedding", change: { model: { category: false } } },
  { label: "-Locations iteration", change: { model: { locationIteration: false } } },
  { label: "-Logarithms iteration", change: { model: { logitIteration: false } } },
];

const kernels = (sizes: readonly number[]): ConfigChange => ({ model: { kernels: sizes } });

/** Table 7's rows. */
export const kernelSizes: readonly Setting[] = [
  [],
  [2],
  [2, 2],
  [2, 2, 2],
  [2, 2, 2, 2],
  [2, 3],
  [2, 3, 2],
].map((sizes) => ({ label: JSON.stringify(sizes), change: kernels(sizes) }));

/** Figure 5: regressor layers, with kernels [2,3] and 8 heads (§4.5.3). Which numbers it shows is not said; these are ours. */
export const regressorLayers: readonly Setting[] = [1, 2, 3, 4, 5].map((layers) => ({
  label: String(layers),
  change: { model: { ...kernels([2, 3]).model, heads: 8, layers } },
}));

/** Figure 6: attention heads, with kernels [2,3] and 3 layers (§4.5.4). Which numbers it shows is not said; these are ours. */
export const attentionHeads: readonly Setting[] = [1, 2, 4, 8, 16].map((heads) => ({
  label: String(heads),
  change: { model: { ...kernels([2, 3]).model, heads, layers: 3 } },
}));

/** How much choosing the epoch by the test split, as the released code does, raises its scores. */
export const selections: readonly Setting[] = [
  { label: "chosen on dev", change: {} },
  { label: "chosen on test", change: { training: { selectOn: "test" } } },
];

/** They change nothing unless there is a BERT, no backward block, or probabilities that are equal to the last bit. */
const idle = ["bertContext", "withoutBackward", "acceptTies"];

/** Keys that move results and have no measured runs yet, at the values that all measured runs had. */
const unmeasured = {
  model: { wordFallback: ["lower"], maxCharacters: 32 },
  training: { batching: "similarLength" },
} as const;

/** What the released code does otherwise than the paper says: each point alone, then all of them. */
export const differences: readonly Setting[] = [
  { label: "paper", change: {} },
  ...Object.entries(releasedDifferences)
    .filter(([key]) => !idle.includes(key) && !Object.hasOwn(unmeasured.model, key))
    .map(([key, value]) => ({ label: `model.${key}=${value}`, change: { model: { [key]: value } } })),
  ...Object.entries(releasedLoss).map(([key, value]) => ({
    label: `loss.${key}=${value}`,
    change: { loss: { [key]: value } },
  })),
  { label: "training.schedule=linear", change: { training: { schedule: "linear" } } },
  { label: "training.decay=all", change: { training: { decay: "all" } } },
  {
    label:
      'variant=released training.batching=similarLength model.wordFallback=["lower"] model.maxCharacters=32',
    change: { variant: "released", ...unmeasured },
  },
];
