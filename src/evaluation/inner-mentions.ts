import { contains } from "../corpus/spans";
import type { Entity } from "../corpus/types";

/**
 * The treatment of gold entities inside another gold entity of the same type. "scored": they count like all others.
 * "ignored": they do not count, and neither do predictions of them. Some corpora mark them in a part of their sentences only.
 */
export type SameTypeInner = "scored" | "ignored";

export const sameTypeInners: readonly SameTypeInner[] = ["scored", "ignored"];

/** The entities of a sentence that count under the rule "ignored". */
export function withoutSameTypeInner<Predicted extends Entity>(
  gold: readonly Entity[],
  predicted: readonly Predicted[],
): { readonly gold: readonly Entity[]; readonly predicted: readonly Predicted[] } {
  const ignored = gold.filter((entity) =>
    gold.some((other) => other.type === entity.type && contains(other, entity)),
  );
  if (!ignored.length) return { gold, predicted };
  const counts = (entity: Entity): boolean => !ignored.some((other) => isSame(entity, other));
  return { gold: gold.filter(counts), predicted: predicted.filter(counts) };
}

function isSame(one: Entity, other: Entity): boolean {
  return one.start === other.start && one.end === other.end && one.type === other.type;
}
