// Reproduces the faults of the authors' released converters (utils/format.py), and so their numbers. docs/corpora.md lists the
// costs.
import type { Entity } from "../types";
import type { Reading } from "./reading";

/**
 * Entities as the released converters decode tags. Types are in lower case, and inner tags without a `B-` before them are ignored.
 * With B, I and O, an entity of several tokens at the end of a sentence loses its last token. With B, M, E and S, every entity of
 * three or more tokens does.
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

/** Does not look at the last token. */
function endOfOpen(tags: readonly string[], start: number): number {
  const inner = `I${tags[start].slice(1)}`;
  let end = start + 1;
  while (end + 1 < tags.length && tags[end] === inner) end++;
  return end;
}

/** The token after the next one decides whether the next one is inside. */
function endOfClosed(tags: readonly string[], start: number): number {
  const middle = `M${tags[start].slice(1)}`;
  let end = start + 1;
  while (end + 1 < tags.length && tags[end + 1] === middle) end++;
  return end + 1;
}

/** Decodes tags as released. Counts the entities that differ from `correct`. */
export function asReleased(
  tags: readonly string[],
  correct: readonly Entity[],
  where: string,
  reading: Reading,
): readonly Entity[] {
  return countDifferences(releasedEntities(tags), correct, where, reading);
}

/** Shortens decoded entities as the released converter for B, M, E and S does. */
export function shortenAsReleased(
  correct: readonly Entity[],
  where: string,
  reading: Reading,
): readonly Entity[] {
  const entities = correct.map(({ start, end, type }) => ({
    start,
    end: end - start >= 3 ? end - 1 : end,
    type: type.toLowerCase(),
  }));
  return countDifferences(entities, correct, where, reading);
}

function countDifferences(
  entities: readonly Entity[],
  correct: readonly Entity[],
  where: string,
  reading: Reading,
): readonly Entity[] {
  const spans = new Set(entities.map(({ start, end }) => `${start} ${end}`));
  const lostEntities = correct.filter(({ start, end }) => !spans.has(`${start} ${end}`));
  reading.countRepair("entities cut or dropped as in the released code", where, lostEntities.length);
  return entities;
}
