// The orders in which a bidirectional GRU processes the tokens of a batch.
import { type Lengths, offsetsOf } from "../packing";

/**
 * Without padding, for the kernels: sentences by descending length, all tokens of step 0, then all of step 1, and so on. Step s
 * of the reverse direction is a sentence's s-th token from the end.
 */
export interface PackedOrder {
  /** The number of all tokens. */
  readonly rows: number;
  /** [longest length] the number of sentences that reach each step. */
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

/**
 * With padding, for tfjs operations: both directions at once, sentences padded to the longest. Rows are
 * [direction, step, sentence], with as many steps as the longest sentence has tokens.
 */
export interface PaddedOrder {
  /** [2 · time · batch] token of each row; any token after the sentence's end. */
  readonly tokenOfRow: Int32Array;
  /** [2 · time · batch] index of each row's token and direction in [token, direction]. */
  readonly halfTokenOfRow: Int32Array;
  /** [tokens · 2] row of each token and direction. */
  readonly rowOfToken: Int32Array;
  /** [2 · time · batch] 1; 0 after the sentence's end. */
  readonly rowMask: Float32Array;
}

export function paddedOrder(lengths: Lengths): PaddedOrder {
  const batch = lengths.length;
  const time = Math.max(...lengths);
  const rows = 2 * time * batch;
  const offsets = offsetsOf(lengths);
  const order = {
    tokenOfRow: new Int32Array(rows),
    halfTokenOfRow: new Int32Array(rows),
    rowOfToken: new Int32Array(2 * offsets[batch]),
    rowMask: new Float32Array(rows),
  };
  lengths.forEach((length, sentence) => {
    for (let step = 0; step < length; step++) {
      for (const direction of [0, 1]) {
        const token = offsets[sentence] + (direction === 0 ? step : length - 1 - step);
        const row = (direction * time + step) * batch + sentence;
        order.tokenOfRow[row] = token;
        order.halfTokenOfRow[row] = 2 * token + direction;
        order.rowOfToken[2 * token + direction] = row;
        order.rowMask[row] = 1;
      }
    }
  });
  return order;
}
