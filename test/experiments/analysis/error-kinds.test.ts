import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entity } from "../../../src/corpus";
import { overlapLoss, typeErrorShare } from "../../../src/experiments/analysis/error-kinds";
import { countsOfSentences } from "../../../src/experiments/results/rescore";
import { type RunRecord, usualScoring } from "../../../src/experiments/results/run-record";
import type { ScoredSentence } from "../../../src/experiments/run/predictions";

const entity = (start: number, end: number, type = "X"): Entity => ({ start, end, type });
function run(seed: number, predictions: readonly ScoredSentence[] | null): RunRecord {
  const counts = countsOfSentences(predictions ?? [], usualScoring);
  return { id: String(seed), seed, predictions, counts } as unknown as RunRecord;
}
const repeated = (sentence: ScoredSentence, times: number): ScoredSentence[] =>
  Array.from({ length: times }, () => sentence);

/** A flat and two overlapping short entities, and a long one. */
const gold = [entity(0, 1), entity(2, 4), entity(2, 3, "Y"), entity(5, 9)];

test("the share of false predictions at a gold entity's boundaries, each once", () => {
  const wrongTypes = [entity(0, 1, "Y"), entity(0, 1, "Y"), entity(5, 9, "Y")];
  const accepted = [...wrongTypes, entity(6, 9), entity(2, 4)];
  const all = [1, 2, 3].map((seed) => run(seed, repeated({ tokens: 10, gold, accepted }, 20)));
  const share = typeErrorShare(all, usualScoring)!;
  assert.ok(Math.abs(share.estimate - 200 / 3) < 1e-9);
  assert.ok(Math.abs(typeErrorShare(all, usualScoring, 50)!.estimate - 50 / 3) < 1e-9);
  assert.deepEqual([share.seeds, share.units, share.standardError], [3, 20, 0], "all sentences are alike");
  const few = [run(1, repeated({ tokens: 10, gold, accepted }, 9))];
  assert.equal(typeErrorShare(few, usualScoring), undefined, "27 false predictions");
  assert.equal(typeErrorShare([run(1, null)], usualScoring), undefined);
});

test("the recall of short entities without overlap minus that of those with it", () => {
  const sentences = [
    ...repeated({ tokens: 10, gold, accepted: [entity(0, 1), entity(2, 4)] }, 30),
    ...repeated({ tokens: 10, gold, accepted: [] }, 10),
  ];
  const loss = overlapLoss([run(1, sentences), run(2, sentences)], usualScoring)!;
  // 30 of 40 without overlap, 30 of 80 with it.
  assert.ok(Math.abs(loss.estimate - (75 - 37.5)) < 1e-9);
  assert.ok(loss.standardError > 0);
});
