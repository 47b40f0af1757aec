import * as tf from "@tensorflow/tfjs-core";
import type { Prediction } from "./head";

/** A predicted entity as the model counts: both ends inclusive, `type` a class index. */
export interface Detection {
  readonly start: number;
  readonly end: number;
  readonly type: number;
  /** p^c(type) · p^n(start, end) */
  readonly probability: number;
  /** The token whose proposal this is. */
  readonly proposal: number;
}

/**
 * Algorithm 2: a proposal is an entity where its most probable type, times its most probable span, is at least as probable
 * as None. Proposals that agree are one entity; the most probable is kept.
 * @param acceptTies whether an entity exactly as probable as None is accepted, as in line 5
 * @returns the entities of each sentence, by start, then end
 */
export function decode(prediction: Prediction, lengths: readonly number[], acceptTies = true): Detection[][] {
  return acceptProposals(prediction, lengths, acceptTies).map((accepted) => {
    const best = new Map<string, Detection>();
    for (const one of accepted) {
      const key = `${one.start} ${one.end} ${one.type}`;
      if (one.probability > (best.get(key)?.probability ?? 0)) best.set(key, one);
    }
    return [...best.values()].sort((x, y) => x.start - y.start || x.end - y.end || x.type - y.type);
  });
}

/** What Algorithm 2 makes of each proposal that it accepts, in the proposals' order; several may be the same entity. */
export function acceptProposals(
  { logClass, logSpan }: Prediction,
  lengths: readonly number[],
  acceptTies = true,
): Detection[][] {
  const [, tokens, classes] = logClass.shape;
  const [classData, spanData, logSpanData] = tf.tidy(() => [
    logClass.dataSync() as Float32Array,
    tf.argMax(logSpan, 2).dataSync() as Int32Array,
    tf.max(logSpan, 2).dataSync() as Float32Array,
  ]);
  return lengths.map((length, sentence) => {
    const accepted: Detection[] = [];
    for (let i = 0; i < length; i++) {
      const row = sentence * tokens + i;
      const logProbabilities = classData.subarray(row * classes, (row + 1) * classes);
      const type = logProbabilities.indexOf(Math.max(...logProbabilities)); //          line 3
      const probability = Math.exp(logProbabilities[type] + logSpanData[row]); //       line 4
      const none = Math.exp(logProbabilities[classes - 1]);
      if (type === classes - 1 || probability < none || (probability === none && !acceptTies)) continue; // line 5
      const [start, end] = [Math.floor(spanData[row] / tokens), spanData[row] % tokens];
      accepted.push({ start, end, type, probability, proposal: i });
    }
    return accepted;
  });
}
