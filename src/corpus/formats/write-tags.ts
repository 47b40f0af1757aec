import type { Entity } from "../types";

/** Schemes of tags. IOB1 writes `B-` only between adjacent entities of one type. */
export const tagSchemes = ["iob1", "iob2", "bioes", "bmes"] as const;

export type TagScheme = (typeof tagSchemes)[number];

/** Distributes entities over layers in which none overlap. Shorter ones come first, each in the first layer with room. */
export function layersOf(entities: readonly Entity[]): Entity[][] {
  const layers: Entity[][] = [];
  for (const entity of byLength(entities)) {
    const layer = layers.find((others) => others.every((other) => !overlap(entity, other)));
    if (layer) layer.push(entity);
    else layers.push([entity]);
  }
  return layers;
}

/** Selects entities that do not overlap, longest or shortest first. */
export function flatten(entities: readonly Entity[], keep: "outermost" | "innermost"): Entity[] {
  const sorted = byLength(entities);
  if (keep === "outermost") sorted.reverse();
  const selected: Entity[] = [];
  for (const entity of sorted) if (!selected.some((other) => overlap(entity, other))) selected.push(entity);
  return selected;
}

function byLength(entities: readonly Entity[]): Entity[] {
  return [...entities].sort((a, b) => a.end - a.start - (b.end - b.start) || a.start - b.start);
}

export function overlap(a: Entity, b: Entity): boolean {
  return a.start < b.end && b.start < a.end;
}

/** Also true for equal spans. */
export function contains(outer: Entity, inner: Entity): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

/** The tags of a sentence. @param entities must not overlap @param length tokens of the sentence */
export function tagsOf(entities: readonly Entity[], length: number, scheme: TagScheme = "iob2"): string[] {
  const tags = new Array<string>(length).fill("O");
  const typeEndingAt = new Map(entities.map(({ end, type }) => [end, type]));
  for (const { start, end, type } of entities) {
    const followsSameType = typeEndingAt.get(start) === type;
    for (let token = start; token < end; token++)
      tags[token] = `${prefix(scheme, token === start, token === end - 1, followsSameType)}-${type}`;
  }
  return tags;
}

function prefix(scheme: TagScheme, isFirst: boolean, isLast: boolean, followsSameType: boolean): string {
  if (scheme === "iob2") return isFirst ? "B" : "I";
  if (scheme === "iob1") return isFirst && followsSameType ? "B" : "I";
  if (isFirst) return isLast ? "S" : "B";
  return isLast ? "E" : scheme === "bmes" ? "M" : "I";
}
