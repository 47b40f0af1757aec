import * as tf from "@tensorflow/tfjs-core";
import { customGradient } from "./custom-gradient";

/**
 * Means of groups of rows: [rows, size] -> [count, size]; 0 for an empty group.
 *
 * @param segments [rows] the group of each row, 0 … count - 1; `count` for a row without a group
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
    // Rows without a group go to an extra group, which we drop: not every engine accepts an index out of range.
    const sums = tf.unsortedSegmentSum(tf.reshape(input, [rows, size]), groups, count + 1);
    return {
      value: tf.mul(tf.slice(sums, [0, 0], [count, size]), scales),
      gradFunc: (dy, [savedGroups, savedScales]) => {
        const extended = tf.concat([tf.mul(dy, savedScales), tf.zeros([1, size], "float32")]);
        return [tf.gather(extended, savedGroups as tf.Tensor1D)];
      },
    };
  }) as tf.Tensor2D;
}
