// The faults of the authors' released converters (utils/format.py), for whoever wants to have their numbers. docs/corpora.md
// says what they cost.
import type { Entity } from "../types";

/**
 * Entities as the released converters read tags: types in lower case; inner tags that follow no `B-` are ignored; with B, I
 * and O an entity that ends at the sentence's end loses its last token, unless it has only one; with B, M, E and S every
 * entity of three and more tokens loses its last one.
 */
export function releasedEntities(tags: readonly string[]): Entity[] {
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

/** The same fault for entities that are known already: those of three and more tokens lose their last one. */
export function shortened(entities: readonly Entity[]): Entity[] {
  return entities.map(({ start, end, type }) => ({
    start,
    end: end - start >= 3 ? end - 1 : end,
    type: type.toLowerCase(),
  }));
}
