import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { corpusOf } from "../../src/corpus/load";
import { lengthGroup, nestedFlags } from "../../src/corpus/spans";
import { corpusStatistics, splitStatistics } from "../../src/corpus/statistics";
import { anySentence, sentence } from "./sentence-builders";

test("the figures of Table 1 match a count by hand", () => {
  const train = [
    sentence("a b c d e f g h", [
      [0, 3, "DNA"],
      [1, 2, "protein"],
      [2, 8, "RNA"],
      [7, 8, "DNA"],
    ]),
    sentence("a b", [[0, 1, "DNA"]]),
    sentence("a b"),
  ];
  const { train: counted, dev } = corpusStatistics(
    corpusOf("hand", { train, dev: [sentence("a", [[0, 1, "cell"]])], test: [] }),
  );
  assert.deepEqual(counted, {
    sentences: 3,
    tokens: 12,
    averageTokens: 4,
    maxTokens: 8,
    entities: 5,
    averageEntityLength: 12 / 5,
    maxEntityLength: 6,
    maxEntities: 4,
    nestedShare: 4 / 5,
    byType: { DNA: 3, RNA: 1, cell: 0, protein: 1 },
    byLength: { "1": 3, "2": 0, "3": 1, "4": 0, "≥5": 1 },
  });
  assert.equal(dev.byType.cell, 1);
});

test("a missing split is all zero", () => {
  const empty = splitStatistics([], ["DNA"]);
  assert.deepEqual({ ...empty, byType: 0, byLength: 0 }, { ...zeros(empty), byType: 0, byLength: 0 });
  assert.deepEqual(empty.byType, { DNA: 0 });
});

function zeros(object: object): Record<string, number> {
  return Object.fromEntries(Object.keys(object).map((key) => [key, 0]));
}

test("an entity is nested if it contains, lies in, crosses or equals another, not if it is adjacent", () => {
  const flags = (...spans: [number, number][]) =>
    nestedFlags(spans.map(([start, end], index) => ({ start, end, type: String(index) })));
  assert.deepEqual(flags([0, 3], [1, 2], [3, 4]), [true, true, false]);
  assert.deepEqual(flags([0, 2], [1, 3]), [true, true]);
  assert.deepEqual(flags([1, 2], [1, 2]), [true, true]);
  assert.deepEqual(flags([0, 1], [1, 2], [2, 4]), [false, false, false]);
});

test("entities of five or more tokens are one group", () => {
  const groups = [1, 2, 3, 4, 5, 6, 40].map((end) => lengthGroup({ start: 0, end, type: "" }));
  assert.deepEqual(groups, ["1", "2", "3", "4", "≥5", "≥5", "≥5"]);
});

test("counts by type and by length sum to all entities", () => {
  const sum = (counts: Readonly<Record<string, number>>) =>
    Object.values(counts).reduce((total, count) => total + count, 0);
  fc.assert(
    fc.property(fc.array(anySentence), (train) => {
      const { entities, byType, byLength } = corpusStatistics(
        corpusOf("any", { train, dev: [], test: [] }),
      ).train;
      assert.equal(sum(byType), entities);
      assert.equal(sum(byLength), entities);
    }),
  );
});
