import { bestSpans, type Lengths, offsetsOf } from "../engine";
import type { Prediction } from "./head";

/** A predicted entity in the model's terms: both ends inclusive, `type` a class index. */
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
 * Algorithm 2. A proposal is accepted if p^c of its most probable type times p^n of its most probable span is at least p^c of None.
 * Proposals with the same span and type become one entity, with the highest of their probabilities.
 * @param acceptTies whether to accept an entity exactly as probable as None, as in line 5
 * @returns the entities of each sentence, by start, then end
 */
export function decode(prediction: Prediction, lengths: Lengths, acceptTies = true): Detection[][] {
  return acceptProposals(prediction, lengths, acceptTies).map((accepted) => {
    const best = new Map<string, Detection>();
    for (const detection of accepted) {
      const key = `${detection.start} ${detection.end} ${detection.type}`;
      const duplicate = best.get(key);
      if (!duplicate || detection.probability > duplicate.probability) best.set(key, detection);
    }
    return [...best.values()].sort((x, y) => x.start - y.start || x.end - y.end || x.type - y.type);
  });
}

/** The entities of all accepted proposals (Algorithm 2), in the order of the proposals, before duplicates are removed. */
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
      // Line 4 in logarithms: probabilities that underflow to 0 in double precision can still be compared.
      const entity = logClasses[type] + logProbabilities[row];
      if (type === classes - 1 || entity < none || (entity === none && !acceptTies)) continue; // line 5
      accepted.push({ start: starts[row], end: ends[row], type, probability: Math.exp(entity), proposal: i });
    }
    return accepted;
  });
}
