import * as tf from "@tensorflow/tfjs-core";

/**
 * Sums of the last axis, [..., size] -> [..., 1], as accurate as in double precision, although engines other than wasm add in
 * single precision. Splits all numbers of a row at the same bit. The upper parts add up without rounding, and the lower parts are
 * so small that rounding does not matter (Rump, Ogita and Oishi, "Accurate floating-point summation", 2008).
 */
export function accurateRowSums(rows: tf.Tensor): tf.Tensor {
  const size = rows.shape.at(-1) as number;
  const split = tf.mul(tf.max(tf.abs(rows), -1, true), 2 * size);
  const upper = tf.sub(tf.add(rows, split), split);
  return tf.add(tf.sum(upper, -1, true), tf.sum(tf.sub(rows, upper), -1, true));
}
