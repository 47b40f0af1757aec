// Computes the scores of all spans, sentence by sentence, because they take much memory.
import * as tf from "@tensorflow/tfjs-core";
import { scoped } from "../memory";
import { offsetsOf, rowsOf, squaresOf } from "../packing";
import { customGradient } from "./custom-gradient";
import { gatherRows } from "./gather-rows";
import { logSoftmax, softmax } from "./softmax";
import type { BestSpans, SpanPicks, SpanScores } from "./span-scores";

export function composedSpanLogProbabilities(scores: SpanScores, picks: SpanPicks): tf.Tensor1D {
  const parts: tf.Tensor1D[] = [];
  let pick = 0;
  forSentences(scores, (sentence, length, first) => {
    const indices: number[] = [];
    for (; pick < picks.rows.length && picks.rows[pick] < first + length; pick++) {
      indices.push(((picks.rows[pick] - first) * length + picks.starts[pick]) * length + picks.ends[pick]);
    }
    if (!indices.length) return;
    const table = tf.reshape(logSoftmax(bySpan(sentence)), [-1, 1]) as tf.Tensor2D;
    parts.push(tf.reshape(gatherRows(table, indices), [-1]));
  });
  return parts.length ? tf.concat(parts) : withoutPicks(scores);
}

/** An empty value that depends on the scores, so that their gradients are zeros. */
function withoutPicks({ starts, ends, center, factor }: SpanScores): tf.Tensor1D {
  return customGradient([starts, ends, center, factor], (save) => {
    save([starts, ends, center, factor]);
    return {
      value: tf.zeros([0], "float32"),
      gradFunc: (_, saved) => saved.map((tensor) => tf.zerosLike(tensor)),
    };
  }) as tf.Tensor1D;
}

export function composedBestSpans(scores: SpanScores): BestSpans {
  const rows = rowsOf(scores.lengths);
  const best = {
    starts: new Int32Array(rows),
    ends: new Int32Array(rows),
    logProbabilities: new Float32Array(rows),
  };
  forParts(scores, (part, length, first) => {
    const logProbabilities = logSoftmax(bySpan(part));
    const spans = tf.argMax(logProbabilities, 1).dataSync();
    best.starts.set(
      spans.map((span) => Math.floor(span / length)),
      first,
    );
    best.ends.set(
      spans.map((span) => span % length),
      first,
    );
    best.logProbabilities.set(tf.max(logProbabilities, 1).dataSync(), first);
  });
  return best;
}

/**
 * The probabilities of all spans, [Σ L³], for each sentence [L, L, L] for (proposal, start, end); 0 if end < start. They take much
 * memory, so use it for few sentences.
 */
export function spanProbabilities(scores: SpanScores): Float32Array {
  const probabilities = new Float32Array(scores.lengths.reduce((sum, length) => sum + length ** 3, 0));
  let offset = 0;
  forParts(scores, (part) => {
    const values = softmax(bySpan(part)).dataSync() as Float32Array;
    probabilities.set(values, offset);
    offset += values.length;
  });
  return probabilities;
}

/** [proposals, L · L] */
function bySpan(terms: SentenceScores): tf.Tensor2D {
  const scores = allSpanScores(terms);
  return tf.reshape(scores, [scores.shape[0], -1]);
}

/** Visits the sentences with tokens. @param visit gets the row of the sentence's first proposal as `first` */
function forSentences(
  { starts, ends, center, factor, lengths }: SpanScores,
  visit: (sentence: SentenceScores, length: number, first: number) => void,
): void {
  const [rows, squares] = [lengths, squaresOf(lengths)].map(offsetsOf);
  for (const [i, length] of lengths.entries()) {
    if (length === 0) continue;
    const square = (table: tf.Tensor1D) =>
      tf.reshape(tf.slice(table, [squares[i]], [length * length]), [length, length]);
    const sentenceRows = (table: tf.Tensor) => tf.slice(table, [rows[i], 0], [length, -1]);
    const sentence = {
      starts: square(starts),
      ends: square(ends),
      center: sentenceRows(center),
      factor: sentenceRows(factor),
    };
    visit(sentence, length, rows[i]);
  }
}

/** The most span scores of a part in {@link forParts}, unless a single proposal has more. */
const partSize = 2 ** 22;

/** {@link forSentences} in parts of some proposals, so that memory does not grow with the cube of the sentence length. */
function forParts(
  scores: SpanScores,
  visit: (part: SentenceScores, length: number, first: number) => void,
): void {
  scoped(() =>
    forSentences(scores, ({ starts, ends, center, factor }, length, first) => {
      const partRows = Math.max(1, Math.floor(partSize / length ** 2));
      for (let row = 0; row < length; row += partRows) {
        const count = Math.min(partRows, length - row);
        const rowsOfPart = (table: tf.Tensor) => tf.slice(table, [row, 0], [count, -1]);
        const part = {
          starts: rowsOfPart(starts),
          ends: rowsOfPart(ends),
          center: rowsOfPart(center),
          factor: rowsOfPart(factor),
        };
        scoped(() => visit(part, length, first + row));
      }
    }),
  );
}

