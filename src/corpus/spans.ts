import type { Entity } from "./types";

/** Groups of entity lengths in tokens, as the paper's Table 5 has them. */
export const lengthGroups = ["1", "2", "3", "4", "≥5"] as const;

export type LengthGroup = (typeof lengthGroups)[number];

export function lengthGroup({ start, end }: Entity): LengthGroup {
  return lengthGroups[Math.min(end - start, 5) - 1];
}

/** Whether each entity shares a token with another one: contains it, lies in it, crosses it or has the same span. */
export function nestedFlags(entities: readonly Entity[]): boolean[] {
  return entities.map((one) =>
    entities.some((other) => other !== one && one.start < other.end && other.start < one.end),
  );
}
