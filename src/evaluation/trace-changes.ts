import type { Sentence } from "../corpus/types";
import type { EntityDetector } from "../detector/entity-detector";
import type { Trace } from "../detector/trace-types";
import { changes, type RunComparison } from "./compare";

/** The traces of compared runs, `[runs]`, by the index of their sentence. */
export type ComparedTraces = ReadonlyMap<number, readonly Trace[]>;

/**
 * Traces sentences of a comparison with all of its models, which may differ in their depth, heads and vocabularies.
 * @param detectors of the comparison's runs, in the same order
 * @param sentences that were compared
 * @param perChange how many sentences to trace for each change of each pair of runs. Default 10, a page of the widget's list
 * @throws RangeError if the number of detectors or sentences differs from that of the comparison
 */
export async function traceChanges(
  comparison: RunComparison,
  detectors: readonly EntityDetector[],
  sentences: readonly Sentence[],
  perChange = 10,
): Promise<ComparedTraces> {
  const { runs, pairs, entities } = comparison;
  if (detectors.length !== runs.length)
    throw new RangeError(
      `detectors: expected one for each of the ${runs.length} runs, not ${detectors.length}`,
    );
  if (sentences.length !== comparison.sentences.length)
    throw new RangeError(
      `sentences: expected the ${comparison.sentences.length} that were compared, not ${sentences.length}`,
    );
  const indices = new Set<number>();
  for (const pair of pairs) {
    for (const change of changes) {
      const changed = entities.filter((_, index) => pair.changes[index] === change);
      const first = [...new Set(changed.map(({ sentence }) => sentence))].slice(0, perChange);
      for (const sentence of first) indices.add(sentence);
    }
  }
  const traces = new Map<number, Trace[]>();
  for (const sentence of [...indices].sort((one, other) => one - other)) {
    const ofRuns: Trace[] = [];
    for (const detector of detectors) ofRuns.push(await detector.trace(sentences[sentence]));
    traces.set(sentence, ofRuns);
  }
  return traces;
}
