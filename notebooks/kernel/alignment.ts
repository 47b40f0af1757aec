/** A word of a text, the mark that follows it, and where it begins; lines and columns count from 0. */
export interface Word {
  readonly text: string;
  readonly mark: string;
  readonly line: number;
  readonly column: number;
}

/** Names, numbers and keywords. */
export function wordsOf(text: string): Word[] {
  return text.split("\n").flatMap((content, line) =>
    [...content.matchAll(/([\p{L}\p{N}_$]+)\s*(.?)/gu)].map(({ 1: word, 2: mark, index }) => ({
      text: word,
      mark,
      line,
      column: index,
    })),
  );
}

/** Larger tables would take longer than a reader of an error waits. */
const mostCells = 2e7;

/**
 * For each word of `to` the place of the same word in `from`, undefined where it has none: the longest common
 * subsequence, of several the one with most marks in common. All are undefined where the texts are too long and too different.
 */
export function align(from: readonly Word[], to: readonly Word[]): (number | undefined)[] {
  const places: (number | undefined)[] = to.map(() => undefined);
  let start = 0;
  while (start < Math.min(from.length, to.length) && from[start].text === to[start].text)
    places[start] = start++;
  let [endFrom, endTo] = [from.length, to.length];
  while (endFrom > start && endTo > start && from[endFrom - 1].text === to[endTo - 1].text) {
    places[--endTo] = --endFrom;
  }
  const [rows, columns] = [endFrom - start, endTo - start];
  if (rows * columns > mostCells) return places;
  const width = columns + 1;
  const best = new Uint16Array((rows + 1) * width); // of what lies behind row and column
  const gain = (row: number, column: number): number => {
    const [one, other] = [from[start + row], to[start + column]];
    return one.text === other.text ? (one.mark === other.mark ? 3 : 2) : 0;
  };
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      const at = row * width + column;
      const matched = gain(row, column);
      best[at] = Math.max(matched && best[at + width + 1] + matched, best[at + 1], best[at + width]);
    }
  }
  for (let row = 0, column = 0; row < rows && column < columns; ) {
    const at = row * width + column;
    if (best[at] === best[at + width]) row++;
    else if (best[at] === best[at + 1]) column++;
    else places[start + column++] = start + row++;
  }
  return places;
}
