import * as tf from "@tensorflow/tfjs-core";
import { customGradient } from "./custom-gradient";
import type { SpanScores } from "./span-softmax";

/** Scores of what is no span: finite, so that no NaN can arise, and below every score of a span. */
const lowest = -3e38;

/**
 * The scores of all spans, with a gradient of their own, because the taped intermediates would each be as large as the
 * result and there would be ten of them. The scores may be of fewer proposals than there are tokens.
 * @returns [batch, proposals, L, L] for (proposal, start, end); {@link lowest} where end < start or past the sentence's end
 */
export function allSpanScores({ starts, ends, center, factor, lengths }: SpanScores): tf.Tensor4D {
  const value = customGradient([starts, ends, center, factor], (save) => {
    save([center, factor]);
    const tokens = starts.shape[2];
    const [start, end] = offsets(center, tokens);
    const [a, b, c, d] = tf.split(factor, 4, 2);
    const part = (ofStart: tf.Tensor, ofEnd: tf.Tensor) =>
      tf.square(tf.add(tf.expandDims(tf.mul(ofStart, start), 3), tf.expandDims(tf.mul(ofEnd, end), 2)));
    const scores = tf.add(tf.expandDims(starts, 3), tf.expandDims(ends, 2));
    const all = tf.sub(scores, tf.add(part(a, c), part(b, d)));
    return {
      value: tf.minimum(all, ceilings(lengths, tokens)),
      gradFunc: (dy, saved) => gradients(dy, saved),
    };
  });
  return value as tf.Tensor4D;
}

/** [batch, 1, L, L]: higher than any score for spans start ≤ end inside the sentence, else {@link lowest}. */
function ceilings(lengths: readonly number[], tokens: number): tf.Tensor4D {
  const values = new Float32Array(lengths.length * tokens * tokens).fill(lowest);
  lengths.forEach((length, sentence) => {
    for (let start = 0; start < length; start++) {
      const row = (sentence * tokens + start) * tokens;
      values.fill(-lowest, row + start, row + length);
    }
  });
  return tf.tensor4d(values, [lengths.length, 1, tokens, tokens], "float32");
}

/** s - μ_s and e - μ_e for all positions: 2 × [batch, proposals, L]. */
function offsets(center: tf.Tensor, tokens: number): [tf.Tensor, tf.Tensor] {
  const positions = tf.range(0, tokens, 1, "float32");
  const [centerStart, centerEnd] = tf.split(center, 2, 2);
  return [tf.sub(positions, centerStart), tf.sub(positions, centerEnd)];
}

/**
 * log G is quadratic in the offsets δ, so its gradients need only the sums of dy weighted by 1, δ and δδᵀ:
 * ∂/∂μ = 2 Θ Σ dy δ and ∂/∂θ = -2 (Σ dy δδᵀ) θ. dy is 0 for what is no span.
 */
function gradients(dy: tf.Tensor, [center, factor]: tf.Tensor[]): tf.Tensor[] {
  const [start, end] = offsets(center, dy.shape[3]!);
  const byStart = tf.sum(dy, 3); //                                                   [B, L, L]
  const byEnd = tf.sum(dy, 2);
  const total = (weights: tf.Tensor, values: tf.Tensor) => tf.sum(tf.mul(weights, values), 2, true); // [B, L, 1]
  const [sumS, sumE] = [total(byStart, start), total(byEnd, end)];
  const sumSS = total(byStart, tf.square(start));
  const sumEE = total(byEnd, tf.square(end));
  const sumSE = total(tf.sum(tf.mul(dy, tf.expandDims(end, 2)), 3), start);
  const [a, b, c, d] = tf.split(factor, 4, 2);
  const [first, second] = [
    tf.add(tf.mul(a, sumS), tf.mul(c, sumE)),
    tf.add(tf.mul(b, sumS), tf.mul(d, sumE)),
  ]; // θᵀ Σ dy δ
  const dCenter = tf.concat(
    [tf.add(tf.mul(a, first), tf.mul(b, second)), tf.add(tf.mul(c, first), tf.mul(d, second))],
    2,
  );
  const dFactor = tf.concat(
    [
      tf.add(tf.mul(sumSS, a), tf.mul(sumSE, c)),
      tf.add(tf.mul(sumSS, b), tf.mul(sumSE, d)),
      tf.add(tf.mul(sumSE, a), tf.mul(sumEE, c)),
      tf.add(tf.mul(sumSE, b), tf.mul(sumEE, d)),
    ],
    2,
  );
  return [byStart, byEnd, tf.mul(dCenter, 2), tf.mul(dFactor, -2)];
}
