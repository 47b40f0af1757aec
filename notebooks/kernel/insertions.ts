/** Text to be put into another, which goes on at `at` behind it. */
export interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** @param insertions in the order of the text */
export function insert(text: string, insertions: readonly Insertion[]): string {
  let at = 0;
  const pieces = insertions.map((insertion) => {
    const before = text.slice(at, insertion.at);
    at = insertion.at;
    return before + insertion.text;
  });
  return [...pieces, text.slice(at)].join("");
}

/** The place of the text without insertions that a place of the text with them stands for. */
export function placeBefore(insertions: readonly Insertion[], at: number): number {
  let added = 0;
  for (const insertion of insertions) {
    if (at < insertion.at + added) break;
    added += Math.min(insertion.text.length, at - insertion.at - added);
  }
  return at - added;
}
