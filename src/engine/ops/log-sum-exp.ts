import * as tf from "@tensorflow/tfjs-core";
import { customGradient } from "./custom-gradient";

/**
 * log Σ exp over the last axis, [..., size] -> [...]. tfjs' own differentiates through the maximum, which compares every
 * element and costs more than all the rest.
 */
export function logSumExp(input: tf.Tensor): tf.Tensor {
  return customGradient([input], (save) => {
    const largest = tf.max(input, -1, true);
    const terms = tf.exp(tf.sub(input, largest));
    const sum = tf.sum(terms, -1, true);
    save([terms, sum]);
    return {
      value: tf.squeeze(tf.add(largest, tf.log(sum)), [-1]),
      // from the terms, not from exp(input - value): the gradient of a nearly certain outcome is then exact to the last bit
      gradFunc: (dy, [saved, total]) => [tf.mul(saved, tf.div(tf.expandDims(dy, -1), total))],
    };
  });
}
