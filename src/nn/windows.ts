import type * as tf from "@tensorflow/tfjs-core";
import { gatherRows, type Lengths, offsetsOf, positionsOf, sequencesOf, zeroRow } from "../engine";

/**
 * The rows of packed sequences that a window at each position reads, concatenated. Positions outside the sequence read as 0.
 * @param input [rows, channels], sequences of the lengths `from`
 * @param to number of windows in each sequence
 * @param order offsets that the window reads, relative to its position
 * @returns [rows of `to`, order.length · channels]; the input itself if each window is its own position
 */
export function windows(
  input: tf.Tensor2D,
  from: Lengths,
  to: Lengths,
  order: readonly number[],
): tf.Tensor2D {
  const isIdentity = order.length === 1 && order[0] === 0 && from.every((length, s) => length === to[s]);
  if (isIdentity) return input;
  const offsets = offsetsOf(from);
  const [sequences, positions] = [sequencesOf(to), positionsOf(to)];
  const indices = new Int32Array(positions.length * order.length);
  let index = 0;
  for (const [row, position] of positions.entries()) {
    const sequence = sequences[row];
    for (const offset of order) {
      const source = position + offset;
      const exists = source >= 0 && source < from[sequence];
      indices[index++] = exists ? offsets[sequence] + source : zeroRow;
    }
  }
  return gatherRows(input, indices, order.length);
}
