// Sentence by sentence: a number for each span of a proposal is what takes memory.
import * as tf from "@tensorflow/tfjs-core";
import { scoped } from "../memory";
import { offsetsOf, rowsOf, squaresOf } from "../packing";
import { customGradient } from "./custom-gradient";
import { gatherRows } from "./gather-rows";
import { logSoftmax, softmax } from "./softmax";
import { allSpanScores, type SentenceScores } from "./span-scores";
import type { BestSpans, SpanPicks, SpanScores } from "./span-softmax";

export function composedSpanLogProbabilities(scores: SpanScores, picks: SpanPicks): tf.Tensor1D {
  const parts: tf.Tensor1D[] = [];
  let pick = 0;
  forSentences(scores, (sentence, length, first) => {
    const places: number[] = [];
    for (; pick < picks.rows.length && picks.rows[pick] < first + length; pick++) {
      places.push(((picks.rows[pick] - first) * length + picks.starts[pick]) * length + picks.ends[pick]);
    }
    if (!places.length) return;
    const table = tf.reshape(logSoftmax(bySpan(sentence)), [-1, 1]) as tf.Tensor2D;
    parts.push(tf.reshape(gatherRows(table, places), [-1]));
  });
  return parts.length ? tf.concat(parts) : nothingPicked(scores);
}

/** A value without numbers that depends on the scores all the same, so that their gradients are zeros. */
function nothingPicked({ starts, ends, center, factor }: SpanScores): tf.Tensor1D {
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
    const all = logSoftmax(bySpan(part));
    const places = tf.argMax(all, 1).dataSync();
    best.starts.set(
      places.map((place) => Math.floor(place / length)),
      first,
    );
    best.ends.set(
      places.map((place) => place % length),
      first,
    );
    best.logProbabilities.set(tf.max(all, 1).dataSync(), first);
  });
  return best;
}

/**
 * p of every span, [Σ L³], for each sentence [L, L, L] for (proposal, start, end), on any engine: a number for each, so for few
 * sentences. 0 where a span ends before it starts.
 */
export function spanProbabilities(scores: SpanScores): Float32Array {
  const all = new Float32Array(scores.lengths.reduce((sum, length) => sum + length ** 3, 0));
  let at = 0;
  forParts(scores, (part) => {
    const values = softmax(bySpan(part)).dataSync() as Float32Array;
    all.set(values, at);
    at += values.length;
  });
  return all;
}

/** [proposals, L · L] */
function bySpan(scores: SentenceScores): tf.Tensor2D {
  const all = allSpanScores(scores);
  return tf.reshape(all, [all.shape[0], -1]);
}

/** Goes through the sentences that have tokens. @param first row of the sentence's first proposal */
function forSentences(
  { starts, ends, center, factor, lengths }: SpanScores,
  visit: (sentence: SentenceScores, length: number, first: number) => void,
): void {
  const [rows, squares] = [lengths, squaresOf(lengths)].map(offsetsOf);
  for (const [at, length] of lengths.entries()) {
    if (length === 0) continue;
    const square = (table: tf.Tensor1D) =>
      tf.reshape(tf.slice(table, [squares[at]], [length * length]), [length, length]);
    const own = (table: tf.Tensor) => tf.slice(table, [rows[at], 0], [length, -1]);
    const sentence = {
      starts: square(starts),
      ends: square(ends),
      center: own(center),
      factor: own(factor),
    };
    visit(sentence, length, rows[at]);
  }
}

/** Numbers that a part of {@link forParts} has for its spans, unless a single proposal has more. */
const partSize = 2 ** 22;

/** The same in parts of so many proposals that memory does not grow with the cube of the sentences' length. */
function forParts(
  scores: SpanScores,
  visit: (part: SentenceScores, length: number, first: number) => void,
): void {
  scoped(() =>
    forSentences(scores, ({ starts, ends, center, factor }, length, first) => {
      const most = Math.max(1, Math.floor(partSize / length ** 2));
      for (let row = 0; row < length; row += most) {
        const count = Math.min(most, length - row);
        const cut = (table: tf.Tensor) => tf.slice(table, [row, 0], [count, -1]);
        const part = { starts: cut(starts), ends: cut(ends), center: cut(center), factor: cut(factor) };
        scoped(() => visit(part, length, first + row));
      }
    }),
  );
}
