import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Entity } from "../../src/corpus/types";
import type { Score } from "../../src/evaluation/score-types";
import { scoreEntities } from "../../src/evaluation/scores";
import { entitiesWithin } from "../corpus/sentence-builders";

function entities(...spans: readonly (readonly [start: number, end: number, type: string])[]): Entity[] {
  return spans.map(([start, end, type]) => ({ start, end, type }));
}

const counts = ({ gold, predicted, correct }: Score) => [gold, predicted, correct];

test("an entity is correct if start, end, type and sentence match", () => {
  const gold = [entities([0, 2, "DNA"], [3, 4, "RNA"]), entities([0, 1, "DNA"])];
  const predicted = [entities([0, 2, "DNA"], [3, 4, "DNA"], [3, 5, "RNA"]), entities([3, 4, "RNA"])];
  const { overall, sentences } = scoreEntities(gold, predicted);
  assert.deepEqual(overall, {
    gold: 3,
    predicted: 4,
    correct: 1,
    precision: 25,
    recall: 100 / 3,
    f1: 200 / 7,
  });
  assert.equal(sentences, 2);
});

test("a false positive counts for the gold entity of the largest IoU, as in the released code", () => {
  const gold = [
    entities([8, 9, "DNA"], [0, 4, "DNA"], [3, 5, "RNA"]),
    entities([2, 3, "DNA"], [0, 2, "DNA"], [5, 7, "DNA"]),
    [],
  ];
  const predicted = [
    // IoU 1/3 with the one of 2 tokens | 3/4 with that of 4 | 0 with all: the first, of 1
    entities([4, 6, "RNA"], [1, 4, "DNA"], [20, 26, "RNA"]),
    // 1/2 with the second | 1/2 with the first, 1/3 with the second
    entities([0, 1, "DNA"], [1, 3, "DNA"]),
    entities([0, 1, "DNA"]),
  ];
  const { overall, byLength, byType } = scoreEntities(gold, predicted, "released");
  assert.deepEqual(counts(overall), [6, 6, 0]);
  assert.deepEqual(Object.values(byLength).map(counts), [
    [2, 2, 0],
    [3, 2, 0],
    [0, 0, 0],
    [1, 1, 0],
    [0, 0, 0],
  ]);
  assert.deepEqual(byType, scoreEntities(gold, predicted).byType);
});

test("a false positive counts for its own length and type", () => {
  const gold = [entities([0, 5, "DNA"], [6, 7, "RNA"])];
  const predicted = [entities([0, 4, "DNA"], [6, 7, "protein"], [0, 5, "DNA"])];
  const { byLength, byType } = scoreEntities(gold, predicted);
  assert.deepEqual(Object.keys(byLength), ["1", "2", "3", "4", "≥5"]);
  assert.deepEqual(Object.values(byLength).map(counts), [
    [1, 1, 0],
    [0, 0, 0],
    [0, 0, 0],
    [0, 1, 0],
    [1, 1, 1],
  ]);
  assert.deepEqual(Object.keys(byType), ["DNA", "RNA", "protein"]);
  assert.deepEqual(Object.values(byType).map(counts), [
    [1, 2, 1],
    [1, 0, 0],
    [0, 1, 0],
  ]);
});

test("nesting of a correct prediction is that of its gold entity, of a false positive that among the predictions", () => {
  const gold = [entities([0, 3, "DNA"], [0, 1, "protein"], [5, 6, "RNA"])];
  const predicted = [entities([0, 3, "DNA"], [5, 6, "RNA"], [5, 7, "RNA"], [8, 9, "RNA"])];
  const { nested, flat } = scoreEntities(gold, predicted).byNesting;
  assert.deepEqual(counts(nested), [2, 2, 1]);
  assert.deepEqual(counts(flat), [1, 2, 1]);
});

test("without entities the scores are 0", () => {
  const nothing = { gold: 0, predicted: 0, correct: 0, precision: 0, recall: 0, f1: 0 };
  assert.deepEqual(scoreEntities([[]], [[]]).overall, nothing);
  assert.deepEqual(scoreEntities([], []).byType, {});
});

test("an entity given twice counts once on either side", () => {
  const twice = [entities([0, 1, "DNA"], [0, 1, "DNA"])];
  assert.deepEqual(counts(scoreEntities(twice, twice).overall), [1, 1, 1]);
});

const anyEntities = entitiesWithin(9);
const anySides = fc.array(fc.tuple(anyEntities, anyEntities), { maxLength: 8 });

test("each way of grouping adds up to the overall counts", () => {
  fc.assert(
    fc.property(anySides, (sides) => {
      const scores = scoreEntities(
        sides.map(([gold]) => gold),
        sides.map(([, predicted]) => predicted),
      );
      for (const groups of [scores.byLength, scores.byType, scores.byNesting]) {
        const sums = [0, 1, 2].map((at) =>
          Object.values(groups).reduce((sum, score) => sum + counts(score)[at], 0),
        );
        assert.deepEqual(sums, counts(scores.overall));
        for (const { gold, predicted, correct } of Object.values(groups)) {
          assert(correct <= Math.min(gold, predicted));
        }
      }
    }),
  );
});

test("gold against itself is perfect, and swapping the sides swaps precision and recall", () => {
  fc.assert(
    fc.property(anySides, (sides) => {
      const [gold, predicted] = [sides.map(([one]) => one), sides.map(([, other]) => other)];
      const perfect = scoreEntities(gold, gold).overall;
      assert.equal(perfect.f1, perfect.gold > 0 ? 100 : 0);
      const [forth, back] = [scoreEntities(gold, predicted).overall, scoreEntities(predicted, gold).overall];
      assert.deepEqual([forth.precision, forth.recall, forth.f1], [back.recall, back.precision, back.f1]);
    }),
  );
});

test("the order of entities does not matter", () => {
  fc.assert(
    fc.property(anyEntities, anyEntities, (gold, predicted) => {
      const reversed = scoreEntities([[...gold].reverse()], [[...predicted].reverse()]);
      assert.deepEqual(reversed, scoreEntities([gold], [predicted]));
    }),
  );
});
