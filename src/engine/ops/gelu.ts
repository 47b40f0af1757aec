import * as tf from "@tensorflow/tfjs-core";

/** Gaussian error linear unit, the exact form x · Φ(x) with the normal distribution's Φ; any shape. */
export function gelu(input: tf.Tensor): tf.Tensor {
  return tf.mul(tf.mul(input, 0.5), tf.add(tf.erf(tf.mul(input, Math.SQRT1_2)), 1));
}
