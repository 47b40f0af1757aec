// Sentences are padded to the longest, L. Tensors by head are [batch, M, L, ...], by query and key [batch, M, L, L].
import * as tf from "@tensorflow/tfjs-core";
import type { AttentionInput, AttentionPrior, AttentionShape, AttentionVersion } from "./attention-input";
import { pack, packSquares, pad, padSquares } from "./padding";
import { softmaxGradient } from "./softmax";

/** Added to a score, makes its weight exactly 0. Finite, so that it cannot cause NaN. */
const maskScore = -1e12;

/** Attention with tfjs operations. */
export const composedAttention: AttentionVersion = {
  forward(input, shape) {
    const { heads, lengths, keys = lengths } = shape;
    const { transformed, prior, mask } = padded(input, shape);
    const [batch, tokens, width] = transformed.shape;
    const [, , values] = byHead(transformed, heads);
    const { content, logPrior } = scoresOf(transformed, prior, heads);
    const scores = logPrior ? tf.add(content, logPrior) : content;
    const isKey = firstTokens(keys, tokens);
    const maskScores = tf.mul(tf.sub(1, isKey), maskScore);
    const softmax = tf.softmax(tf.add(scores, tf.reshape(maskScores, [batch, 1, 1, tokens])));
    // In a sentence without keys, softmax gives weight to masked tokens.
    const weights = tf.mul(softmax, tf.reshape(isKey, [batch, 1, 1, tokens]));
    const outputs = tf.matMul(mask ? tf.mul(weights, mask) : weights, values);
    const output = tf.reshape(tf.transpose(outputs, [0, 2, 1, 3]), [batch, tokens, width / 3]);
    return [pack(output, lengths), packSquares(weights, lengths)];
  },

  backward(dOutput, packedWeights, input, shape) {
    const { heads, lengths } = shape;
    const { transformed, prior, mask } = padded(input, shape);
    const weights = padSquares(packedWeights, lengths, heads);
    const [batch, tokens, width] = transformed.shape;
    const [queries, keys, values] = byHead(transformed, heads);
    const split = tf.reshape(pad(dOutput, lengths), [batch, tokens, heads, width / 3 / heads]);
    const dOutputs = tf.transpose(split, [0, 2, 1, 3]);
    const dValues = tf.matMul(mask ? tf.mul(weights, mask) : weights, dOutputs, true, false);
    const dMasked = tf.matMul(dOutputs, values, false, true);
    const dScores = softmaxGradient(weights, mask ? tf.mul(dMasked, mask) : dMasked);
    const dContent = tf.mul(dScores, scaleOf(queries));
    const dQueries = tf.matMul(dContent, keys);
    const dKeys = tf.matMul(dContent, queries, true, false);
    const thirds = tf.transpose(tf.stack([dQueries, dKeys, dValues]), [1, 3, 0, 2, 4]);
    const gradients = [
      tf.reshape(thirds, transformed.shape),
      ...(prior ? priorGradient(prior, dScores) : []),
    ];
    return gradients.map((gradient) => pack(gradient, lengths));
  },
};

/** Pads tensors to [batch, L, ...] and the mask to [batch, M, L, L]. */
function padded(
  { transformed, prior, mask }: AttentionInput,
  { heads, lengths }: AttentionShape,
): AttentionInput {
  return {
    transformed: pad(transformed, lengths),
    prior: prior && {
      gaussians: pad(prior.gaussians, lengths),
      locations: pad(prior.locations, lengths),
    },
    mask: mask && padSquares(mask, lengths, heads),
  };
}

/** The terms of the attention scores. */
interface AttentionScores {
  /** q and k [M, L, D] */
  readonly queries: tf.Tensor;
  readonly keys: tf.Tensor;
  /** q · k / √D [M, L, L] */
  readonly content: tf.Tensor;
  /** log G [M, L, L]; undefined without a prior */
  readonly logPrior: tf.Tensor | undefined;
}

/** The terms of the attention scores of a single sentence. */
export function attentionScores({ transformed, prior }: AttentionInput, heads: number): AttentionScores {
  const asBatch = (tensor: tf.Tensor): tf.Tensor => tf.expandDims(tensor, 0);
  const batch = asBatch(transformed);
  const batchPrior = prior && {
    gaussians: asBatch(prior.gaussians),
    locations: asBatch(prior.locations),
  };
  const [queries, keys] = byHead(batch, heads).map((part) => tf.squeeze(part, [0]));
  const { content, logPrior } = scoresOf(batch, batchPrior, heads);
  return {
    queries,
    keys,
    content: tf.squeeze(content, [0]),
    logPrior: logPrior && tf.squeeze(logPrior, [0]),
  };
}

