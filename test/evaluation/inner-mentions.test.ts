import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entity, Sentence } from "../../src/corpus";
import type { EntityDetector } from "../../src/detector/entity-detector";
import { evaluate, withoutSameTypeInner } from "../../src/evaluation";

const entity = (start: number, end: number, type = "X"): Entity => ({ start, end, type });

test("gold entities within one of their type do not count, nor predictions of them", () => {
  const outer = entity(0, 4);
  const gold = [outer, entity(0, 2), entity(1, 4), entity(2, 3, "Y"), entity(3, 6)];
  const predicted = [entity(0, 2), entity(1, 3), entity(2, 3), entity(3, 6)];
  const remaining = withoutSameTypeInner(gold, predicted);
  assert.deepEqual(
    remaining.gold,
    [outer, entity(2, 3, "Y"), entity(3, 6)],
    "neither crossing nor another type",
  );
  assert.deepEqual(remaining.predicted, [entity(1, 3), entity(2, 3), entity(3, 6)]);
});

test("the same span is not within itself", () => {
  const gold = [entity(0, 2), entity(0, 2, "Y")];
  assert.deepEqual(withoutSameTypeInner(gold, gold), { gold, predicted: gold });
});

test("evaluate counts them unless told otherwise", async () => {
  const sentence = {
    tokens: ["a", "b"],
    entities: [entity(0, 2), entity(0, 1)],
    id: "",
  } as unknown as Sentence;
  const detector = {
    description: { types: ["X"] },
    predict: async () => [[entity(0, 2), entity(1, 2)]],
  } as unknown as EntityDetector;
  const counts = async (sameTypeInner?: "ignored") => {
    const { gold, predicted, correct } = (await evaluate(detector, [sentence], { sameTypeInner })).overall;
    return [gold, predicted, correct];
  };
  assert.deepEqual(
    [await counts(), await counts("ignored")],
    [
      [2, 2, 1],
      [1, 2, 1],
    ],
  );
});
