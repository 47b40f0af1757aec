// Converts between padded batches, as in golden files and plain references, and the model's packed tensors.
import * as tf from "@tensorflow/tfjs-core";
import type { StoredTensor } from "../../src/base/safetensors";
import { gatherRows, type Lengths, offsetsOf, positionsOf, sequencesOf } from "../../src/engine";

/** [batch, positions, width] → [rows, width], without the padding; differentiable. */
export function pack(padded: tf.Tensor3D, lengths: Lengths): tf.Tensor2D {
  const [batch, positions, width] = padded.shape;
  const sequences = sequencesOf(lengths);
  const rows = positionsOf(lengths).map((position, row) => sequences[row] * positions + position);
  return gatherRows(tf.reshape(padded, [batch * positions, width]), rows);
}

/** [rows, ...] → [batch, positions, ...], the first positions of each sequence, with zeros past its end. */
export function unpack(
  packed: StoredTensor,
  lengths: Lengths,
  positions: number = Math.max(...lengths),
): StoredTensor {
  const [, ...shape] = packed.shape;
  const size = shape.reduce((product, side) => product * side, 1);
  const offsets = offsetsOf(lengths);
  const values = new Float32Array(lengths.length * positions * size);
  for (const [sequence, length] of lengths.entries()) {
    const from = offsets[sequence] * size;
    const rows = packed.values.subarray(from, from + Math.min(length, positions) * size);
    values.set(rows, sequence * positions * size);
  }
  return { shape: [lengths.length, positions, ...shape], values };
}
