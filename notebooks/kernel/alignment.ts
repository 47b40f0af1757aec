/** A word of a text and the character that follows it. Lines and columns count from 0. */
export interface Word {
  readonly text: string;
  readonly next: string;
  readonly line: number;
  readonly column: number;
}

/** Names, numbers and keywords. */
export function wordsOf(text: string): Word[] {
  return text.split("\n").flatMap((content, line) =>
    [...content.matchAll(/([\p{L}\p{N}_$]+)\s*(.?)/gu)].map((match) => ({
      text: match[1],
      next: match[2],
      line,
      column: match.index,
    })),
  );
}

/** Larger tables take too long to compute while a reader waits for an error. */
const maxTableSize = 2e7;

/**
 * For each word of `target` the index of the same word in `source`, undefined if it has none. The matches are a longest common
 * subsequence; among several, the one in which the most following characters agree. Texts that are too long and too different
 * only have their beginnings and ends matched.
 */
export function align(source: readonly Word[], target: readonly Word[]): (number | undefined)[] {
  const matches: (number | undefined)[] = target.map(() => undefined);
  let start = 0;
  while (start < Math.min(source.length, target.length) && source[start].text === target[start].text)
    matches[start] = start++;
  let [sourceEnd, targetEnd] = [source.length, target.length];
  while (
    sourceEnd > start &&
    targetEnd > start &&
    source[sourceEnd - 1].text === target[targetEnd - 1].text
  ) {
    matches[--targetEnd] = --sourceEnd;
  }
  const [rows, columns] = [sourceEnd - start, targetEnd - start];
  if (rows * columns > maxTableSize) return matches;
  const width = columns + 1;
  const best = new Uint16Array((rows + 1) * width); // score of the rest from this row and column
  const gain = (row: number, column: number): number => {
    const [a, b] = [source[start + row], target[start + column]];
    return a.text === b.text ? (a.next === b.next ? 3 : 2) : 0;
  };
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      const cell = row * width + column;
      const matched = gain(row, column);
      best[cell] = Math.max(matched && best[cell + width + 1] + matched, best[cell + 1], best[cell + width]);
    }
  }
  for (let row = 0, column = 0; row < rows && column < columns; ) {
    const cell = row * width + column;
    if (best[cell] === best[cell + width]) row++;
    else if (best[cell] === best[cell + 1]) column++;
    else matches[start + column++] = start + row++;
  }
  return matches;
}
