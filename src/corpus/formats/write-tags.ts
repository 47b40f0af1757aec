import type { Entity } from "../types";

/** How tags mark entities; IOB1 and IOB2 differ in when an entity begins with `B-`. */
export const tagSchemes = ["iob1", "iob2", "bioes", "bmes"] as const;

export type TagScheme = (typeof tagSchemes)[number];

/** Entities in layers without a shared token in any: the shortest come first, each in the first layer with room. */
export function layersOf(entities: readonly Entity[]): Entity[][] {
  const layers: Entity[][] = [];
  for (const entity of byLength(entities)) {
    const layer = layers.find((others) => others.every((other) => !overlap(entity, other)));
    if (layer) layer.push(entity);
    else layers.push([entity]);
  }
  return layers;
}

/** Entities of which none share a token, taken from the longest or from the shortest on. */
export function flattened(entities: readonly Entity[], keep: "outermost" | "innermost"): Entity[] {
  const sorted = byLength(entities);
  if (keep === "outermost") sorted.reverse();
  const kept: Entity[] = [];
  for (const entity of sorted) if (!kept.some((other) => overlap(entity, other))) kept.push(entity);
  return kept;
}

function byLength(entities: readonly Entity[]): Entity[] {
  return [...entities].sort((a, b) => a.end - a.start - (b.end - b.start) || a.start - b.start);
}

export function overlap(one: Entity, other: Entity): boolean {
  return one.start < other.end && other.start < one.end;
}

/** One tag for each of so many tokens. @param entities of which none share a token */
export function tagsOf(entities: readonly Entity[], tokens: number, scheme: TagScheme = "iob2"): string[] {
  const tags = new Array<string>(tokens).fill("O");
  const typeBefore = new Map(entities.map(({ end, type }) => [end, type]));
  for (const { start, end, type } of entities) {
    for (let at = start; at < end; at++) {
      const place = { first: at === start, last: at === end - 1, touches: typeBefore.get(start) === type };
      tags[at] = `${prefix(scheme, place)}-${type}`;
    }
  }
  return tags;
}

interface Place {
  readonly first: boolean;
  readonly last: boolean;
  /** Whether an entity of the same type ends right before this one. */
  readonly touches: boolean;
}

function prefix(scheme: TagScheme, { first, last, touches }: Place): string {
  if (scheme === "iob2") return first ? "B" : "I";
  if (scheme === "iob1") return first && touches ? "B" : "I";
  if (first) return last ? "S" : "B";
  return last ? "E" : scheme === "bmes" ? "M" : "I";
}