function scoresOf(
  transformed: tf.Tensor,
  prior: AttentionPrior | undefined,
  heads: number,
): { content: tf.Tensor; logPrior: tf.Tensor | undefined } {
  const [queries, keys] = byHead(transformed, heads);
  const content = tf.mul(tf.matMul(queries, keys, false, true), scaleOf(queries));
  if (!prior) return { content, logPrior: undefined };
  const { u, v } = modulation(prior);
  return { content, logPrior: tf.neg(tf.add(tf.square(u), tf.square(v))) };
}

/** [batch, L, 3 · d] → 3 × [batch, M, L, D] */
function byHead(transformed: tf.Tensor, heads: number): tf.Tensor[] {
  const [batch, tokens, width] = transformed.shape;
  const split = tf.reshape(transformed, [batch, tokens, 3, heads, width / 3 / heads]);
  return tf.unstack(tf.transpose(split, [2, 0, 3, 1, 4]));
}

const scaleOf = (queries: tf.Tensor): number => 1 / Math.sqrt(queries.shape[3] as number);

/** [batch, L] 1 for the first `counts` tokens of each sentence, else 0. */
function firstTokens(counts: readonly number[], tokens: number): tf.Tensor {
  const values = new Float32Array(counts.length * tokens);
  counts.forEach((count, row) => {
    values.fill(1, row * tokens, row * tokens + count);
  });
  return tf.tensor2d(values, [counts.length, tokens], "float32");
}

/** The terms of log G = -(u² + v²), u = a s + c e, v = b s + d e, for n_j - μ_i = (s, e) and θ = (a, b; c, d). */
interface Modulation {
  readonly start: tf.Tensor;
  readonly end: tf.Tensor;
  /** a, b, c, d [batch, M, L, 1] */
  readonly factor: readonly tf.Tensor[];
  readonly u: tf.Tensor;
  readonly v: tf.Tensor;
}

function modulation({ gaussians, locations }: AttentionPrior): Modulation {
  const [batch, tokens] = locations.shape;
  const centers = [0, 1].map((side) => tf.slice(locations, [0, 0, side], [batch, tokens, 1]));
  const [startOffset, endOffset, ...factor] = tf.split(tf.transpose(gaussians, [0, 2, 1, 3]), 6, 3);
  const [start, end] = [startOffset, endOffset].map((offset, side) => {
    const center = tf.add(tf.reshape(centers[side], [batch, 1, tokens, 1]), offset);
    return tf.sub(tf.reshape(centers[side], [batch, 1, 1, tokens]), center);
  });
  const [a, b, c, d] = factor;
  const u = tf.add(tf.mul(a, start), tf.mul(c, end));
  const v = tf.add(tf.mul(b, start), tf.mul(d, end));
  return { start, end, factor, u, v };
}

/** Gradients of Gaussians [batch, L, M, 6] and locations [batch, L, 2] from that of log G. */
function priorGradient(prior: AttentionPrior, dLogPrior: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const { start, end, factor, u, v } = modulation(prior);
  const [a, b, c, d] = factor;
  const twice = tf.mul(dLogPrior, -2);
  const [du, dv] = [tf.mul(twice, u), tf.mul(twice, v)];
  const dStart = tf.add(tf.mul(a, du), tf.mul(b, dv));
  const dEnd = tf.add(tf.mul(c, du), tf.mul(d, dv));
  const dFactor = [tf.mul(du, start), tf.mul(dv, start), tf.mul(du, end), tf.mul(dv, end)];
  const overKeys = [tf.neg(dStart), tf.neg(dEnd), ...dFactor].map((terms) => tf.sum(terms, 3));
  const dGaussians = tf.transpose(tf.stack(overKeys, 3), [0, 2, 1, 3]); // [batch, L, M, 6]
  const asKeys = tf.stack([tf.sum(dStart, [1, 2]), tf.sum(dEnd, [1, 2])], 2); //   [batch, L, 2]
  const [dOffset] = tf.split(tf.sum(dGaussians, 2), [2, 4], 2);
  return [dGaussians, tf.add(asKeys, dOffset)];
}
