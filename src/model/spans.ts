import * as tf from "@tensorflow/tfjs-core";
import { customGradient } from "../engine";
import { type Gaussian, logDensity } from "./gaussian";

/**
 * Scores of all spans for each proposal: log G(s, e) + startScores(s) + endScores(e) (Eq. 22, line 2), with a gradient of
 * its own, because the taped intermediates would each be as large as the result and there would be ten of them.
 * @param startScores [batch, L, L] for (proposal, start)
 * @param endScores [batch, L, L] for (proposal, end)
 * @param gaussian centre [batch, L, 2] and factor [batch, L, 4]
 * @returns [batch, L, L, L] for (proposal, start, end), end inclusive; spans that end before they start are not masked
 */
export function spanScores(
  startScores: tf.Tensor3D,
  endScores: tf.Tensor3D,
  gaussian: Gaussian,
): tf.Tensor4D {
  const { center, factor } = gaussian;
  const value = customGradient([startScores, endScores, center, factor], (save) => {
    save([center, factor]);
    const [start, end] = offsets(center);
    const prior = logDensity(tf.expandDims(start, 3), tf.expandDims(end, 2), tf.expandDims(factor, 2));
    return {
      value: tf.add(tf.add(prior, tf.expandDims(startScores, 3)), tf.expandDims(endScores, 2)),
      gradFunc: gradients,
    };
  });
  return value as tf.Tensor4D;
}

/** s - μ_s and e - μ_e for all positions: 2 × [batch, L (proposal), L (position)]. */
function offsets(center: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const positions = tf.range(0, center.shape[1]!, 1, "float32");
  const [centerStart, centerEnd] = tf.split(center, 2, 2);
  return [tf.sub(positions, centerStart), tf.sub(positions, centerEnd)];
}

/**
 * log G is quadratic in the offsets δ, so its gradients need only the sums of dy weighted by 1, δ and δδᵀ:
 * ∂/∂μ = 2 Θ Σ dy δ and ∂/∂θ = -2 (Σ dy δδᵀ) θ.
 */
function gradients(dy: tf.Tensor, [center, factor]: tf.Tensor[]): tf.Tensor[] {
  const [start, end] = offsets(center);
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
