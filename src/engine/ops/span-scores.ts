// The scores of all spans of a sentence, for each of its proposals:
//   r(s, e) = starts(s) + ends(e) - |θᵀ ((s, e) - μ)|²   for s ≤ e inside the sentence.
import * as tf from "@tensorflow/tfjs-core";
import { type Lengths, rowsOf, sequencesOf, squaresOf } from "../packing";

/** The terms of the scores of all spans. Rows are proposals, one per token. */
export interface SpanScores {
  /** [Σ L²], for each sentence [L, L] for (proposal, start) */
  readonly starts: tf.Tensor1D;
  /** [Σ L²], for each sentence [L, L] for (proposal, end) */
  readonly ends: tf.Tensor1D;
  /** μ [tokens, 2] of each proposal's Gaussian over (start, end) */
  readonly center: tf.Tensor;
  /** θ [tokens, 4], row-major 2 × 2 */
  readonly factor: tf.Tensor;
  /** L of each sentence. */
  readonly lengths: Lengths;
}

/** Spans whose probabilities are computed, by ascending row, possibly repeated. */
export interface SpanPicks {
  /** The proposals, counted over all sentences. */
  readonly rows: Int32Array;
  readonly starts: Int32Array;
  /** Inclusive. */
  readonly ends: Int32Array;
}

/** The most probable span of each row, [tokens]; the first by start, then end, among equals. */
export interface BestSpans {
  readonly starts: Int32Array;
  /** Inclusive. */
  readonly ends: Int32Array;
  readonly logProbabilities: Float32Array;
}

/** @throws Error if a pick is not a span of its sentence or the rows do not ascend */
export function assertSpanPicks(
  { starts: { size }, lengths }: SpanScores,
  { rows, starts, ends }: SpanPicks,
): void {
  tf.util.assert(
    size === rowsOf(squaresOf(lengths)),
    () => `spans: ${size} start scores do not fit lengths ${lengths}`,
  );
  const sentences = sequencesOf(lengths);
  for (let i = 0; i < rows.length; i++) {
    const [row, start, end] = [rows[i], starts[i], ends[i]];
    const inside = 0 <= start && start <= end && end < lengths[sentences[row]];
    tf.util.assert(
      inside && (i === 0 || rows[i - 1] <= row),
      () => `pick ${i}: no span (${start}, ${end}) of row ${row}`,
    );
  }
}
