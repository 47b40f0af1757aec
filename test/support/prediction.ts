import * as tf from "@tensorflow/tfjs-core";
import type { Prediction } from "../../src/model/head";
import { range } from "./reference-math";

/** The head's output for one sentence, in probabilities. */
export interface PlainPrediction {
  /** p^c [proposal][class]; the last class is None. */
  readonly classes: readonly (readonly number[])[];
  /** p^n [proposal] of the spans start ≤ end, by start, then end. */
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
  const logSpan = sentences.map(({ spans }, sentence) =>
    all.map((i) => {
      const own = [...(spans[i] ?? [])];
      return all.flatMap((s) =>
        all.map((e) => (s <= e && e < lengths[sentence] ? Math.log(own.shift() ?? 1) : -1e12)),
      );
    }),
  );
  return {
    logClass: tf.tensor3d(logClass, undefined, "float32"),
    logSpan: tf.tensor3d(logSpan, undefined, "float32"),
    gaussian: { center: tf.zeros([1]), factor: tf.zeros([1]) },
  };
}
