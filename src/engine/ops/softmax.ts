// The gradient of a row sums to 0, except for rounding. That error matters: where an outcome is nearly certain, it is as large as
// 1 - p, and Adam turns it into steps of biases that softmax ignores. So our gradients subtract it from the row's largest outcome,
// where it is relatively smallest.
import * as tf from "@tensorflow/tfjs-core";
import { customGradient } from "./custom-gradient";
import { kernelOp } from "./fused";
import { accurateRowSums } from "./row-sums";

/** Softmax over the last axis. */
export function softmax<T extends tf.Tensor>(input: T): T {
  return customGradient([input], (save) => {
    const value = tf.softmax(input);
    save([value]);
    return { value, gradFunc: (dy, [saved]) => [softmaxGradient(saved, dy)] };
  }) as T;
}

/** The gradient of {@link softmax}. */
export function softmaxGradient(value: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  if (softmaxGradientOp.exists()) return softmaxGradientOp({ value, dy }, {})[0];
  const along = tf.sum(tf.mul(dy, value), -1, true);
  const largest = tf.equal(value, tf.max(value, -1, true));
  return balanced(tf.mul(value, tf.sub(dy, along)), largest);
}

const softmaxGradientOp = kernelOp(
  "SoftmaxGradient",
  (kernels, { value, dy }: Record<"value" | "dy", tf.TensorInfo>) => {
    const dx = kernels.output(value.shape);
    const size = value.shape.at(-1) as number;
    const rows = tf.util.sizeFromShape(value.shape) / size;
    kernels.run.softmaxGradient({ value, dy, size, dx }, { units: rows, operations: 10 * rows * size });
    return [dx];
  },
);

/** The logarithm of softmax over the last axis. */
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

/** Makes each row sum to 0. @param largest where to subtract the sum */
function balanced(rows: tf.Tensor, largest: tf.Tensor): tf.Tensor {
  return tf.sub(rows, tf.mul(tf.cast(largest, "float32"), accurateRowSums(rows)));
}
