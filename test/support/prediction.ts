import * as tf from "@tensorflow/tfjs-core";
import { offsetsOf, type SpanScores, spanLogProbabilities } from "../../src/engine";
import type { Prediction } from "../../src/model/head";
import { range } from "./reference-math";

/** The head's output for one sentence, in probabilities. */
export interface PlainPrediction {
  /** p^c [proposal][class]; the last class is None. */
  readonly classes: readonly (readonly number[])[];
  /** p^n [proposal] of the spans start ≤ end, by start, then end: of at most three tokens. */
  readonly spans: readonly (readonly number[])[];
}

/** A prediction of a batch with the given probabilities. */
export function predictionOf(sentences: readonly PlainPrediction[]): Prediction {
  const lengths = sentences.map(({ classes }) => classes.length);
  const rows = sentences.flatMap(({ spans }, sentence) =>
    spans.map((probabilities) => scoresOf(probabilities, lengths[sentence])),
  );
  const classes = sentences.flatMap((sentence) => sentence.classes.map((row) => row.map(Math.log)));
  const table = (part: keyof RowScores) => rows.map((row) => [...row[part]]);
  return {
    logClass: tf.tensor2d(classes, undefined, "float32"),
    spans: {
      starts: tf.tensor1d(table("starts").flat(), "float32"),
      ends: tf.tensor1d(table("ends").flat(), "float32"),
      center: tf.tensor2d(table("center"), undefined, "float32"),
      factor: tf.tensor2d(table("factor"), undefined, "float32"),
      lengths,
    },
  };
}

interface RowScores {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly center: readonly number[];
  readonly factor: readonly number[];
}

/**
 * Scores whose softmax is `spans`. Start and end scores have one degree of freedom too few for the spans of three tokens, so the
 * Gaussian adds the difference.
 */
function scoresOf(spans: readonly number[], length: number): RowScores {
  if (length > 3) throw new Error("predictionOf supports at most three tokens");
  // e^-50 is practically 0.
  const logs = spans.map((probability) => Math.max(-50, Math.log(probability)));
  const scores = range(0, length).map((s) => range(0, length).map((e) => (s <= e ? (logs.shift() ?? 0) : 0)));
  const product = length < 3 ? 0 : scores[1][2] + scores[0][1] - scores[1][1] - scores[0][2];
  const factor = product === 0 ? [0, 0, 0, 0] : [1, 0, -product / 2, 0];
  const quadratic = (s: number, e: number) => (factor[0] * (s - 1) + factor[2] * (e - 1)) ** 2;
  const ends = range(0, length).map((e) => scores[0][e] + quadratic(0, e));
  const starts = range(0, length).map((s) => scores[s][s] + quadratic(s, s) - ends[s]);
  return { starts, ends, center: [1, 1], factor };
}

/** p^n of all spans by picks, [L, L, L] for (proposal, start, end) of each sentence; 0 for end < start. */
export function pickedProbabilities(spans: SpanScores): Float32Array {
  const offsets = offsetsOf(spans.lengths);
  const all = spans.lengths.flatMap((length, sentence) =>
    range(0, length).flatMap((i) =>
      range(0, length).flatMap((s) => range(0, length).map((e) => ({ row: offsets[sentence] + i, s, e }))),
    ),
  );
  const picked = all.filter(({ s, e }) => s <= e);
  const picks = {
    rows: Int32Array.from(picked, ({ row }) => row),
    starts: Int32Array.from(picked, ({ s }) => s),
    ends: Int32Array.from(picked, ({ e }) => e),
  };
  const values = tf.tidy(() => spanLogProbabilities(spans, picks).dataSync());
  let pick = 0;
  return Float32Array.from(all, ({ s, e }) => (s <= e ? Math.exp(values[pick++]) : 0));
}
