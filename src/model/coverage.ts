import { type Lengths, offsetsOf, positionsOf, rowsOf, sequencesOf } from "../engine";
import { maskScore } from "../nn/mask";
import type { Level } from "./pyramid";

/** The features that cover each token, N_j of Eq. 8, as `count` slots per token. */
export interface Coverage {
  /** N */
  readonly count: number;
  /** [tokens · count] row of each slot's feature in the features of all levels, bottom first; arbitrary for masked slots. */
  readonly rows: Int32Array;
  /** [tokens · count] 0, or `maskScore` if the slot's feature does not exist. */
  readonly mask: Float32Array;
  /** [tokens · 2 · count] first and last token of each slot's feature. */
  readonly positions: Float32Array;
}

/** @param lengths number of tokens in each sentence */
export function coverageOf(levels: readonly Level[], lengths: Lengths): Coverage {
  const [sentences, tokenPositions] = [sequencesOf(lengths), positionsOf(lengths)];
  const count = levels.reduce((sum, { span }) => sum + span, 0);
  const rows = new Int32Array(tokenPositions.length * count);
  const mask = new Float32Array(tokenPositions.length * count);
  const positions = new Float32Array(tokenPositions.length * 2 * count);
  let firstSlot = 0;
  let firstRow = 0;
  for (const { span, lengths: features } of levels) {
    const offsets = offsetsOf(features);
    for (const [token, position] of tokenPositions.entries()) {
      const sentence = sentences[token];
      for (let offset = 0; offset < span; offset++) {
        const slot = firstSlot + offset;
        const first = position - offset;
        const exists = first >= 0 && first < features[sentence];
        rows[token * count + slot] = exists ? firstRow + offsets[sentence] + first : 0;
        mask[token * count + slot] = exists ? 0 : maskScore;
        positions[2 * token * count + slot] = first;
        positions[(2 * token + 1) * count + slot] = first + span - 1;
      }
    }
    firstSlot += span;
    firstRow += rowsOf(features);
  }
  return { count, rows, mask, positions };
}
