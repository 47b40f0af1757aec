import { type Lengths, offsetsOf } from "../packing";

/**
 * The tokens of a batch in the order in which a recurrent network meets them: sentences by falling length, all of step 0, then
 * all of step 1, and so on.
 */
export interface PackedOrder {
  /** Tokens of all sentences. */
  readonly rows: number;
  /** [longest length] how many sentences reach each step. */
  readonly counts: Int32Array;
  /** [rows] token of each row, for the forward and the reverse direction. */
  readonly tokens: readonly [Int32Array, Int32Array];
}

export function packedOrder(lengths: Lengths): PackedOrder {
  const sentences = lengths.map((_, sentence) => sentence).sort((a, b) => lengths[b] - lengths[a]);
  const offsets = offsetsOf(lengths);
  const rows = offsets[lengths.length];
  const counts = new Int32Array(Math.max(...lengths));
  for (const length of lengths) for (let step = 0; step < length; step++) counts[step]++;
  const forward = new Int32Array(rows);
  const reverse = new Int32Array(rows);
  let row = 0;
  counts.forEach((count, step) => {
    for (let i = 0; i < count; i++, row++) {
      const sentence = sentences[i];
      forward[row] = offsets[sentence] + step;
      reverse[row] = offsets[sentence + 1] - 1 - step;
    }
  });
  return { rows, counts, tokens: [forward, reverse] };
}
