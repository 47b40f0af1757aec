import { type LengthGroup, lengthGroup } from "../corpus/spans";
import type { Entity } from "../corpus/types";

/**
 * The length that a false prediction counts for: its own; that of the gold entity that it shares most tokens with, else its own; or
 * as in the released code (`utils/analysis.py`) that of the gold entity of the largest IoU, also where this is 0, and none in a
 * sentence without gold entities. Scores over all lengths are the same.
 */
export type SpuriousLength = "own" | "gold" | "released";

export const spuriousLengths: readonly SpuriousLength[] = ["own", "gold", "released"];

/**
 * The group that a false prediction counts in under a rule; null for none.
 * @param gold entities of its sentence, in the corpus's order, whose first one wins among equals by the rule "released"
 */
export function spuriousGroup(
  entity: Entity,
  gold: readonly Entity[],
  rule: SpuriousLength,
): LengthGroup | null {
  if (rule === "own") return lengthGroup(entity);
  if (rule === "gold") return lengthGroup(mostShared(entity, gold) ?? entity);
  const nearest = firstLargest(gold, (other) => intersectionOverUnion(entity, other));
  return nearest ? lengthGroup(nearest) : null;
}

/** Of gold entities that share as many tokens the one whose length is nearest; undefined where none shares any. */
function mostShared(entity: Entity, gold: readonly Entity[]): Entity | undefined {
  const apart = (other: Entity): number => Math.abs(other.end - other.start - (entity.end - entity.start));
  return gold
    .filter((other) => shared(entity, other) > 0)
    .sort((a, b) => shared(entity, b) - shared(entity, a) || apart(a) - apart(b))[0];
}

/** Tokens in both; negative where tokens lie between them. */
function shared(one: Entity, other: Entity): number {
  return Math.min(one.end, other.end) - Math.max(one.start, other.start);
}

/** Share (0 … 1) of the tokens from the first start to the last end that are in both. */
function intersectionOverUnion(one: Entity, other: Entity): number {
  const hull = Math.max(one.end, other.end) - Math.min(one.start, other.start);
  return Math.max(0, shared(one, other) / hull);
}

function firstLargest<T>(items: readonly T[], measure: (item: T) => number): T | undefined {
  let best: { readonly item: T; readonly value: number } | undefined;
  for (const item of items) {
    const value = measure(item);
    if (!best || value > best.value) best = { item, value };
  }
  return best?.item;
}
