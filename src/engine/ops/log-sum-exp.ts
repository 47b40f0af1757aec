import * as tf from "@tensorflow/tfjs-core";
import { customGradient } from "./custom-gradient";

/**
 * log Σ exp over the last axis, [..., size] -> [...]. tfjs' own differentiates through the maximum, which compares every
 * element and costs more than all the rest.
 */
export function logSumExp(input: tf.Tensor): tf.Tensor {
  return customGradient([input], (save) => {
    const largest = tf.max(input, -1, true);
    const sum = tf.sum(tf.exp(tf.sub(input, largest)), -1, true);
    const value = tf.add(largest, tf.log(sum));
    save([input, value]);
    return {
      value: tf.squeeze(value, [-1]),
      gradFunc: (dy, [x, total]) => [tf.mul(tf.exp(tf.sub(x, total)), tf.expandDims(dy, -1))],
    };
  });
}
