import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Entity } from "../../src/corpus/types";
import {
  type SentenceEntity,
  sentenceEntities,
  verdictName,
  verdictText,
} from "../../widgets/sentence/entities";
import { judgeGold, judgePredicted } from "../../widgets/sentence/verdicts";

const entity = (start: number, last: number, type: string): Entity => ({ start, end: last + 1, type });

const gold = [
  entity(2, 4, "CEL"),
  entity(3, 4, "CEL"),
  entity(7, 7, "PRO"),
  entity(7, 7, "DNA"),
  entity(9, 12, "DNA"),
];

const verdictOf = (predicted: Entity): string => {
  const [judged] = sentenceEntities({ tokens: [], entities: gold, predicted: [predicted] }).slice(
    gold.length,
  );
  return verdictText(judged);
};

test("a prediction is right only with a gold entity's span and type", () => {
  for (const right of gold) assert.equal(verdictOf(right), "right");
});

test("with the span of a gold entity the type is wrong, even where the type stands beside", () => {
  assert.equal(verdictOf(entity(3, 4, "PRO")), "type: gold is CEL");
  assert.equal(verdictOf(entity(7, 7, "CEL")), "type: gold is PRO");
  const both = [entity(2, 4, "CEL"), entity(2, 3, "PRO")];
  assert.deepEqual(judgePredicted(entity(2, 4, "PRO"), both), { verdict: "type", closest: both[0] });
});

test("a prediction that overlaps is a boundary mistake, also where the type is wrong as well", () => {
  assert.equal(verdictOf(entity(1, 4, "CEL")), "boundary: gold is (2, 4, CEL)");
  assert.equal(verdictOf(entity(9, 11, "DNA")), "boundary: gold is (9, 12, DNA)");
  assert.equal(verdictOf(entity(12, 14, "PRO")), "boundary, type: gold is (9, 12, DNA)");
  assert.equal(verdictOf(entity(0, 13, "PRO")), "boundary: gold is (7, 7, PRO)", "the same type comes first");
});

test("what shares no token with gold is spurious", () => {
  assert.equal(verdictOf(entity(5, 6, "CEL")), "spurious: overlaps no gold entity");
  assert.equal(verdictOf(entity(13, 13, "DNA")), "spurious: overlaps no gold entity");
  assert.deepEqual(judgePredicted(entity(0, 0, "CEL"), []), { verdict: "spurious" });
});

test("a gold entity is missed unless a prediction equals it, whatever else was predicted there", () => {
  assert.deepEqual(judgeGold(entity(2, 4, "CEL"), [entity(2, 4, "CEL"), entity(2, 3, "CEL")]), {
    verdict: "right",
  });
  const near = [entity(2, 4, "PRO"), entity(2, 3, "CEL")];
  assert.deepEqual(judgeGold(entity(2, 4, "CEL"), near), { verdict: "missed", closest: near[1] });
  assert.deepEqual(judgeGold(entity(2, 4, "CEL"), [entity(5, 6, "CEL")]), { verdict: "missed" });
});

test("without predictions nothing is judged", () => {
  const judged = sentenceEntities({ tokens: [], entities: gold });
  assert.ok(judged.every(({ verdict }) => verdict === undefined));
  assert.deepEqual(
    judged.map(verdictText),
    gold.map(() => ""),
  );
  const empty = sentenceEntities({ tokens: [], entities: gold, predicted: [] });
  assert.ok(empty.every(({ verdict }) => verdict === "missed"));
});

const some: fc.Arbitrary<Entity[]> = fc.array(
  fc
    .record({ start: fc.nat(8), length: fc.integer({ min: 1, max: 4 }), type: fc.constantFrom("A", "B") })
    .map(({ start, length, type }) => ({ start, end: start + length, type })),
  { maxLength: 8 },
);

test("every verdict holds what it says, and right ones of both sides are the same entities", () => {
  fc.assert(
    fc.property(some, some, (entities, predicted) => {
      const judged = sentenceEntities({ tokens: [], entities, predicted });
      const found = judged.filter(({ side }) => side === "predicted");
      const key = ({ start, end, type }: Entity): string => `${start} ${end} ${type}`;
      const right = (side: string): string[] => [
        ...new Set(judged.filter((one) => one.side === side && one.verdict === "right").map(key)),
      ];
      assert.deepEqual(right("gold").sort(), right("predicted").sort());
      for (const one of found) checkMistake(one, entities);
    }),
  );
});

/** Says each verdict's definition once more, by sets of tokens. */
function checkMistake(one: SentenceEntity, entities: readonly Entity[]): void {
  const tokens = ({ start, end }: Entity): string =>
    Array.from({ length: end - start }, (_, at) => start + at).join(" ");
  const shares = (other: Entity): boolean =>
    tokens(one)
      .split(" ")
      .some((token) => tokens(other).split(" ").includes(token));
  const sameSpan = entities.filter((other) => tokens(other) === tokens(one));
  const expected = sameSpan.some(({ type }) => type === one.type)
    ? "right"
    : sameSpan.length
      ? "type"
      : entities.some(shares)
        ? "boundary"
        : "spurious";
  assert.equal(one.verdict, expected);
  const sameType = entities.some((other) => shares(other) && other.type === one.type);
  if (expected === "boundary") assert.equal(verdictName(one), sameType ? "boundary" : "boundary, type");
}
