import { bestSpans, type Lengths, offsetsOf } from "../engine";
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
export function decode(prediction: Prediction, lengths: Lengths, acceptTies = true): Detection[][] {
  return acceptProposals(prediction, lengths, acceptTies).map((accepted) => {
    const best = new Map<string, Detection>();
    for (const one of accepted) {
      const key = `${one.start} ${one.end} ${one.type}`;
      const other = best.get(key);
      if (!other || one.probability > other.probability) best.set(key, one);
    }
    return [...best.values()].sort((x, y) => x.start - y.start || x.end - y.end || x.type - y.type);
  });
}

/** What Algorithm 2 makes of each proposal that it accepts, in the proposals' order; several may be the same entity. */
export function acceptProposals(
  { logClass, spans }: Prediction,
  lengths: Lengths,
  acceptTies = true,
): Detection[][] {
  const [, classes] = logClass.shape;
  const offsets = offsetsOf(lengths);
  const classData = logClass.dataSync() as Float32Array;
  const { starts, ends, logProbabilities } = bestSpans(spans);
  return lengths.map((length, sentence) => {
    const accepted: Detection[] = [];
    for (let i = 0; i < length; i++) {
      const row = offsets[sentence] + i;
      const logClasses = classData.subarray(row * classes, (row + 1) * classes);
      const type = logClasses.indexOf(Math.max(...logClasses)); //                          line 3
      const none = logClasses[classes - 1];
      // line 4, by logarithms: probabilities that are both 0 in double precision still tell which is larger
      const own = logClasses[type] + logProbabilities[row];
      if (type === classes - 1 || own < none || (own === none && !acceptTies)) continue; // line 5
      accepted.push({ start: starts[row], end: ends[row], type, probability: Math.exp(own), proposal: i });
    }
    return accepted;
  });
}
