import type { Entity } from "./types";

/** Groups of entity lengths in tokens, as in Table 5. */
export const lengthGroups = ["1", "2", "3", "4", "≥5"] as const;

export type LengthGroup = (typeof lengthGroups)[number];

export function lengthGroup({ start, end }: Entity): LengthGroup {
  return lengthGroups[Math.min(end - start, 5) - 1];
}

/** For each entity, whether it shares a token with another: contains it, lies in it, crosses it or has the same span. */
export function nestedFlags(entities: readonly Entity[]): boolean[] {
  return entities.map((entity) =>
    entities.some((other) => other !== entity && entity.start < other.end && other.start < entity.end),
  );
}

/** Shared tokens; negative if tokens lie between the two. */
export function overlap(one: Entity, other: Entity): number {
  return Math.min(one.end, other.end) - Math.max(one.start, other.start);
}

/** Shared tokens as a share (0 … 1) of those from the first start to the last end. */
export function intersectionOverUnion(one: Entity, other: Entity): number {
  const hull = Math.max(one.end, other.end) - Math.min(one.start, other.start);
  return Math.max(0, overlap(one, other) / hull);
}

/** Whether the inner entity lies in the outer one, which is longer. */
export function contains(outer: Entity, inner: Entity): boolean {
  return (
    outer.start <= inner.start && inner.end <= outer.end && outer.end - outer.start > inner.end - inner.start
  );
}

/** The depth of each entity: 1 if no longer entity contains it, otherwise one more than the deepest entity that does. */
export function nestingDepths(entities: readonly Entity[]): number[] {
  const depths = new Map<Entity, number>();
  const longestFirst = [...entities].sort((one, other) => other.end - other.start - (one.end - one.start));
  for (const entity of longestFirst) {
    const around = longestFirst.filter((other) => contains(other, entity)).map((other) => depths.get(other)!);
    depths.set(entity, 1 + Math.max(0, ...around));
  }
  return entities.map((entity) => depths.get(entity)!);
}
