import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Entity } from "../../src/corpus/types";
import {
  judgePredicted,
  type SentenceEntity,
  sentenceEntities,
  verdictName,
  verdictText,
} from "../../widgets/sentence/sentence-entities";

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

test("a prediction with the span and type of a gold entity is right", () => {
  for (const right of gold) assert.equal(verdictOf(right), "right");
});

test("a prediction with the span of a gold entity and another type has a wrong type", () => {
  assert.equal(verdictOf(entity(3, 4, "PRO")), "type: gold is CEL");
  assert.equal(verdictOf(entity(7, 7, "CEL")), "type: gold is PRO");
  const both = [entity(2, 4, "CEL"), entity(2, 3, "PRO")];
  assert.deepEqual(judgePredicted(entity(2, 4, "PRO"), both), { verdict: "type", closest: both[0] });
});

test("a prediction that overlaps a gold entity has wrong boundaries, even if its type is wrong, too", () => {
  assert.equal(verdictOf(entity(1, 4, "CEL")), "boundary: gold is (2, 4, CEL)");
  assert.equal(verdictOf(entity(9, 11, "DNA")), "boundary: gold is (9, 12, DNA)");
  assert.equal(verdictOf(entity(12, 14, "PRO")), "boundary, type: gold is (9, 12, DNA)");
  assert.equal(verdictOf(entity(0, 13, "PRO")), "boundary: gold is (7, 7, PRO)", "the same type comes first");
});

test("a prediction that overlaps no gold entity is spurious", () => {
  assert.equal(verdictOf(entity(5, 6, "CEL")), "spurious: overlaps no gold entity");
  assert.equal(verdictOf(entity(13, 13, "DNA")), "spurious: overlaps no gold entity");
  assert.deepEqual(judgePredicted(entity(0, 0, "CEL"), []), { verdict: "spurious" });
});

test("a gold entity is missed unless a prediction equals it", () => {
  const judgeGold = (one: Entity, predicted: readonly Entity[]) => {
    const [{ verdict, closest }] = sentenceEntities({ tokens: [], entities: [one], predicted });
    return closest ? { verdict, closest } : { verdict };
  };
  assert.deepEqual(judgeGold(entity(2, 4, "CEL"), [entity(2, 4, "CEL"), entity(2, 3, "CEL")]), {
    verdict: "right",
  });
  const near = [entity(2, 4, "PRO"), entity(2, 3, "CEL")];
  assert.deepEqual(judgeGold(entity(2, 4, "CEL"), near), { verdict: "missed", closest: near[1] });
  assert.deepEqual(judgeGold(entity(2, 4, "CEL"), [entity(5, 6, "CEL")]), { verdict: "missed" });
});

test("without predictions there are no verdicts", () => {
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

test("verdicts match their definitions, and the right entities of both sides are equal", () => {
  fc.assert(
    fc.property(some, some, (entities, predicted) => {
      const judged = sentenceEntities({ tokens: [], entities, predicted });
      const predictions = judged.filter(({ side }) => side === "predicted");
      const key = ({ start, end, type }: Entity): string => `${start} ${end} ${type}`;
      const right = (side: string): string[] => [
        ...new Set(judged.filter((one) => one.side === side && one.verdict === "right").map(key)),
      ];
      assert.deepEqual(right("gold").sort(), right("predicted").sort());
      for (const one of predictions) checkVerdict(one, entities);
    }),
  );
});

/** Checks a verdict by its definition in sets of tokens. */
function checkVerdict(one: SentenceEntity, entities: readonly Entity[]): void {
  const tokens = ({ start, end }: Entity): string =>
    Array.from({ length: end - start }, (_, at) => start + at).join(" ");
  const overlapsOther = (other: Entity): boolean =>
    tokens(one)
      .split(" ")
      .some((token) => tokens(other).split(" ").includes(token));
  const sameSpan = entities.filter((other) => tokens(other) === tokens(one));
  const expected = sameSpan.some(({ type }) => type === one.type)
    ? "right"
    : sameSpan.length
      ? "type"
      : entities.some(overlapsOther)
        ? "boundary"
        : "spurious";
  assert.equal(one.verdict, expected);
  const sameType = entities.some((other) => overlapsOther(other) && other.type === one.type);
  if (expected === "boundary") assert.equal(verdictName(one), sameType ? "boundary" : "boundary, type");
}
