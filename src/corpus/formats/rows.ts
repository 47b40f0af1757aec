import { CorpusError, show } from "../../base/errors";
import type { Line } from "../../base/streams";
import type { Reading } from "./reading";

/** The cells of one line. */
export interface Row {
  /** Counts from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** The lines of one sentence. */
export interface Block {
  readonly rows: readonly Row[];
  /** How many marks of documents came before it; undefined while there was none. */
  readonly document: number | undefined;
  /** Whether a blank line or a mark ended it, and not the end of the file. */
  readonly ended: boolean;
}

export const documentMark = "-DOCSTART-";

/** Marks of documents in comments: JNLPBA's, CoNLL-U's and CoNLL-2012's. */
const markedComment = /^#+ ?(?:MEDLINE:|newdoc\b|begin document\b)/;

/** Longer lines and sentences are no columns: a file without line ends, or without blank lines. */
export const longestLine: number = 2 ** 16;
export const longestSentence = 50_000;

/** Lines that are looked at to see how many columns a file has and what they hold. */
const headLines = 2000;

/** How a file parts its lines. */
export interface RowRules {
  /** How many columns there are. */
  readonly width: number;
  /** Whether the cells form a valid row. This distinguishes a token "#" from a comment. */
  isRow(cells: readonly string[]): boolean;
  /** Whether a sentence ends behind a row even without a blank line. */
  endsSentence?(cells: readonly string[]): boolean;
}

/** The first lines of a file, and all of them. */
export async function readAhead(
  lines: AsyncGenerator<Line>,
): Promise<{ readonly head: readonly Line[]; readonly all: AsyncGenerator<Line> }> {
  const head: Line[] = [];
  for (let filled = 0; filled < headLines; ) {
    const next = await lines.next();
    if (next.done) break;
    head.push(next.value);
    if (!isBlank(next.value.text)) filled++;
  }
  async function* all(): AsyncGenerator<Line> {
    yield* head;
    yield* lines;
  }
  return { head, all: all() };
}

/** The number of columns that most lines have, and the rows that have it, in sentences. Lines that begin with # do not count. */
export function rowsOfHead(head: readonly Line[]): { readonly width: number; readonly sentences: Row[][] } {
  const trimmed = head.map(({ number, text }) => ({ number, text: withoutEnd(text, " \t\r") }));
  const isRow = ({ text }: Line): boolean => !isBlank(text) && !isMark(text) && text.length <= longestLine;
  const plain = trimmed.filter((line) => isRow(line) && !line.text.startsWith("#"));
  const counted = plain.length ? plain : trimmed.filter(isRow);
  const tabbed = 2 * counted.filter(({ text }) => text.includes("\t")).length > counted.length;
  const cells = (text: string): string[] => (tabbed ? text.split("\t") : text.split(/[ \t]+/));
  const widths = new Map<number, number>();
  for (const { text } of counted) {
    const { length } = cells(text);
    widths.set(length, (widths.get(length) ?? 0) + 1);
  }
  const [width] = [...widths].reduce((most, one) => (one[1] > most[1] ? one : most), [0, 0]);
  const chosen = new Set(counted.map(({ number }) => number));
  const sentences: Row[][] = [[]];
  for (const { number, text } of trimmed)
    if (isBlank(text)) sentences.push([]);
    else if (chosen.has(number) && cells(text).length === width)
      sentences[sentences.length - 1].push({ line: number, cells: cells(text) });
  return { width, sentences: sentences.filter(({ length }) => length) };
}

/**
 * The sentences of a column file: blank lines end them, tabs or else spaces part the cells, `-DOCSTART-` begins a document.
 * Carriage returns are dropped and counted, as are comments, and lines in which tabs and spaces mix.
 * @throws CorpusError, unless the reading tolerates it, for a line that has another number of cells than most, no token, or
 * more than 64 KiB, and for a sentence of more than 50,000 lines
 */
export async function* blocksOf(
  lines: AsyncIterable<Line>,
  file: string,
  { width, isRow, endsSentence }: RowRules,
  reading: Reading,
): AsyncGenerator<Block> {
  let rows: Row[] = [];
  let document: number | undefined;
  let faulty = false;

  const refuse = (line: number, problem: string): void => {
    faulty = true;
    rows = [];
    reading.fault(new CorpusError({ file, line }, problem));
  };
  const finished = (ended: boolean): Block | undefined => {
    const block = rows.length && !faulty ? { rows, document, ended } : undefined;
    rows = [];
    faulty = false;
    return block;
  };

  for await (const { number, text: whole } of lines) {
    const place = `line ${number}`;
    if (whole.endsWith("\r")) reading.repaired("carriage returns at the end of a line, dropped", place);
    const text = whole.replace(/\r$/, "");
    const mark = isMark(text);
    if (mark || isBlank(text)) {
      if (!mark && /[^ \t]/.test(text))
        reading.repaired("lines of invisible white space, which end a sentence", place);
      const block = finished(true);
      if (block) yield block;
      if (mark) document = (document ?? 0) + 1;
      continue;
    }
    if (faulty) continue; // the rest of a sentence that is left out
    if (text.length > longestLine) {
      refuse(number, `is ${text.length} characters long; a line holds one token and its columns`);
      continue;
    }
    if (rows.length === longestSentence) {
      refuse(number, `is still of one sentence after ${longestSentence} tokens; put a blank line after each`);
      continue;
    }
    const cells = cellsOf(text, width, number, reading);
    if (text.startsWith("#") && rows.length === 0 && !(cells.length === width && isRow(cells))) {
      if (markedComment.test(text)) {
        document = (document ?? 0) + 1;
        reading.repaired("marks of documents in comments", place);
      } else reading.repaired("comments, which begin with # before a sentence, not read", place);
      continue;
    }
    if (cells[0] === "") refuse(number, "has no token before its columns; give one, or take the line out");
    else if (cells.length !== width)
      refuse(number, `has ${cells.length} columns instead of ${width}: ${show(text)}; give it as many`);
    else {
      rows.push({ line: number, cells });
      if (endsSentence?.(cells)) {
        const block = finished(true);
        if (block) yield block;
      }
    }
  }
  const last = finished(false);
  if (last) yield last;
}

/** A text without any of these characters at its end; a regular expression takes quadratic time. */
function withoutEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text[end - 1])) end--;
  return text.slice(0, end);
}

function isMark(text: string): boolean {
  return text.startsWith(documentMark);
}

/** White space that Unicode knows and zero-width characters also show as nothing. */
function isBlank(text: string): boolean {
  return /^[\s\u200b\u2060\ufeff]*$/.test(text);
}

function cellsOf(text: string, width: number, line: number, reading: Reading): string[] {
  const filled = withoutEnd(text, " \t");
  if (!filled.includes("\t")) return filled.split(/ +/);
  const cells = filled.split("\t");
  if (cells.length === width) return cells;
  const loose = filled.split(/[ \t]+/);
  if (loose.length !== width) return cells;
  reading.repaired("lines in which tabs and spaces mix, split at both", `line ${line}`);
  return loose;
}
