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
