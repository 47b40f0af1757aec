// Operations composed of tfjs operations pad packed sequences, compute, and pack the result. These functions have no gradient.
import * as tf from "@tensorflow/tfjs-core";
import { type Lengths, positionsOf, rowsOf, sequencesOf, squaresOf } from "../packing";

/** [rows, ...] → [sequences, longest, ...], with zeros after a sequence's end. */
export function pad(packed: tf.Tensor, lengths: Lengths): tf.Tensor {
  const [, ...shape] = packed.shape;
  const longest = Math.max(...lengths);
  return scatter(packed, paddedRows(lengths, longest), lengths.length * longest, [
    lengths.length,
    longest,
    ...shape,
  ]);
}

/** The inverse of {@link pad}. */
export function pack(padded: tf.Tensor, lengths: Lengths): tf.Tensor {
  const [sequences, longest, ...shape] = padded.shape;
  const rows = tf.reshape(padded, [sequences * longest, ...shape]);
  return tf.gather(rows, tf.tensor1d(paddedRows(lengths, longest), "int32"));
}

/** Tables [Σ tables · length²] → [sequences, tables, longest, longest], with zeros after a sequence's end. */
export function padSquares(packed: tf.Tensor, lengths: Lengths, tables: number): tf.Tensor {
  const longest = Math.max(...lengths);
  const shape = [lengths.length, tables, longest, longest];
  return scatter(packed, paddedSquares(lengths, tables, longest), tf.util.sizeFromShape(shape), shape);
}

/** The inverse of {@link padSquares}. */
export function packSquares(padded: tf.Tensor, lengths: Lengths): tf.Tensor1D {
  const [, tables, longest] = padded.shape;
  const indices = paddedSquares(lengths, tables, longest);
  return tf.gather(tf.reshape(padded, [padded.size]), tf.tensor1d(indices, "int32")) as tf.Tensor1D;
}

/** `count` rows, reshaped: row `indices[i]` is row i of `rows`, the others are zeros. */
function scatter(rows: tf.Tensor, indices: Int32Array, count: number, shape: number[]): tf.Tensor {
  const [zero, ...inner] = rows.shape;
  const sources = new Int32Array(count).fill(zero);
  for (const [row, index] of indices.entries()) sources[index] = row;
  const extended = tf.concat([rows, tf.zeros([1, ...inner], "float32")]);
  return tf.reshape(tf.gather(extended, tf.tensor1d(sources, "int32")), shape);
}

/** [rows] the padded row of each packed row. */
function paddedRows(lengths: Lengths, longest: number): Int32Array {
  const sequences = sequencesOf(lengths);
  return positionsOf(lengths).map((position, row) => sequences[row] * longest + position);
}

/** [Σ tables · length²] the padded index of each number of the packed tables. */
function paddedSquares(lengths: Lengths, tables: number, longest: number): Int32Array {
  const indices = new Int32Array(tables * rowsOf(squaresOf(lengths)));
  let packed = 0;
  for (const [sequence, length] of lengths.entries()) {
    for (let table = sequence * tables; table < (sequence + 1) * tables; table++) {
      for (let i = 0; i < length; i++) {
        for (let j = 0; j < length; j++) indices[packed++] = (table * longest + i) * longest + j;
      }
    }
  }
  return indices;
}
