import * as tf from "@tensorflow/tfjs-core";
import { gatherRows, type Lengths, offsetsOf, placesOf, sequencesOf } from "../engine";

/**
 * The rows of packed sequences that a window at each place reads, side by side; 0 for a place that its sequence does not have.
 * @param input [rows, channels], sequences of the lengths `from`
 * @param to how many places of each sequence get a window
 * @param order where the window reads, relative to its place
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
  const [sequences, places] = [sequencesOf(to), placesOf(to)];
  const indices = new Int32Array(places.length * order.length);
  let at = 0;
  let outside = false;
  for (const [row, place] of places.entries()) {
    const sequence = sequences[row];
    for (const offset of order) {
      const read = place + offset;
      const exists = read >= 0 && read < from[sequence];
      outside ||= !exists;
      indices[at++] = exists ? offsets[sequence] + read : rows;
    }
  }
  const table = outside
    ? tf.pad(input, [
        [0, 1],
        [0, 0],
      ])
    : input;
  const read = gatherRows(table, tf.tensor1d(indices, "int32"));
  return tf.reshape(read, [places.length, order.length * channels]);
}
