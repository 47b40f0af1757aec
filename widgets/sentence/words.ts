import { isWide } from "../shared/text";

/** Font sizes in CSS pixels of words, of brackets' labels and of positions. */
export const wordSize = 14;
export const labelSize = 10;
export const positionSize = 9;

/** Width of a letter of a fixed-width font, in its size. */
const letter = 0.602;
/** Words longer than so many letters are cut; a cut shows. */
const longest = 60;
const ignorable = /\p{Mark}|[\u200b-\u200f\u2060]/u;
const picture = /\p{Emoji_Presentation}/u;

/** Where words stand and where lines break. */
export interface WordLayout {
  readonly words: readonly PlacedWord[];
  readonly lines: readonly Line[];
}

/** A word in its cell; brackets run from cell to cell. */
export interface PlacedWord {
  readonly text: string;
  readonly line: number;
  readonly left: number;
  readonly right: number;
  /** Width of the word itself, which stands in the middle of its cell. */
  readonly ink: number;
}

/** The tokens `from … to - 1` that stand on a line. */
export interface Line {
  readonly from: number;
  readonly to: number;
}

/** Tokens `start … end - 1`, which need so many pixels side by side on at least one line. */
export interface Need {
  readonly start: number;
  readonly end: number;
  readonly width: number;
}

/** Width in CSS pixels that a text in a fixed-width font is set to. East Asian characters are as wide as high. */
export function monoWidth(text: string, size: number): number {
  let em = 0;
  for (const character of text) {
    if (ignorable.test(character)) continue;
    em += isWide(character) ? 1 : picture.test(character) ? 1.2 : letter;
  }
  return em * size;
}

/** The text, cut where it is wider than `width`; a cut shows. */
export function fitText(text: string, width: number, size: number): string {
  if (monoWidth(text, size) <= width) return text;
  const room = width - monoWidth("…", size);
  let kept = "";
  for (const character of text) {
    if (monoWidth(kept + character, size) > room) break;
    kept += character;
  }
  return `${kept}…`;
}

/**
 * Places words in lines of at most `room` pixels. A word is set wider where what it needs would not fit else, so that
 * every label finds room on one of its lines.
 */
export function layOutWords(
  tokens: readonly string[],
  needs: readonly Need[],
  room: number,
  positions: boolean,
): WordLayout {
  const width = Math.max(1, Math.floor(room));
  const texts = tokens.map((token) => fitText(token, Math.min(width, longest * letter * wordSize), wordSize));
  const inks = texts.map((text) => Math.max(monoWidth(text, wordSize), 4));
  const cells = inks.map((ink, at) =>
    Math.ceil(Math.max(ink, positions ? monoWidth(String(at), positionSize) : 0)),
  );
  const gaps = texts.map((text, at) => gapAfter(text, texts[at + 1] ?? ""));
  let lines = breakLines(cells, gaps, width);
  while (widen(cells, gaps, lines, needs, width)) lines = breakLines(cells, gaps, width);

  const words: PlacedWord[] = [];
  for (const [line, { from, to }] of lines.entries()) {
    let left = 0;
    for (let at = from; at < to; at++) {
      words.push({ text: texts[at], line, left, right: left + cells[at], ink: inks[at] });
      left += cells[at] + gaps[at];
    }
  }
  return { words, lines };
}

/** East Asian words stand closer together, as their script has no spaces. */
function gapAfter(text: string, next: string): number {
  return isWide([...text].at(-1) ?? "") && isWide([...next][0] ?? "") ? 3 : 8;
}

function breakLines(cells: readonly number[], gaps: readonly number[], width: number): Line[] {
  const lines: Line[] = [];
  let from = 0;
  let used = 0;
  for (const [at, cell] of cells.entries()) {
    const gap = at > from ? gaps[at - 1] : 0;
    if (at > from && used + gap + cell > width) {
      lines.push({ from, to: at });
      [from, used] = [at, cell];
    } else used += gap + cell;
  }
  return cells.length ? [...lines, { from, to: cells.length }] : [];
}

/** Widens the cells of each need that no line satisfies, on the line that has most of it. @returns whether any was */
function widen(
  cells: number[],
  gaps: readonly number[],
  lines: readonly Line[],
  needs: readonly Need[],
  width: number,
): boolean {
  let widened = false;
  for (const need of needs) {
    let best: Line | undefined;
    let most = -1;
    for (const { from, to } of lines) {
      const part = { from: Math.max(from, need.start), to: Math.min(to, need.end) };
      if (part.from >= part.to) continue;
      const room = extent(cells, gaps, part);
      if (room > most) [best, most] = [part, room];
    }
    const missing = Math.min(need.width, width) - most;
    if (!best || missing <= 0) continue;
    const share = Math.ceil(missing / (best.to - best.from));
    for (let at = best.from; at < best.to; at++) cells[at] = Math.min(cells[at] + share, width);
    widened = true;
  }
  return widened;
}

function extent(cells: readonly number[], gaps: readonly number[], { from, to }: Line): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += cells[at] + (at > from ? gaps[at - 1] : 0);
  return sum;
}
