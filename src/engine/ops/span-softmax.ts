// Softmax over all spans of a sentence, for each of its proposals, of scores that are made of few numbers:
//   r(s, e) = starts(s) + ends(e) - |θᵀ ((s, e) - μ)|²   for s ≤ e inside the sentence.
// There is one proposal for each token, a row. A batch has about L³ / 2 spans a sentence; nothing here keeps a number for each
// where an engine has the fused kernels.
import * as tf from "@tensorflow/tfjs-core";
import { type Lengths, rowsOf, sequencesOf, squaresOf } from "../packing";
import { composedBestSpans, composedSpanLogProbabilities } from "./span-softmax-composed";
import { fusedBestSpans, fusedSpanLogProbabilities, spanNormalizers } from "./span-softmax-kernels";

/** What the scores of all spans are made of. */
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

/** Spans of which the probability is asked for, by ascending row; a span may come more than once. */
export interface SpanPicks {
  /** The proposal, among those of all sentences. */
  readonly rows: Int32Array;
  readonly starts: Int32Array;
  /** Inclusive. */
  readonly ends: Int32Array;
}

/** The most probable span of each row, [tokens]; of equals the first by start, then end. */
export interface BestSpans {
  readonly starts: Int32Array;
  /** Inclusive. */
  readonly ends: Int32Array;
  readonly logProbabilities: Float32Array;
}

/**
 * log p of each pick, [picks], with gradients for the four tensors of the scores.
 * @throws Error where a pick is no span of its sentence or the rows do not ascend
 */
export function spanLogProbabilities(scores: SpanScores, picks: SpanPicks): tf.Tensor1D {
  checkPicks(scores, picks);
  const compute = spanNormalizers.exists() ? fusedSpanLogProbabilities : composedSpanLogProbabilities;
  return compute(scores, picks);
}

export function bestSpans(scores: SpanScores): BestSpans {
  return spanNormalizers.exists() ? fusedBestSpans(scores) : composedBestSpans(scores);
}

function checkPicks({ starts: { size }, lengths }: SpanScores, { rows, starts, ends }: SpanPicks): void {
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
