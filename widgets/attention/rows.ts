import type { AttentionLayer, AttentionModel } from "./data";

/** A layer from 1; a head from 1 or the mean of all; the proposal's token, from 0. */
export interface Selection {
  readonly layer: number;
  readonly head: number | "mean";
  readonly proposal: number;
}

/** How one proposal attends, token by token; for the mean of the heads, the mean of what each of them shows. */
export interface AttentionRow {
  readonly content: Float64Array;
  /** log G; all zero unless the prior is on. */
  readonly logPrior: Float64Array;
  /** content + logPrior */
  readonly sum: Float64Array;
  /** Softmax of the sum. They add up to 1. */
  readonly weights: Float64Array;
  /** Softmax of the content alone: what this layer would do with its scores if it had no prior. They add up to 1. */
  readonly unmodulated: Float64Array;
}

export function attentionRow(model: AttentionModel, { layer, head, proposal }: Selection): AttentionRow {
  const rows = headsOf(model.layers[layer - 1].heads, head).map((one) =>
    headRow(model, layer, one, proposal),
  );
  if (rows.length === 1) return rows[0];
  const content = mean(rows.map((row) => row.content));
  const logPrior = mean(rows.map((row) => row.logPrior));
  const weights = mean(rows.map((row) => row.weights));
  return completed({ content, logPrior, sum: added(content, logPrior), weights }, () =>
    mean(rows.map((row) => row.unmodulated)),
  );
}

/** A row with the weights that are made only when they are asked for: maps show all rows, and these to the pointer alone. */
function completed(row: Omit<AttentionRow, "unmodulated">, make: () => Float64Array): AttentionRow {
  let made: Float64Array | undefined;
  return {
    ...row,
    get unmodulated(): Float64Array {
      made ??= make();
      return made;
    },
  };
}

/** Rows of all proposals. */
export function attentionRows(model: AttentionModel, selection: Omit<Selection, "proposal">): AttentionRow[] {
  return model.tokens.map((_, proposal) => attentionRow(model, { ...selection, proposal }));
}

/** Heads, from 0, that are meant. */
export function headsOf(heads: number, head: Selection["head"]): number[] {
  return head === "mean" ? Array.from({ length: heads }, (_, place) => place) : [head - 1];
}

function headRow(model: AttentionModel, layer: number, head: number, proposal: number): AttentionRow {
  const length = model.tokens.length;
  const content = Float64Array.from(model.layers[layer - 1].content(head, proposal));
  if (model.prior !== "on") {
    const weights = softmax(content);
    return { content, logPrior: new Float64Array(length), sum: content, weights, unmodulated: weights };
  }
  const logPrior = logGaussian(model.layers[layer - 1], model.locations[layer - 1], head, proposal);
  const sum = added(content, logPrior);
  return completed({ content, logPrior, sum, weights: softmax(sum) }, () => softmax(content));
}

/** log G(n_j) = -(n_j - μ)ᵀ Θ (n_j - μ) of every location n_j (Eq. 12). @param locations [L, 2] */
function logGaussian(
  { center, precision }: AttentionLayer,
  locations: Float32Array,
  head: number,
  proposal: number,
): Float64Array {
  const length = locations.length / 2;
  const at = head * length + proposal;
  const [startCenter, endCenter] = [center[2 * at], center[2 * at + 1]];
  const [start, both, end] = precision.subarray(3 * at, 3 * at + 3);
  const result = new Float64Array(length);
  for (let token = 0; token < length; token++) {
    const x = locations[2 * token] - startCenter;
    const y = locations[2 * token + 1] - endCenter;
    result[token] = Math.min(0, -(start * x * x + 2 * both * x * y + end * y * y)); // rounding may pass 0
  }
  return result;
}

function added(first: Float64Array, second: Float64Array): Float64Array {
  return first.map((value, token) => value + second[token]);
}

function mean(rows: readonly Float64Array[]): Float64Array {
  const result = new Float64Array(rows[0].length);
  for (const row of rows) for (let token = 0; token < row.length; token++) result[token] += row[token];
  return result.map((total) => total / rows.length);
}

/** Spreading a long row over the arguments of Math.max would not do. */
export function highest(values: ArrayLike<number>): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let place = 0; place < values.length; place++) if (values[place] > most) most = values[place];
  return most;
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

/** Over how many tokens attention spreads: e to the entropy of its weights, from 1 to all tokens. */
export function spread(weights: Float64Array): number {
  let entropy = 0;
  for (const weight of weights) if (weight > 0) entropy -= weight * Math.log(weight);
  return Math.exp(entropy);
}

/** Share of the attention, from 0 to 1, that the prior moves to other tokens: the total variation that it makes. */
export function moved({ weights, unmodulated }: Pick<AttentionRow, "weights" | "unmodulated">): number {
  let total = 0;
  for (let token = 0; token < weights.length; token++) total += Math.abs(weights[token] - unmodulated[token]);
  return total / 2;
}

/** What a layer makes of one proposal in one head. */
export interface HeadUse {
  /** Heads count from 1. */
  readonly head: number;
  /** Weight of the head in the new start and in the new end (Eq. 15); each adds up to 1 over the heads. */
  readonly start: number;
  readonly end: number;
  /** See {@link spread}. */
  readonly spread: number;
  /** See {@link moved}. */
  readonly moved: number;
}

export function headUses(model: AttentionModel, { layer, proposal }: Omit<Selection, "head">): HeadUse[] {
  const { heads, headWeights } = model.layers[layer - 1];
  return headsOf(heads, "mean").map((head) => {
    const row = headRow(model, layer, head, proposal);
    const [start, end] = headWeights.subarray(2 * (proposal * heads + head));
    return { head: head + 1, start, end, spread: spread(row.weights), moved: moved(row) };
  });
}

/** A number with that many decimals; no zero has a sign. */
export function decimals(value: number, count: number): string {
  const text = value.toFixed(count);
  return Number(text) === 0 ? text.replace("-", "") : text;
}
