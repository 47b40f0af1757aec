import * as tf from "@tensorflow/tfjs-core";
import { gatherRows, type Lengths, offsetsOf, placesOf, sequencesOf } from "../engine";

/**
 * The rows of packed sequences that a window at each position reads, concatenated. Positions outside the sequence read as 0.
 * @param input [rows, channels], sequences of the lengths `from`
 * @param to number of windows in each sequence
 * @param order offsets that the window reads, relative to its position
 * @returns [rows of `to`, order.length · channels]
 */
export function windows(
  input: tf.Tensor2D,
  from: Lengths,
  to: Lengths,
  order: readonly number[],
): tf.Tensor2D {
  const [rows, channels] = input.shape;
  const offsets = offsetsOf(from);
  const [sequences, positions] = [sequencesOf(to), placesOf(to)];
  const indices = new Int32Array(positions.length * order.length);
  let index = 0;
  let readsOutside = false;
  for (const [row, position] of positions.entries()) {
    const sequence = sequences[row];
    for (const offset of order) {
      const source = position + offset;
      const exists = source >= 0 && source < from[sequence];
      readsOutside ||= !exists;
      indices[index++] = exists ? offsets[sequence] + source : rows;
    }
  }
  const table = readsOutside
    ? tf.pad(input, [
        [0, 1],
        [0, 0],
      ])
    : input;
  const gathered = gatherRows(table, tf.tensor1d(indices, "int32"));
  return tf.reshape(gathered, [positions.length, order.length * channels]);
}