/** The score of a pair that is not a span. Below every score of a span; finite, so that it cannot cause NaN. */
const lowest = -3e38;

/** The terms of the span scores of one sentence, for some of its proposals. */
interface SentenceScores {
  /** [proposals, L] for (proposal, start), or (proposal, end) */
  readonly starts: tf.Tensor;
  readonly ends: tf.Tensor;
  /** μ [proposals, 2] */
  readonly center: tf.Tensor;
  /** θ [proposals, 4] */
  readonly factor: tf.Tensor;
}

/**
 * The scores of all spans of a sentence. The custom gradient avoids ten saved tensors as large as the result.
 * @returns [proposals, L, L] for (proposal, start, end); {@link lowest} if end < start
 */
function allSpanScores({ starts, ends, center, factor }: SentenceScores): tf.Tensor3D {
  const value = customGradient([starts, ends, center, factor], (save) => {
    save([center, factor]);
    const [, tokens] = starts.shape as [number, number];
    const [start, end] = positionOffsets(center, tokens);
    const [a, b, c, d] = tf.split(factor, 4, 1);
    const part = (ofStart: tf.Tensor, ofEnd: tf.Tensor) =>
      tf.square(tf.add(tf.expandDims(tf.mul(ofStart, start), 2), tf.expandDims(tf.mul(ofEnd, end), 1)));
    const scores = tf.add(tf.expandDims(starts, 2), tf.expandDims(ends, 1));
    const withPrior = tf.sub(scores, tf.add(part(a, c), part(b, d)));
    return { value: tf.minimum(withPrior, upperBounds(tokens)), gradFunc: spanScoreGradients };
  });
  return value as tf.Tensor3D;
}

/** [L, L]: above every score for spans start ≤ end, else {@link lowest}. */
function upperBounds(tokens: number): tf.Tensor2D {
  const values = new Float32Array(tokens * tokens).fill(lowest);
  for (let start = 0; start < tokens; start++) {
    values.fill(-lowest, start * tokens + start, (start + 1) * tokens);
  }
  return tf.tensor2d(values, [tokens, tokens], "float32");
}

/** s - μ_s and e - μ_e for all positions: 2 × [proposals, L]. */
function positionOffsets(center: tf.Tensor, tokens: number): [tf.Tensor, tf.Tensor] {
  const positions = tf.range(0, tokens, 1, "float32");
  const [centerStart, centerEnd] = tf.split(center, 2, 1);
  return [tf.sub(positions, centerStart), tf.sub(positions, centerEnd)];
}

/**
 * log G is quadratic in the offsets δ, so its gradients need only the sums of dy weighted by 1, δ and δδᵀ:
 * ∂/∂μ = 2 Θ Σ dy δ and ∂/∂θ = -2 (Σ dy δδᵀ) θ. dy is 0 for pairs that are not spans.
 */
function spanScoreGradients(dy: tf.Tensor, [center, factor]: tf.Tensor[]): tf.Tensor[] {
  const [start, end] = positionOffsets(center, dy.shape[2]!);
  const byStart = tf.sum(dy, 2); //                                                   [proposals, L]
  const byEnd = tf.sum(dy, 1);
  const total = (weights: tf.Tensor, values: tf.Tensor) => tf.sum(tf.mul(weights, values), 1, true); // [proposals, 1]
  const [sumS, sumE] = [total(byStart, start), total(byEnd, end)];
  const sumSS = total(byStart, tf.square(start));
  const sumEE = total(byEnd, tf.square(end));
  const sumSE = total(tf.sum(tf.mul(dy, tf.expandDims(end, 1)), 2), start);
  const [a, b, c, d] = tf.split(factor, 4, 1);
  const [first, second] = [
    tf.add(tf.mul(a, sumS), tf.mul(c, sumE)),
    tf.add(tf.mul(b, sumS), tf.mul(d, sumE)),
  ]; // θᵀ Σ dy δ
  const dCenter = tf.concat(
    [tf.add(tf.mul(a, first), tf.mul(b, second)), tf.add(tf.mul(c, first), tf.mul(d, second))],
    1,
  );
  const dFactor = tf.concat(
    [
      tf.add(tf.mul(sumSS, a), tf.mul(sumSE, c)),
      tf.add(tf.mul(sumSS, b), tf.mul(sumSE, d)),
      tf.add(tf.mul(sumSE, a), tf.mul(sumEE, c)),
      tf.add(tf.mul(sumSE, b), tf.mul(sumEE, d)),
    ],
    1,
  );
  return [byStart, byEnd, tf.mul(dCenter, 2), tf.mul(dFactor, -2)];
}
