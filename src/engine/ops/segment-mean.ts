import * as tf from "@tensorflow/tfjs-core";
import { customGradient } from "./custom-gradient";

/**
 * Means of groups of rows: [rows, size] -> [count, size]; a group without rows is 0.
 *
 * @param segments [rows] the group of each row, 0 … count - 1; `count` itself for a row that belongs to none
 */
export function segmentMean(input: tf.Tensor2D, segments: Int32Array, count: number): tf.Tensor2D {
  const [rows, size] = input.shape;
  const scale = new Float32Array(count);
  for (const segment of segments) if (segment < count) scale[segment]++;
  for (const [segment, members] of scale.entries()) if (members) scale[segment] = 1 / members;
  return customGradient([input], (save) => {
    const groups = tf.tensor1d(segments, "int32");
    const scales = tf.tensor2d(scale, [count, 1], "float32");
    save([groups, scales]);
    // rows of no group go into one more, which is cut off: not every engine takes an index out of range
    const sums = tf.unsortedSegmentSum(tf.reshape(input, [rows, size]), groups, count + 1);
    return {
      value: tf.mul(tf.slice(sums, [0, 0], [count, size]), scales),
      gradFunc: (dy, [own, shares]) => {
        const extended = tf.concat([tf.mul(dy, shares), tf.zeros([1, size], "float32")]);
        return [tf.gather(extended, own as tf.Tensor1D)];
      },
    };
  }) as tf.Tensor2D;
}
