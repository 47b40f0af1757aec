// Golden files and plain references hold batches padded to the longest sentence; the model's tensors are packed.
import * as tf from "@tensorflow/tfjs-core";
import type { StoredTensor } from "../../src/base/safetensors";
import { gatherRows, type Lengths, offsetsOf, placesOf, sequencesOf } from "../../src/engine";

/** [batch, places, width] → [rows, width], without the padding; with gradients. */
export function pack(padded: tf.Tensor3D, lengths: Lengths): tf.Tensor2D {
  const [batch, places, width] = padded.shape;
  const sequences = sequencesOf(lengths);
  const rows = placesOf(lengths).map((place, row) => sequences[row] * places + place);
  return gatherRows(tf.reshape(padded, [batch * places, width]), rows);
}

/** [rows, ...] → [batch, places, ...], the first places of each sequence, with zeros past its end. */
export function unpack(
  packed: StoredTensor,
  lengths: Lengths,
  places: number = Math.max(...lengths),
): StoredTensor {
  const [, ...shape] = packed.shape;
  const size = shape.reduce((product, side) => product * side, 1);
  const offsets = offsetsOf(lengths);
  const values = new Float32Array(lengths.length * places * size);
  for (const [sequence, length] of lengths.entries()) {
    const from = offsets[sequence] * size;
    const own = packed.values.subarray(from, from + Math.min(length, places) * size);
    values.set(own, sequence * places * size);
  }
  return { shape: [lengths.length, places, ...shape], values };
}
