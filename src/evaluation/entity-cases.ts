import {
  contains,
  intersectionOverUnion,
  type LengthGroup,
  lengthGroup,
  nestingDepths,
  overlap,
} from "../corpus/spans";
import type { Entity } from "../corpus/types";
import type { CountedEntity, SentenceOutcome } from "./outcomes";

/**
 * The kind of an error. A false prediction that is paired with a missed gold entity:
 * - "type": the spans are equal;
 * - "too long", "too short", "shifted": the types are equal, and the predicted span contains the gold one, lies in it, or crosses
 *   it;
 * - "type and boundary": they overlap, but neither spans nor types are equal.
 *
 * Any other false prediction:
 * - "duplicate": it overlaps gold entities, but each of them is predicted or paired with another false prediction;
 * - "spurious": it shares no token with a gold entity.
 *
 * Any other missed gold entity:
 * - "missed inner", "missed outer": a correctly predicted entity contains it or has its span, or it contains such an entity;
 * - "missed": all others.
 */
export type ErrorKind =
  | "type"
  | "too long"
  | "too short"
  | "shifted"
  | "type and boundary"
  | "duplicate"
  | "spurious"
  | "missed inner"
  | "missed outer"
  | "missed";

export const errorKinds: readonly ErrorKind[] = [
  "type",
  "too long",
  "too short",
  "shifted",
  "type and boundary",
  "duplicate",
  "spurious",
  "missed inner",
  "missed outer",
  "missed",
];

/** A gold entity, with the prediction that is equal to it or paired with it, if any; or an unpaired false prediction. */
export interface EntityCase {
  readonly kind: "correct" | ErrorKind;
  readonly gold?: CountedEntity;
  /** Absent in a correct case, where it equals the gold entity. */
  readonly predicted?: CountedEntity;
  /** Length of the gold entity, or of the prediction if there is no gold entity. */
  readonly length: LengthGroup;
  /** 1 if no longer entity on the same side (gold or predicted) contains it, else one more than the deepest that does. */
  readonly depth: number;
}

/**
 * The cases of a sentence: each gold entity and each false prediction is in exactly one. A false prediction is paired with at most
 * one missed gold entity that it overlaps. The closest pairs are formed first: equal spans, then equal types, then the rest, each
 * by the share of common tokens.
 */
export function casesOf({ correct, missed, wrong }: SentenceOutcome): EntityCase[] {
  const depths = new Map([...depthsOf([...correct, ...missed]), ...depthsOf([...correct, ...wrong], wrong)]);
  const pairs = pairsOf(wrong, missed);
  const paired = new Set(pairs.values());
  const gold = [...correct, ...missed];
  const entityCase = (parts: Pick<EntityCase, "kind" | "gold" | "predicted">): EntityCase => {
    const entity = (parts.gold ?? parts.predicted)!;
    return { ...parts, length: lengthGroup(entity), depth: depths.get(entity)! };
  };
  return [
    ...correct.map((entity) => entityCase({ kind: "correct", gold: entity })),
    ...wrong.map((predicted) => {
      const other = pairs.get(predicted);
      if (other) return entityCase({ kind: pairKind(predicted, other), gold: other, predicted });
      const overlaps = gold.some((entity) => overlap(predicted, entity) > 0);
      return entityCase({ kind: overlaps ? "duplicate" : "spurious", predicted });
    }),
    ...missed
      .filter((entity) => !paired.has(entity))
      .map((entity) => entityCase({ kind: missedKind(entity, correct), gold: entity })),
  ];
}

/** The depths of some entities of a side. */
function depthsOf(
  side: readonly CountedEntity[],
  entities: readonly CountedEntity[] = side,
): [CountedEntity, number][] {
  const depths = nestingDepths(side);
  return side.flatMap((entity, index) =>
    entities.includes(entity) ? [[entity, depths[index]] as [CountedEntity, number]] : [],
  );
}

/** The missed gold entity that each false prediction is paired with. */
function pairsOf(
  wrong: readonly CountedEntity[],
  missed: readonly CountedEntity[],
): Map<CountedEntity, CountedEntity> {
  const candidates = wrong.flatMap((predicted) =>
    missed.flatMap((gold) =>
      overlap(predicted, gold) > 0 ? [{ predicted, gold, closeness: closeness(predicted, gold) }] : [],
    ),
  );
  const pairs = new Map<CountedEntity, CountedEntity>();
  const pairedEntities = new Set<CountedEntity>();
  for (const { predicted, gold } of candidates.sort((one, other) => other.closeness - one.closeness)) {
    if (pairs.has(predicted) || pairedEntities.has(gold)) continue;
    pairs.set(predicted, gold);
    pairedEntities.add(gold);
  }
  return pairs;
}

/** 3 for equal spans, 1 to 2 for equal types, 0 to 1 otherwise. */
function closeness(one: Entity, other: Entity): number {
  if (hasSameSpan(one, other)) return 3;
  return intersectionOverUnion(one, other) + (one.type === other.type ? 1 : 0);
}

function pairKind(predicted: Entity, gold: Entity): ErrorKind {
  if (hasSameSpan(predicted, gold)) return "type";
  if (predicted.type !== gold.type) return "type and boundary";
  if (contains(predicted, gold)) return "too long";
  return contains(gold, predicted) ? "too short" : "shifted";
}

function missedKind(entity: Entity, correct: readonly Entity[]): ErrorKind {
  if (correct.some((other) => contains(other, entity) || hasSameSpan(other, entity))) return "missed inner";
  return correct.some((other) => contains(entity, other)) ? "missed outer" : "missed";
}

function hasSameSpan(one: Entity, other: Entity): boolean {
  return one.start === other.start && one.end === other.end;
}
