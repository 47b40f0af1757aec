import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entity } from "../../../src/corpus";
import { errorKinds, errors as errorsOf, outcomesOf } from "../../../src/evaluation";
import { errorGains } from "../../../src/experiments/analysis/error-gains";
import { intervalAround } from "../../../src/experiments/analysis/statistics";
import { countsOfSentences } from "../../../src/experiments/results/rescore";
import { type RunRecord, type Scoring, usualScoring } from "../../../src/experiments/results/run-record";
import type { ScoredSentence } from "../../../src/experiments/run/predictions";
import { fakeSides } from "../../widgets/fake";

function run(seed: number, predictions: readonly ScoredSentence[] | null, scoring = usualScoring): RunRecord {
  return {
    id: String(seed),
    seed,
    predictions,
    counts: countsOfSentences(predictions ?? [], scoring),
  } as unknown as RunRecord;
}

const sides = fakeSides(400, 3);
const sentences = sides.map(({ tokens, entities, predicted }): ScoredSentence => {
  return { tokens: tokens.length, gold: entities, accepted: predicted };
});

test("gains and numbers of one run are those of the atlas of errors", () => {
  const gains = errorGains([run(1, sentences)], usualScoring) ?? assert.fail("no gains");
  const outcomes = outcomesOf(
    sides.map(({ entities }) => entities),
    sides.map(({ predicted }) => predicted),
  );
  const evaluated = outcomes.map((outcome, index) => ({ ...outcome, tokens: sides[index].tokens, id: "" }));
  const { kinds } = errorsOf({ sentences: evaluated }, { resamples: 2000, seed: 4 });
  assert.ok(kinds.filter(({ count }) => count > 0).length > 4, "several kinds");
  for (const [index, { kind, errors, gain }] of gains.entries()) {
    assert.deepEqual([kind, errors], [kinds[index].kind, kinds[index].count]);
    assert.ok(Math.abs(gain.estimate - kinds[index].gain) < 1e-9, kind);
    if (errors < 10) continue;
    // The error by influences agrees with a bootstrap over the same sentences.
    const [linear, resampled] = [intervalAround(gain), kinds[index].interval ?? assert.fail("no interval")];
    const widths = [linear, resampled].map(({ low, high }) => high - low);
    assert.ok(Math.abs(widths[0] / widths[1] - 1) < 0.1, `${kind}: ${JSON.stringify([linear, resampled])}`);
  }
});

test("gains are means over seeds, under the rules of scoring", () => {
  const entity = (start: number, end: number, type = "X"): Entity => ({ start, end, type });
  const gold = [entity(0, 2), entity(0, 1), entity(3, 4, "Y")];
  const sentence = (accepted: Entity[]): ScoredSentence => ({ tokens: 6, gold, accepted });
  const one = [sentence([entity(0, 2), entity(0, 1), entity(3, 4)])];
  const other = [sentence([entity(0, 2), entity(3, 4, "Y"), entity(3, 4, "Y")])];
  const gainsBy = (scoring: Scoring) =>
    Object.fromEntries(
      (errorGains([run(1, one, scoring), run(2, other, scoring)], scoring) ?? [])
        .filter(({ errors }) => errors > 0)
        .map(({ kind, errors, gain }) => [kind, [errors, Number(gain.estimate.toFixed(6))]]),
    );
  const type = 100 - (100 * 4) / 6;
  const inner = 100 - (100 * 4) / 5;
  const rounded = (value: number) => Number(value.toFixed(6));
  assert.deepEqual(gainsBy(usualScoring), {
    type: [0.5, rounded(type / 2)],
    "missed inner": [0.5, rounded(inner / 2)],
  });
  // boundaries alone are right in the first run
  assert.deepEqual(gainsBy({ ...usualScoring, match: "boundary" }), {
    "missed inner": [0.5, rounded(inner / 2)],
  });
  const each = gainsBy({ ...usualScoring, duplicates: "each" });
  assert.deepEqual(each.duplicate, [0.5, rounded(((100 * 4) / 5 - (100 * 4) / 6) / 2)]);
  assert.deepEqual(Object.keys(gainsBy({ ...usualScoring, sameTypeInner: "ignored" })), ["type"]);
});

test("a run without predictions has no gains", () => {
  assert.equal(errorGains([run(1, sentences), run(2, null)], usualScoring), undefined);
  assert.equal(errorGains([], usualScoring), undefined);
  const perfect = sentences.map((sentence) => ({ ...sentence, accepted: sentence.gold }));
  const gains = errorGains([run(1, perfect)], usualScoring) ?? [];
  assert.equal(gains.length, errorKinds.length);
  for (const { errors, gain } of gains)
    assert.deepEqual([errors, gain.estimate, gain.standardError], [0, 0, 0]);
});
