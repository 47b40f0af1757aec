import * as tf from "@tensorflow/tfjs-core";

/**
 * Layer normalization of the last axis: (x - mean) / sqrt(variance + epsilon) · weight + bias, with the biased variance.
 *
 * @param input [..., size]
 * @param weight [size]
 * @param bias [size]
 */
export function layerNorm(
  input: tf.Tensor,
  weight: tf.Tensor1D,
  bias: tf.Tensor1D,
  epsilon: number = 1e-5,
): tf.Tensor {
  const centered = tf.sub(input, tf.mean(input, -1, true));
  const deviation = tf.sqrt(tf.add(tf.mean(tf.square(centered), -1, true), epsilon));
  return tf.add(tf.mul(tf.div(centered, deviation), weight), bias);
}
