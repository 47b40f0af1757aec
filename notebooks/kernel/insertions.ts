/** Text to insert before the character at `offset`. */
export interface Insertion {
  readonly offset: number;
  readonly text: string;
}

/** @param insertions sorted by offset */
export function insert(text: string, insertions: readonly Insertion[]): string {
  let copied = 0;
  const pieces = insertions.map((insertion) => {
    const before = text.slice(copied, insertion.offset);
    copied = insertion.offset;
    return before + insertion.text;
  });
  return [...pieces, text.slice(copied)].join("");
}

/** Converts an offset in the text with insertions to the offset in the text without them. */
export function offsetWithout(insertions: readonly Insertion[], offset: number): number {
  let added = 0;
  for (const insertion of insertions) {
    if (offset < insertion.offset + added) break;
    added += Math.min(insertion.text.length, offset - insertion.offset - added);
  }
  return offset - added;
}
