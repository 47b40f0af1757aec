// tfjs operations need rectangles: the composed operations pad packed sequences, compute, and pack the result. Nothing here has
// a gradient.
import * as tf from "@tensorflow/tfjs-core";
import { type Lengths, positionsOf, rowsOf, sequencesOf, squaresOf } from "../packing";

/** [rows, ...] → [sequences, longest, ...], with zeros past a sequence's end. */
export function pad(packed: tf.Tensor, lengths: Lengths): tf.Tensor {
  const [, ...shape] = packed.shape;
  const longest = Math.max(...lengths);
  return scatter(packed, paddedPlaces(lengths, longest), lengths.length * longest, [
    lengths.length,
    longest,
    ...shape,
  ]);
}

/** The inverse of {@link pad}. */
export function pack(padded: tf.Tensor, lengths: Lengths): tf.Tensor {
  const [sequences, longest, ...shape] = padded.shape;
  const rows = tf.reshape(padded, [sequences * longest, ...shape]);
  return tf.gather(rows, tf.tensor1d(paddedPlaces(lengths, longest), "int32"));
}

/** Tables [Σ tables · length²] → [sequences, tables, longest, longest], with zeros past a sequence's end. */
export function padSquares(packed: tf.Tensor, lengths: Lengths, tables: number): tf.Tensor {
  const longest = Math.max(...lengths);
  const shape = [lengths.length, tables, longest, longest];
  return scatter(packed, paddedSquares(lengths, tables, longest), tf.util.sizeFromShape(shape), shape);
}

/** The inverse of {@link padSquares}. */
export function packSquares(padded: tf.Tensor, lengths: Lengths): tf.Tensor1D {
  const [, tables, longest] = padded.shape;
  const places = paddedSquares(lengths, tables, longest);
  return tf.gather(tf.reshape(padded, [padded.size]), tf.tensor1d(places, "int32")) as tf.Tensor1D;
}

/** Puts row i of `rows` at `places[i]` of `count` rows, and zeros where no row goes. */
function scatter(rows: tf.Tensor, places: Int32Array, count: number, shape: number[]): tf.Tensor {
  const [zero, ...inner] = rows.shape;
  const sources = new Int32Array(count).fill(zero);
  for (const [row, place] of places.entries()) sources[place] = row;
  const extended = tf.concat([rows, tf.zeros([1, ...inner], "float32")]);
  return tf.reshape(tf.gather(extended, tf.tensor1d(sources, "int32")), shape);
}

/** [rows] of each packed row its place among the padded ones. */
function paddedPlaces(lengths: Lengths, longest: number): Int32Array {
  const sequences = sequencesOf(lengths);
  return positionsOf(lengths).map((place, row) => sequences[row] * longest + place);
}

/** [Σ tables · length²] the same for numbers of tables. */
function paddedSquares(lengths: Lengths, tables: number, longest: number): Int32Array {
  const places = new Int32Array(tables * rowsOf(squaresOf(lengths)));
  let at = 0;
  for (const [sequence, length] of lengths.entries()) {
    for (let table = sequence * tables; table < (sequence + 1) * tables; table++) {
      for (let i = 0; i < length; i++) {
        for (let j = 0; j < length; j++) places[at++] = (table * longest + i) * longest + j;
      }
    }
  }
  return places;
}
