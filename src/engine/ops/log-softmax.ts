import * as tf from "@tensorflow/tfjs-core";
import { customGradient } from "./custom-gradient";

/**
 * log Softmax over the last axis, with a gradient that stays exact where one outcome is nearly certain: dy - p Σ dy loses
 * all digits of 1 - p there. The gradient of a row sums to 0, so what its own sum differs from that by is the error of the
 * row's largest outcome.
 */
export function logSoftmax(input: tf.Tensor): tf.Tensor {
  return customGradient([input], (save) => {
    const shifted = tf.sub(input, tf.max(input, -1, true));
    const terms = tf.exp(shifted);
    const sum = tf.sum(terms, -1, true);
    save([terms, sum]);
    return {
      value: tf.sub(shifted, tf.log(sum)),
      gradFunc: (dy, [saved, total]) => {
        const rough = tf.sub(dy, tf.mul(saved, tf.div(tf.sum(dy, -1, true), total)));
        const largest = tf.cast(tf.equal(saved, 1), "float32");
        return [tf.sub(rough, tf.mul(largest, tf.sum(rough, -1, true)))];
      },
    };
  });
}
