import * as tf from "@tensorflow/tfjs-core";
import { type SpanScores, spanLogProbabilities } from "../../src/engine";
import type { Prediction } from "../../src/model/head";
import { range } from "./reference-math";

/** The head's output for one sentence, in probabilities. */
export interface PlainPrediction {
  /** p^c [proposal][class]; the last class is None. */
  readonly classes: readonly (readonly number[])[];
  /** p^n [proposal] of the spans start ≤ end, by start, then end: of at most three tokens. */
  readonly spans: readonly (readonly number[])[];
}

/** A batch's prediction made by hand; what pads a shorter sentence would be taken for entities. */
export function predictionOf(sentences: readonly PlainPrediction[]): Prediction {
  const lengths = sentences.map(({ classes }) => classes.length);
  const tokens = Math.max(...lengths);
  const all = range(0, tokens);
  const logClass = sentences.map(({ classes }) =>
    all.map((i) => (classes[i] ?? classes[0].map(() => 1)).map(Math.log)),
  );
  const parts = sentences.map(({ spans }, sentence) =>
    all.map((i) => scoresOf(spans[i] ?? [], lengths[sentence], tokens)),
  );
  const stack = (part: keyof RowScores) =>
    tf.tensor3d(
      parts.map((rows) => rows.map((row) => [...row[part]])),
      undefined,
      "float32",
    );
  return {
    logClass: tf.tensor3d(logClass, undefined, "float32"),
    spans: {
      starts: stack("starts"),
      ends: stack("ends"),
      center: stack("center"),
      factor: stack("factor"),
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
 * Scores of which the softmax is `spans`. Three tokens have one span more than sums of a start and an end score can tell
 * apart: there the Gaussian makes the difference.
 */
function scoresOf(spans: readonly number[], length: number, tokens: number): RowScores {
  if (length > 3) throw new Error("made by hand for at most three tokens");
  // e^-50 is as good as 0
  const logs = spans.map((probability) => Math.max(-50, Math.log(probability)));
  const wanted = range(0, length).map((s) => range(0, length).map((e) => (s <= e ? (logs.shift() ?? 0) : 0)));
  const product = length < 3 ? 0 : wanted[1][2] + wanted[0][1] - wanted[1][1] - wanted[0][2];
  const factor = product === 0 ? [0, 0, 0, 0] : [1, 0, -product / 2, 0];
  const quadratic = (s: number, e: number) => (factor[0] * (s - 1) + factor[2] * (e - 1)) ** 2;
  const ends = range(0, length).map((e) => wanted[0][e] + quadratic(0, e));
  const starts = range(0, length).map((s) => wanted[s][s] + quadratic(s, s) - ends[s]);
  const padded = (scores: readonly number[]) => range(0, tokens).map((i) => scores[i] ?? 1e3);
  return { starts: padded(starts), ends: padded(ends), center: [1, 1], factor };
}

/** p^n [batch, L, L · L] of all spans, each picked; 0 for what is no span or past a sentence's end. */
export function pickedProbabilities(spans: SpanScores): Float32Array {
  const [batch, tokens] = spans.starts.shape;
  const places = range(0, batch * tokens ** 3).filter((at) => {
    const [s, e] = [Math.floor(at / tokens) % tokens, at % tokens];
    const length = spans.lengths[Math.floor(at / tokens ** 3)];
    return Math.floor(at / tokens ** 2) % tokens < length && s <= e && e < length;
  });
  const picks = {
    rows: Int32Array.from(places, (at) => Math.floor(at / tokens ** 2)),
    starts: Int32Array.from(places, (at) => Math.floor(at / tokens) % tokens),
    ends: Int32Array.from(places, (at) => at % tokens),
  };
  const values = tf.tidy(() => spanLogProbabilities(spans, picks).dataSync());
  const all = new Float32Array(batch * tokens ** 3);
  for (const [pick, at] of places.entries()) all[at] = Math.exp(values[pick]);
  return all;
}
