// Sequences of a batch are packed: the rows of a tensor are those of the first sequence, then those of the second, and so on,
// without padding. The sequences' lengths say where each one lies; a length may be 0.

/** Rows of each sequence of a packed tensor. */
export type Lengths = readonly number[];

/** The first row of each sequence, and last the number of all rows: [sequences + 1]. */
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

/** The place of each row in its sequence: [rows]. */
export function positionsOf(lengths: Lengths): Int32Array<ArrayBuffer> {
  const offsets = offsetsOf(lengths);
  return sequencesOf(lengths).map((sequence, row) => row - offsets[sequence]);
}

/** Numbers that a table of a sequence's rows by its rows has. Such tables are packed like sequences: [Σ length²]. */
export function squaresOf(lengths: Lengths): number[] {
  return lengths.map((length) => length ** 2);
}
