import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Entity } from "../../src/corpus/types";
import { outcomesOf } from "../../src/evaluation/outcomes";
import { entitiesWithin } from "../corpus/sentence-builders";

const entity = (start: number, end: number, type: string): Entity => ({ start, end, type });

test("each entity of a sentence is correct, missed or wrong, with its groups", () => {
  const gold = [entity(0, 3, "DNA"), entity(0, 1, "protein"), entity(5, 6, "RNA")];
  const predicted = [
    { ...entity(0, 3, "DNA"), probability: 0.75 },
    { ...entity(5, 11, "RNA"), probability: 0.5 },
  ];
  assert.deepEqual(outcomesOf([gold], [predicted]), [
    {
      correct: [{ ...entity(0, 3, "DNA"), length: "3", nesting: "nested", probability: 0.75 }],
      missed: [
        { ...entity(0, 1, "protein"), length: "1", nesting: "nested" },
        { ...entity(5, 6, "RNA"), length: "1", nesting: "flat" },
      ],
      wrong: [{ ...entity(5, 11, "RNA"), length: "≥5", nesting: "flat", probability: 0.5 }],
    },
  ]);
});

test("each distinct entity of a side is in one list", () => {
  const key = ({ start, end, type }: Entity): string => `${start} ${end} ${type}`;
  const keys = (entities: readonly Entity[]): string[] => entities.map(key).sort();
  fc.assert(
    fc.property(entitiesWithin(7), entitiesWithin(7), (gold, predicted) => {
      const [{ correct, missed, wrong }] = outcomesOf([[...gold, ...gold]], [[...predicted, ...predicted]]);
      assert.deepEqual(keys([...correct, ...missed]), keys(gold));
      assert.deepEqual(keys([...correct, ...wrong]), keys(predicted));
    }),
  );
});

test("predictions and gold entities of different numbers of sentences are an error", () => {
  assert.throws(
    () => outcomesOf([[], []], [[]]),
    /^RangeError: predictions of 1 sentences, but gold entities of 2$/,
  );
});
