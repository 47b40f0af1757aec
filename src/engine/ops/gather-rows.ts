import * as tf from "@tensorflow/tfjs-core";
import { customGradient } from "./custom-gradient";

/**
 * Embedding look-up: the rows of `table` [rows, size] at `indices` [count] (int32) -> [count, size].
 * The gradient adds up what falls on the same row.
 */
export function gatherRows(table: tf.Tensor2D, indices: tf.Tensor1D): tf.Tensor2D {
  const [rows] = table.shape;
  return customGradient([table], (save) => {
    save([indices]);
    return {
      value: tf.gather(table, indices),
      gradFunc: (dy, [selected]) => [tf.unsortedSegmentSum(dy, selected as tf.Tensor1D, rows)],
    };
  }) as tf.Tensor2D;
}
