import { isWide, shortenTo } from "../shared/text";
import { type FlowPosition, flow, type Line, linesOf } from "../shared/text-flow";

export const wordSize = 14;
export const labelSize = 10;
export const positionSize = 9;

/** Width of a letter of a fixed-width font, relative to the font size. */
const letter = 0.602;
const longest = 60;
const ignorable = /\p{Mark}|[\u200b-\u200f\u2060]/u;
const emoji = /\p{Emoji_Presentation}/u;

export interface WordLayout {
  readonly words: readonly PlacedWord[];
  readonly lines: readonly Line[];
}

/** A word in its cell. Brackets extend from cell to cell. */
export interface PlacedWord {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  /** Width of the word itself, which is centered in its cell. */
  readonly textWidth: number;
}

/** Tokens `start … end - 1` that need this many pixels on at least one line. */
export interface RequiredWidth {
  readonly start: number;
  readonly end: number;
  readonly width: number;
}

/** Width in CSS pixels of a text in a fixed-width font. East Asian characters are square. */
export function monoWidth(text: string, size: number): number {
  let em = 0;
  for (const character of text) {
    if (ignorable.test(character)) continue;
    em += isWide(character) ? 1 : emoji.test(character) ? 1.2 : letter;
  }
  return em * size;
}

export function fitText(text: string, width: number, size: number): string {
  return shortenTo(text, width, (part) => monoWidth(part, size));
}

/** Places words in lines of at most `maxWidth` pixels, and spaces them out until every required width is met on some line. */
export function layOutWords(
  tokens: readonly string[],
  required: readonly RequiredWidth[],
  maxWidth: number,
  positions: boolean,
): WordLayout {
  const lineWidth = Math.max(1, Math.floor(maxWidth));
  const widest = Math.min(lineWidth, longest * letter * wordSize);
  const texts = tokens.map((token) => fitText(token, widest, wordSize));
  const textWidths = texts.map((text) => Math.max(monoWidth(text, wordSize), 4));
  const cells = textWidths.map((width, i) =>
    Math.ceil(Math.max(width, positions ? monoWidth(String(i), positionSize) : 0)),
  );
  const gaps = texts.map((text, i) => gapBetween(texts[i - 1] ?? "", text));
  const place = (): FlowPosition[] => {
    const items = cells.map((width, i) => ({ width, gap: gaps[i] }));
    return flow(items, lineWidth);
  };
  let placed = place();
  while (widenCells(cells, gaps, linesOf(placed), required, lineWidth)) placed = place();
  const words = placed.map(({ x: left }, i) => {
    return { text: texts[i], left, right: left + cells[i], textWidth: textWidths[i] };
  });
  return { words, lines: linesOf(placed) };
}

/** East Asian words are closer together, as their script has no spaces. */
function gapBetween(previous: string, text: string): number {
  return isWide([...previous].at(-1) ?? "") && isWide([...text][0] ?? "") ? 3 : 8;
}

/** Widens the cells of each unmet requirement, on the line that has most of them. @returns whether it changed anything */
function widenCells(
  cells: number[],
  gaps: readonly number[],
  lines: readonly Line[],
  required: readonly RequiredWidth[],
  lineWidth: number,
): boolean {
  let widened = false;
  for (const { start, end, width } of required) {
    let best: Line | undefined;
    let bestWidth = -1;
    for (const { from, to } of lines) {
      const part = { from: Math.max(from, start), to: Math.min(to, end) };
      if (part.from >= part.to) continue;
      const partWidth = widthOf(cells, gaps, part);
      if (partWidth > bestWidth) [best, bestWidth] = [part, partWidth];
    }
    const missing = Math.min(width, lineWidth) - bestWidth;
    if (!best || missing <= 0) continue;
    const share = Math.ceil(missing / (best.to - best.from));
    for (let i = best.from; i < best.to; i++) cells[i] = Math.min(cells[i] + share, lineWidth);
    widened = true;
  }
  return widened;
}

function widthOf(cells: readonly number[], gaps: readonly number[], { from, to }: Line): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += cells[i] + (i > from ? gaps[i] : 0);
  return sum;
}
