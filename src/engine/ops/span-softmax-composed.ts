import * as tf from "@tensorflow/tfjs-core";
import { scoped } from "../scope";
import { gatherRows } from "./gather-rows";
import { logSoftmax, softmax } from "./softmax";
import { allSpanScores } from "./span-scores";
import type { BestSpans, SpanPicks, SpanScores } from "./span-softmax";

export function composedSpanLogProbabilities(scores: SpanScores, picks: SpanPicks): tf.Tensor1D {
  const tokens = scores.starts.shape[2];
  const places = picks.rows.map((row, i) => (row * tokens + picks.starts[i]) * tokens + picks.ends[i]);
  const table = tf.reshape(logSoftmax(bySpan(scores)), [-1, 1]) as tf.Tensor2D;
  return tf.reshape(gatherRows(table, tf.tensor1d(places, "int32")), [-1]);
}

export function composedBestSpans(scores: SpanScores): BestSpans {
  const [batch, rows, tokens] = scores.starts.shape;
  const best = {
    starts: new Int32Array(batch * rows),
    ends: new Int32Array(batch * rows),
    logProbabilities: new Float32Array(batch * rows),
  };
  forParts(scores, (part, first) => {
    const all = logSoftmax(bySpan(part));
    const places = tf.argMax(all, 2).dataSync();
    const logs = tf.max(all, 2).dataSync();
    const count = part.starts.shape[1];
    for (const [sentence, length] of scores.lengths.entries()) {
      for (let i = 0; i < count && first + i < length; i++) {
        const [from, to] = [sentence * count + i, sentence * rows + first + i];
        best.starts[to] = Math.floor(places[from] / tokens);
        best.ends[to] = places[from] % tokens;
        best.logProbabilities[to] = logs[from];
      }
    }
  });
  return best;
}

/**
 * p of every span, [batch, L, L, L] for (proposal, start, end), on any engine: a number for each, so for few sentences.
 * 0 where a span ends before it starts or past its sentence's end; past a sentence's end the proposals hold 0.
 */
export function spanProbabilities(scores: SpanScores): Float32Array {
  const [batch, rows, tokens] = scores.starts.shape;
  const size = tokens * tokens;
  const all = new Float32Array(batch * rows * size);
  forParts(scores, (part, first) => {
    const values = softmax(bySpan(part)).dataSync() as Float32Array;
    const count = part.starts.shape[1];
    for (const [sentence, length] of scores.lengths.entries()) {
      const own = Math.min(count, length - first);
      if (own <= 0) continue;
      const from = sentence * count * size;
      all.set(values.subarray(from, from + own * size), (sentence * rows + first) * size);
    }
  });
  return all;
}

/** [batch, proposals, L · L] */
function bySpan(scores: SpanScores): tf.Tensor3D {
  const all = allSpanScores(scores);
  const [batch, proposals, tokens] = all.shape;
  return tf.reshape(all, [batch, proposals, tokens * tokens]);
}

/** Numbers that a part of {@link forParts} has for its spans, unless a single proposal of each sentence has more. */
const partSize = 2 ** 22;

/** Goes through the proposals, so many at a time that memory does not grow with the cube of the sentences' length. */
function forParts(scores: SpanScores, visit: (part: SpanScores, first: number) => void): void {
  const [batch, rows, tokens] = scores.starts.shape;
  const count = Math.max(1, Math.floor(partSize / (batch * tokens * tokens)));
  for (let first = 0; first < rows; first += count) {
    scoped(() => {
      const cut = (tensor: tf.Tensor): tf.Tensor => {
        const [, , width] = tensor.shape;
        return tf.slice(tensor, [0, first, 0], [batch, Math.min(count, rows - first), width!]);
      };
      const { starts, ends, center, factor, lengths } = scores;
      visit(
        {
          starts: cut(starts) as tf.Tensor3D,
          ends: cut(ends) as tf.Tensor3D,
          center: cut(center),
          factor: cut(factor),
          lengths,
        },
        first,
      );
    });
  }
}
