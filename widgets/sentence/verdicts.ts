import type { Entity } from "../../src/corpus/types";

/**
 * What became of an entity. Of a predicted one:
 * - "right": a gold entity has its span and its type;
 * - "type": a gold entity has its span, but none of them its type;
 * - "boundary": it overlaps gold entities, but none has its span. Its type may be wrong as well: of several mistakes
 *   the span is named, because a type can only be judged where the span stands;
 * - "spurious": it shares no token with any gold entity.
 *
 * Of a gold one: "right", or "missed" when no prediction has its span and its type.
 *
 * Each entity is judged by itself: two predictions may fail at the same gold entity, which is then missed once.
 */
export type Verdict = "right" | "boundary" | "type" | "spurious" | "missed";

export const verdicts: readonly Verdict[] = ["right", "boundary", "type", "spurious", "missed"];

/** A verdict, and for all but "right" and "spurious" the entity of the other side that comes closest, where one does. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly closest?: Entity;
}

export function judgePredicted(entity: Entity, gold: readonly Entity[]): Judgement {
  if (gold.some((other) => sameEntity(entity, other))) return { verdict: "right" };
  const sameSpan = gold.find((other) => other.start === entity.start && other.end === entity.end);
  if (sameSpan) return { verdict: "type", closest: sameSpan };
  const closest = closestTo(entity, gold);
  return closest ? { verdict: "boundary", closest } : { verdict: "spurious" };
}

export function judgeGold(entity: Entity, predicted: readonly Entity[]): Judgement {
  if (predicted.some((other) => sameEntity(entity, other))) return { verdict: "right" };
  const closest = closestTo(entity, predicted);
  return closest ? { verdict: "missed", closest } : { verdict: "missed" };
}

function sameEntity(a: Entity, b: Entity): boolean {
  return a.start === b.start && a.end === b.end && a.type === b.type;
}

/** Of those that share a token: one of the same type before others, then the largest share of common tokens, then the first. */
function closestTo(entity: Entity, others: readonly Entity[]): Entity | undefined {
  let best: Entity | undefined;
  let most = 0;
  for (const other of others) {
    const common = Math.min(entity.end, other.end) - Math.max(entity.start, other.start);
    if (common <= 0) continue;
    const union = Math.max(entity.end, other.end) - Math.min(entity.start, other.start);
    const likeness = common / union + (other.type === entity.type ? 1 : 0);
    if (likeness > most) [best, most] = [other, likeness];
  }
  return best;
}
