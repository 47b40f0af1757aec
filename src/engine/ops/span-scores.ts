import * as tf from "@tensorflow/tfjs-core";
import { customGradient } from "./custom-gradient";

/** Scores of what is not a span: finite, so that no NaN can arise, and below every score of a span. */
const lowest = -3e38;

/** What the scores of a sentence's spans are made of, for some of its proposals. */
export interface SentenceScores {
  /** [proposals, L] for (proposal, start), and for (proposal, end) */
  readonly starts: tf.Tensor;
  readonly ends: tf.Tensor;
  /** μ [proposals, 2] */
  readonly center: tf.Tensor;
  /** θ [proposals, 4] */
  readonly factor: tf.Tensor;
}

/**
 * The scores of all spans of a sentence, with their own gradient, because the taped intermediates would each be as large
 * as the result and there would be ten of them.
 * @returns [proposals, L, L] for (proposal, start, end); {@link lowest} where end < start
 */
export function allSpanScores({ starts, ends, center, factor }: SentenceScores): tf.Tensor3D {
  const value = customGradient([starts, ends, center, factor], (save) => {
    save([center, factor]);
    const [, tokens] = starts.shape as [number, number];
    const [start, end] = offsets(center, tokens);
    const [a, b, c, d] = tf.split(factor, 4, 1);
    const part = (ofStart: tf.Tensor, ofEnd: tf.Tensor) =>
      tf.square(tf.add(tf.expandDims(tf.mul(ofStart, start), 2), tf.expandDims(tf.mul(ofEnd, end), 1)));
    const scores = tf.add(tf.expandDims(starts, 2), tf.expandDims(ends, 1));
    const all = tf.sub(scores, tf.add(part(a, c), part(b, d)));
    return {
      value: tf.minimum(all, ceilings(tokens)),
      gradFunc: (dy, saved) => gradients(dy, saved),
    };
  });
  return value as tf.Tensor3D;
}

/** [L, L]: higher than any score for spans start ≤ end, else {@link lowest}. */
function ceilings(tokens: number): tf.Tensor2D {
  const values = new Float32Array(tokens * tokens).fill(lowest);
  for (let start = 0; start < tokens; start++) {
    values.fill(-lowest, start * tokens + start, (start + 1) * tokens);
  }
  return tf.tensor2d(values, [tokens, tokens], "float32");
}

/** s - μ_s and e - μ_e for all positions: 2 × [proposals, L]. */
function offsets(center: tf.Tensor, tokens: number): [tf.Tensor, tf.Tensor] {
  const positions = tf.range(0, tokens, 1, "float32");
  const [centerStart, centerEnd] = tf.split(center, 2, 1);
  return [tf.sub(positions, centerStart), tf.sub(positions, centerEnd)];
}

/**
 * log G is quadratic in the offsets δ, so its gradients need only the sums of dy weighted by 1, δ and δδᵀ:
 * ∂/∂μ = 2 Θ Σ dy δ and ∂/∂θ = -2 (Σ dy δδᵀ) θ. dy is 0 for what is not a span.
 */
function gradients(dy: tf.Tensor, [center, factor]: tf.Tensor[]): tf.Tensor[] {
  const [start, end] = offsets(center, dy.shape[2]!);
  const byStart = tf.sum(dy, 2); //                                                   [proposals, L]
  const byEnd = tf.sum(dy, 1);
  const total = (weights: tf.Tensor, values: tf.Tensor) => tf.sum(tf.mul(weights, values), 1, true); // [proposals, 1]
  const [sumS, sumE] = [total(byStart, start), total(byEnd, end)];
  const sumSS = total(byStart, tf.square(start));
  const sumEE = total(byEnd, tf.square(end));
  const sumSE = total(tf.sum(tf.mul(dy, tf.expandDims(end, 1)), 2), start);
  const [a, b, c, d] = tf.split(factor, 4, 1);
  const [first, second] = [
    tf.add(tf.mul(a, sumS), tf.mul(c, sumE)),
    tf.add(tf.mul(b, sumS), tf.mul(d, sumE)),
  ]; // θᵀ Σ dy δ
  const dCenter = tf.concat(
    [tf.add(tf.mul(a, first), tf.mul(b, second)), tf.add(tf.mul(c, first), tf.mul(d, second))],
    1,
  );
  const dFactor = tf.concat(
    [
      tf.add(tf.mul(sumSS, a), tf.mul(sumSE, c)),
      tf.add(tf.mul(sumSS, b), tf.mul(sumSE, d)),
      tf.add(tf.mul(sumSE, a), tf.mul(sumEE, c)),
      tf.add(tf.mul(sumSE, b), tf.mul(sumEE, d)),
    ],
    1,
  );
  return [byStart, byEnd, tf.mul(dCenter, 2), tf.mul(dFactor, -2)];
}
