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

/** Cells of a table that is computed at once. Longer texts are split first. */
const maxTableSize = 1e6;
/** Texts with more pairs of words take too long while a reader waits for an error. */
const maxPairs = 1e9;

/** Where the remaining words of both texts begin. */
interface Block {
  readonly sourceStart: number;
  readonly sourceEnd: number;
  readonly targetStart: number;
  readonly targetEnd: number;
}

/**
 * For each word of `target` the index of the same word in `source`, undefined if it has none. The matches are a longest common
 * subsequence; among several, one in which the most following characters agree. Texts that are too long and too different only
 * have their beginnings and ends matched.
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
  const gain = (row: number, column: number): number => {
    const [a, b] = [source[row], target[column]];
    return a.text === b.text ? (a.next === b.next ? 3 : 2) : 0;
  };
  if ((sourceEnd - start) * (targetEnd - start) <= maxPairs)
    matchBlock({ sourceStart: start, sourceEnd, targetStart: start, targetEnd }, gain, matches);
  return matches;
}

type Gain = (row: number, column: number) => number;

/** Fills in the matches of a block. A large one is split where the two parts have the most matches together (Hirschberg 1975). */
function matchBlock(block: Block, gain: Gain, matches: (number | undefined)[]): void {
  const { sourceStart, sourceEnd, targetStart, targetEnd } = block;
  const rows = sourceEnd - sourceStart;
  if (rows < 2 || rows * (targetEnd - targetStart) <= maxTableSize) {
    matchTable(block, gain, matches);
    return;
  }
  const middle = sourceStart + (rows >> 1);
  const before = scoresBefore({ ...block, sourceEnd: middle }, gain);
  const after = scoresAfter({ ...block, sourceStart: middle }, gain);
  let split = 0;
  for (let i = 1; i < before.length; i++) if (before[i] + after[i] > before[split] + after[split]) split = i;
  const targetMiddle = targetStart + split;
  matchBlock({ ...block, sourceEnd: middle, targetEnd: targetMiddle }, gain, matches);
  matchBlock({ ...block, sourceStart: middle, targetStart: targetMiddle }, gain, matches);
}

/** The best scores of all rows with the first columns: with none of them, with one, and so on. */
function scoresBefore({ sourceStart, sourceEnd, targetStart, targetEnd }: Block, gain: Gain): Int32Array {
  const width = targetEnd - targetStart;
  const scores = new Int32Array(width + 1);
  for (let row = sourceStart; row < sourceEnd; row++) {
    for (let column = 1, diagonal = 0; column <= width; column++) {
      const above = scores[column];
      const matched = gain(row, targetStart + column - 1);
      scores[column] = Math.max(matched && diagonal + matched, above, scores[column - 1]);
      diagonal = above;
    }
  }
  return scores;
}

/** The best scores of all rows with the last columns: with all of them, without the first, and so on. */
function scoresAfter({ sourceStart, sourceEnd, targetStart, targetEnd }: Block, gain: Gain): Int32Array {
  const width = targetEnd - targetStart;
  const scores = new Int32Array(width + 1);
  for (let row = sourceEnd - 1; row >= sourceStart; row--) {
    for (let column = width - 1, diagonal = 0; column >= 0; column--) {
      const below = scores[column];
      const matched = gain(row, targetStart + column);
      scores[column] = Math.max(matched && diagonal + matched, below, scores[column + 1]);
      diagonal = below;
    }
  }
  return scores;
}

function matchTable(
  { sourceStart, sourceEnd, targetStart, targetEnd }: Block,
  gain: Gain,
  matches: (number | undefined)[],
): void {
  const [rows, columns] = [sourceEnd - sourceStart, targetEnd - targetStart];
  const width = columns + 1;
  const best = new Int32Array((rows + 1) * width); // score of the rest from this row and column
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      const cell = row * width + column;
      const matched = gain(sourceStart + row, targetStart + column);
      best[cell] = Math.max(matched && best[cell + width + 1] + matched, best[cell + 1], best[cell + width]);
    }
  }
  for (let row = 0, column = 0; row < rows && column < columns; ) {
    const cell = row * width + column;
    if (best[cell] === best[cell + width]) row++;
    else if (best[cell] === best[cell + 1]) column++;
    else matches[targetStart + column++] = sourceStart + row++;
  }
}
