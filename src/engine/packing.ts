// A packed tensor holds the rows of the first sequence of a batch, then those of the second, and so on, without padding.

/** The number of rows of each sequence of a packed tensor; may be 0. */
export type Lengths = readonly number[];

/** The first row of each sequence, then the number of all rows: [sequences + 1]. */
export function offsetsOf(lengths: Lengths): Int32Array<ArrayBuffer> {
  const offsets = new Int32Array(lengths.length + 1);
  for (const [sequence, length] of lengths.entries()) offsets[sequence + 1] = offsets[sequence] + length;
  return offsets;
}

/** The number of all rows. */
export function rowsOf(lengths: Lengths): number {
  return lengths.reduce((sum, length) => sum + length, 0);
}

/** The sequence of each row: [rows]. */
export function sequencesOf(lengths: Lengths): Int32Array<ArrayBuffer> {
  const offsets = offsetsOf(lengths);
  const sequences = new Int32Array(offsets[lengths.length]);
  for (const sequence of lengths.keys()) {
    sequences.fill(sequence, offsets[sequence], offsets[sequence + 1]);
  }
  return sequences;
}

/** The position of each row in its sequence: [rows]. */
export function positionsOf(lengths: Lengths): Int32Array<ArrayBuffer> {
  const offsets = offsetsOf(lengths);
  return sequencesOf(lengths).map((sequence, row) => row - offsets[sequence]);
}

/** The sizes of tables of rows by rows, one per sequence. Such tables are packed like sequences: [Σ length²]. */
export function squaresOf(lengths: Lengths): number[] {
  return lengths.map((length) => length ** 2);
}
