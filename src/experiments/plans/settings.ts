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
