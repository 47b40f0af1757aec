import * as tf from "@tensorflow/tfjs-core";

/**
 * Embedding look-up: the rows of `table` [rows, size] at `indices` [count] (int32) -> [count, size].
 * The gradient adds up what falls on the same row.
 */
export function gatherRows(table: tf.Tensor2D, indices: tf.Tensor1D): tf.Tensor2D {
  const [rows] = table.shape;
  const select = tf.customGrad((...inputs) => {
    const [source, save] = inputs as [tf.Tensor2D, tf.GradSaveFunc];
    save([indices]);
    return {
      value: tf.gather(source, indices) as tf.Tensor2D,
      gradFunc: (dy: tf.Tensor2D, [selected]: tf.Tensor[]) =>
        tf.unsortedSegmentSum(dy, selected as tf.Tensor1D, rows),
    };
  });
  return select(table);
}
