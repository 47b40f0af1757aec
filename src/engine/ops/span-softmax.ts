// Softmax over the scores of all spans. A batch has about L³ / 2 spans per sentence. The kernels do not store a number for each.
import type * as tf from "@tensorflow/tfjs-core";
import { assertSpanPicks, type BestSpans, type SpanPicks, type SpanScores } from "./span-scores";
import { composedBestSpans, composedSpanLogProbabilities } from "./span-softmax-composed";
import { fusedBestSpans, fusedSpanLogProbabilities, spanNormalizers } from "./span-softmax-kernels";

/**
 * The log probability of each pick, [picks]. Gradients flow to the four tensors of the scores.
 * @throws Error if a pick is not a span of its sentence or the rows do not ascend
 */
export function spanLogProbabilities(scores: SpanScores, picks: SpanPicks): tf.Tensor1D {
  assertSpanPicks(scores, picks);
  const compute = spanNormalizers.exists() ? fusedSpanLogProbabilities : composedSpanLogProbabilities;
  return compute(scores, picks);
}

export function bestSpans(scores: SpanScores): BestSpans {
  return spanNormalizers.exists() ? fusedBestSpans(scores) : composedBestSpans(scores);
}
