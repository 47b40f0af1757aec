// Both have gradients of their own, because the gradient of a row sums to 0, and what rounding leaves of that sum is felt: it
// is all that is left of 1 - p where an outcome is nearly certain, and Adam makes steps of it for biases that a softmax
// ignores. It is taken off the row's largest outcome, where it is smallest.
import * as tf from "@tensorflow/tfjs-core";
import { customGradient } from "./custom-gradient";
import { hasKernel, runKernel } from "./fused";
import { accurateRowSums } from "./row-sums";

/** Softmax over the last axis. */
export function softmax<T extends tf.Tensor>(input: T): T {
  const fused = hasKernel("SoftmaxGradient");
  return softmaxBy(input, fused ? fusedGradient : softmaxGradient) as T;
}

export function composedSoftmax(input: tf.Tensor): tf.Tensor {
  return softmaxBy(input, softmaxGradient);
}

function softmaxBy(input: tf.Tensor, gradient: (value: tf.Tensor, dy: tf.Tensor) => tf.Tensor): tf.Tensor {
  return customGradient([input], (save) => {
    const value = tf.softmax(input);
    save([value]);
    return { value, gradFunc: (dy, [saved]) => [gradient(saved, dy)] };
  });
}

function fusedGradient(value: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  return runKernel("SoftmaxGradient", { value, dy })[0];
}

/** dx of {@link softmax} from its value and dy, by tfjs operations. */
export function softmaxGradient(value: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  const along = tf.sum(tf.mul(dy, value), -1, true);
  const largest = tf.equal(value, tf.max(value, -1, true));
  return balanced(tf.mul(value, tf.sub(dy, along)), largest);
}

/** log Softmax over the last axis. */
export function logSoftmax<T extends tf.Tensor>(input: T): T {
  return customGradient([input], (save) => {
    const shifted = tf.sub(input, tf.max(input, -1, true));
    const terms = tf.exp(shifted);
    const sum = tf.sum(terms, -1, true);
    save([terms, sum]);
    return {
      value: tf.sub(shifted, tf.log(sum)),
      gradFunc: (dy, [saved, total]) => {
        const rough = tf.sub(dy, tf.mul(saved, tf.div(tf.sum(dy, -1, true), total)));
        return [balanced(rough, tf.equal(saved, 1))];
      },
    };
  }) as T;
}

/** Rows that sum to 0. @param largest where what they sum to is taken off */
function balanced(rows: tf.Tensor, largest: tf.Tensor): tf.Tensor {
  return tf.sub(rows, tf.mul(tf.cast(largest, "float32"), accurateRowSums(rows)));
}
