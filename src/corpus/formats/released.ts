// The faults of the authors' released converters (utils/format.py), for whoever wants to have their numbers. docs/corpora.md
// says what they cost.
import type { Entity } from "../types";
import type { Reading } from "./reading";

/**
 * Entities as the released converters read tags: types in lower case; inner tags that follow no `B-` are ignored; with B, I
 * and O an entity that ends at the sentence's end loses its last token, unless it has only one; with B, M, E and S every
 * entity of three and more tokens loses its last one.
 */
function releasedEntities(tags: readonly string[]): Entity[] {
  const closed = tags.some((tag) => /^[MES]-/.test(tag));
  return tags.flatMap((tag, start): Entity[] => {
    const type = tag.slice(2).toLowerCase();
    if (closed && tag.startsWith("S")) return [{ start, end: start + 1, type }];
    if (!tag.startsWith("B")) return [];
    const end = closed ? endOfClosed(tags, start) : endOfOpen(tags, start);
    return [{ start, end: Math.min(end, tags.length), type }];
  });
}

/** An entity's end is looked for before the last token only. */
function endOfOpen(tags: readonly string[], start: number): number {
  const inner = `I${tags[start].slice(1)}`;
  let end = start + 1;
  while (end + 1 < tags.length && tags[end] === inner) end++;
  return end;
}

/** Whether the token after next is inside decides whether the next one is. */
function endOfClosed(tags: readonly string[], start: number): number {
  const middle = `M${tags[start].slice(1)}`;
  let end = start + 1;
  while (end + 1 < tags.length && tags[end + 1] === middle) end++;
  return end + 1;
}

/**
 * The entities of tags as released; those that are other than the tags say are counted.
 * @param whole the entities that the tags say
 */
export function asReleased(
  tags: readonly string[],
  whole: readonly Entity[],
  place: string,
  reading: Reading,
): readonly Entity[] {
  return counted(releasedEntities(tags), whole, place, reading);
}

/** The fault with B, M, E and S for entities that are known already: those of three and more tokens lose their last one. */
export function shortened(whole: readonly Entity[], place: string, reading: Reading): readonly Entity[] {
  const entities = whole.map(({ start, end, type }) => ({
    start,
    end: end - start >= 3 ? end - 1 : end,
    type: type.toLowerCase(),
  }));
  return counted(entities, whole, place, reading);
}

function counted(
  entities: readonly Entity[],
  whole: readonly Entity[],
  place: string,
  reading: Reading,
): readonly Entity[] {
  const kept = new Set(entities.map(({ start, end }) => `${start} ${end}`));
  const lost = whole.filter(({ start, end }) => !kept.has(`${start} ${end}`));
  reading.repaired("entities cut or lost as released", place, lost.length);
  return entities;
}
