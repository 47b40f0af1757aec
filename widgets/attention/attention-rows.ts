import { highest } from "../shared/arrays";
import type { AttentionLayer, AttentionModel } from "./attention-data";

/** A layer from 1; a head from 1, or the mean of all heads; the proposal's token from 0. */
export interface Selection {
  readonly layer: number;
  readonly head: number | "mean";
  readonly proposal: number;
}

/** The four views, in the order of the computation. */
export const views = ["content", "logPrior", "sum", "weights"] as const;
export type ViewName = (typeof views)[number];

export function perView<Value>(compute: (view: ViewName) => Value): Readonly<Record<ViewName, Value>> {
  const [content, logPrior, sum, weights] = views.map(compute);
  return { content, logPrior, sum, weights };
}

/** The attention of one proposal, token by token. For the mean of the heads, the mean of each quantity. */
export interface AttentionRow extends Readonly<Record<ViewName, Float64Array>> {
  /** [L] content scores */
  readonly content: Float64Array;
  /** [L] log G; zeros unless the prior is on */
  readonly logPrior: Float64Array;
  /** [L] content + logPrior */
  readonly sum: Float64Array;
  /** [L] softmax of the sum */
  readonly weights: Float64Array;
  /** [L] softmax of the content scores alone: the weights that this layer would have without its prior */
  readonly unmodulated: Float64Array;
}

export function attentionRow(model: AttentionModel, { layer, head, proposal }: Selection): AttentionRow {
  const { heads } = model.layers[layer - 1];
  const rows = headsOf(heads, head).map((one) => headRow(model, layer, one, proposal));
  if (rows.length === 1) return rows[0];
  const [content, logPrior, weights] = (["content", "logPrior", "weights"] as const).map((view) =>
    meanOf(rows.map((row) => row[view])),
  );
  const row = { content, logPrior, sum: add(content, logPrior), weights };
  return withUnmodulated(row, () => meanOf(rows.map(({ unmodulated }) => unmodulated)));
}

/** Adds `unmodulated`, computed on first use: maps hold all rows but need it only for tooltips. */
function withUnmodulated(row: Omit<AttentionRow, "unmodulated">, compute: () => Float64Array): AttentionRow {
  let unmodulated: Float64Array | undefined;
  return {
    ...row,
    get unmodulated(): Float64Array {
      unmodulated ??= compute();
      return unmodulated;
    },
  };
}

export function attentionRows(model: AttentionModel, selection: Omit<Selection, "proposal">): AttentionRow[] {
  return model.tokens.map((_, proposal) => attentionRow(model, { ...selection, proposal }));
}

/** The selected heads, counted from 0. */
export function headsOf(heads: number, head: Selection["head"]): number[] {
  return head === "mean" ? Array.from({ length: heads }, (_, i) => i) : [head - 1];
}

function headRow(model: AttentionModel, layer: number, head: number, proposal: number): AttentionRow {
  const attention = model.layers[layer - 1];
  const content = Float64Array.from(attention.content(head, proposal));
  if (model.prior !== "on") {
    const weights = softmax(content);
    const logPrior = new Float64Array(content.length);
    return { content, logPrior, sum: content, weights, unmodulated: weights };
  }
  const logPrior = logGaussian(attention, model.locations[layer - 1], head, proposal);
  const sum = add(content, logPrior);
  return withUnmodulated({ content, logPrior, sum, weights: softmax(sum) }, () => softmax(content));
}

/** log G(n_j) of every location n_j. @param locations [L, 2] */
function logGaussian(
  attention: AttentionLayer,
  locations: Float32Array,
  head: number,
  proposal: number,
): Float64Array {
  const length = locations.length / 2;
  const index = head * length + proposal;
  const result = new Float64Array(length);
  for (let token = 0; token < length; token++)
    result[token] = logGaussianAt(attention, index, locations[2 * token], locations[2 * token + 1]);
  return result;
}

/** log G(n) = -(n - μ)ᵀ Θ (n - μ) at the location n = (start, end) (Eq. 12). @param index of the head's Gaussian, head · L + proposal */
export function logGaussianAt(
  { center, precision }: AttentionLayer,
  index: number,
  start: number,
  end: number,
): number {
  const x = start - center[2 * index];
  const y = end - center[2 * index + 1];
  const squares =
    precision[3 * index] * x * x + 2 * precision[3 * index + 1] * x * y + precision[3 * index + 2] * y * y;
  return Math.min(0, -squares); // rounding may exceed 0
}

function add(first: Float64Array, second: Float64Array): Float64Array {
  return first.map((value, token) => value + second[token]);
}

function meanOf(rows: readonly Float64Array[]): Float64Array {
  const result = new Float64Array(rows[0].length);
  for (const row of rows) for (let token = 0; token < row.length; token++) result[token] += row[token];
  return result.map((total) => total / rows.length);
}

function softmax(scores: Float64Array): Float64Array {
  const most = highest(scores);
  const weights = new Float64Array(scores.length);
  let total = 0;
  for (let token = 0; token < scores.length; token++) {
    weights[token] = Math.exp(scores[token] - most);
    total += weights[token];
  }
  for (let token = 0; token < scores.length; token++) weights[token] /= total;
  return weights;
}

/** How many tokens attention spreads over: exp(entropy) of its weights, from 1 to all tokens. */
export function spread(weights: Float64Array): number {
  let entropy = 0;
  for (const weight of weights) if (weight > 0) entropy -= weight * Math.log(weight);
  return Math.exp(entropy);
}

/** The share of attention that the prior moves to other tokens, from 0 to 1: the total variation distance. */
export function movedShare({ weights, unmodulated }: Pick<AttentionRow, "weights" | "unmodulated">): number {
  let total = 0;
  for (let token = 0; token < weights.length; token++) total += Math.abs(weights[token] - unmodulated[token]);
  return total / 2;
}

/** The contribution of a head to one proposal in a layer. */
export interface HeadUse {
  /** Counts from 1. */
  readonly head: number;
  /** Weight of the head in the new start and in the new end (Eq. 15); each sums to 1 over the heads. */
  readonly start: number;
  readonly end: number;
  readonly spread: number;
  readonly moved: number;
}

export function headUses(model: AttentionModel, { layer, proposal }: Omit<Selection, "head">): HeadUse[] {
  const { heads, headWeights } = model.layers[layer - 1];
  return headsOf(heads, "mean").map((head) => {
    const row = headRow(model, layer, head, proposal);
    const [start, end] = headWeights.subarray(2 * (proposal * heads + head));
    return { head: head + 1, start, end, spread: spread(row.weights), moved: movedShare(row) };
  });
}

/** A number with that many decimals, never "-0.00". */
export function decimals(value: number, count: number): string {
  const text = value.toFixed(count);
  return Number(text) === 0 ? text.replace("-", "") : text;
}
