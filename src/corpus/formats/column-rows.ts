import { CorpusError, show } from "../../base/errors";
import type { Line } from "../../base/streams";
import type { Reading } from "./reading";

export interface Row {
  /** Counts from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface SentenceRows {
  readonly rows: readonly Row[];
  /** Number of document marks before it; undefined before the first. */
  readonly document: number | undefined;
  /** Whether a blank line or a document mark ended it, not the end of the file. */
  readonly ended: boolean;
}

export const documentMark = "-DOCSTART-";

/** Document marks in comments: JNLPBA's, CoNLL-U's and CoNLL-2012's. */
const commentMark = /^#+ ?(?:MEDLINE:|newdoc\b|begin document\b)/;

/** Longer lines and sentences mean that line breaks or blank lines are missing. */
export const longestLine: number = 2 ** 16;
export const longestSentence = 50_000;

/** How many non-blank lines determine the columns of a file. */
export const headLines = 2000;

export interface RowRules {
  readonly width: number;
  /** Whether the cells form a valid row. This distinguishes a token "#" from a comment. */
  isRow(cells: readonly string[]): boolean;
  /** Whether a sentence ends after a row even without a blank line. */
  endsSentence?(cells: readonly string[]): boolean;
}

/** The most frequent number of columns, and the rows with that number, by sentence. Ignores lines that begin with #. */
export function rowsOfHead(head: readonly Line[]): { readonly width: number; readonly sentences: Row[][] } {
  const trimmed = head.map(({ number, text }) => ({ number, text: trimEnd(text, " \t\r") }));
  const isRow = ({ text }: Line): boolean =>
    !isBlankLine(text) && !isMark(text) && text.length <= longestLine;
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
  const countedLines = new Set(counted.map(({ number }) => number));
  const sentences: Row[][] = [[]];
  for (const { number, text } of trimmed)
    if (isBlankLine(text)) sentences.push([]);
    else if (countedLines.has(number) && cells(text).length === width)
      sentences[sentences.length - 1].push({ line: number, cells: cells(text) });
  return { width, sentences: sentences.filter(({ length }) => length) };
}

/**
 * The sentences of a column file. Blank lines end them, tabs (or else spaces) separate cells, `-DOCSTART-` begins a document.
 * Counts as repairs: dropped carriage returns, comments, and lines that mix tabs and spaces.
 * @throws CorpusError, unless the reading tolerates it, for a line that lacks a token, has more or fewer cells than most, or exceeds
 * 64 KiB, and for a sentence of more than 50,000 lines
 */
export async function* sentenceRows(
  lines: AsyncIterable<Line>,
  file: string,
  { width, isRow, endsSentence }: RowRules,
  reading: Reading,
): AsyncGenerator<SentenceRows> {
  let rows: Row[] = [];
  let document: number | undefined;
  let isFaulty = false;

  const refuse = (line: number, problem: string): void => {
    isFaulty = true;
    rows = [];
    reading.addFault(new CorpusError({ file, line }, problem));
  };
  const finish = (ended: boolean): SentenceRows[] => {
    const sentence = rows.length && !isFaulty ? [{ rows, document, ended }] : [];
    rows = [];
    isFaulty = false;
    return sentence;
  };

  for await (const { number, text: whole } of lines) {
    const where = `line ${number}`;
    if (whole.endsWith("\r")) reading.countRepair("carriage returns at the end of a line, dropped", where);
    const text = whole.replace(/\r$/, "");
    if (isMark(text) || isBlankLine(text)) {
      if (!isMark(text) && /[^ \t]/.test(text))
        reading.countRepair("lines of invisible white space, which end a sentence", where);
      yield* finish(true);
      if (isMark(text)) document = (document ?? 0) + 1;
      continue;
    }
    if (isFaulty) continue; // skips the rest of the sentence
    if (text.length > longestLine) {
      refuse(number, `is ${text.length} characters long; a line holds one token and its columns`);
      continue;
    }
    if (rows.length === longestSentence) {
      refuse(
        number,
        `is still in the same sentence after ${longestSentence} tokens; put a blank line after each`,
      );
      continue;
    }
    const cells = cellsOf(text, width, number, reading);
    if (text.startsWith("#") && rows.length === 0 && !(cells.length === width && isRow(cells))) {
      if (commentMark.test(text)) {
        document = (document ?? 0) + 1;
        reading.countRepair("marks of documents in comments", where);
      } else reading.countRepair("comments, which begin with # before a sentence, not read", where);
      continue;
    }
    if (cells[0] === "") refuse(number, "has no token before its columns; add one, or remove the line");
    else if (cells.length !== width)
      refuse(number, `has ${cells.length} columns instead of ${width}: ${show(text)}; add or remove columns`);
    else {
      rows.push({ line: number, cells });
      if (endsSentence?.(cells)) yield* finish(true);
    }
  }
  yield* finish(false);
}

/** Removes these characters from the end. A regular expression would take quadratic time. */
function trimEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text[end - 1])) end--;
  return text.slice(0, end);
}

function isMark(text: string): boolean {
  return text.startsWith(documentMark);
}

/** Includes Unicode's white space and zero-width characters. */
export function isBlankLine(text: string): boolean {
  return /^[\s\u200b\u2060\ufeff]*$/.test(text);
}

function cellsOf(text: string, width: number, line: number, reading: Reading): string[] {
  const trimmed = trimEnd(text, " \t");
  if (!trimmed.includes("\t")) return trimmed.split(/ +/);
  const cells = trimmed.split("\t");
  if (cells.length === width) return cells;
  const mixed = trimmed.split(/[ \t]+/);
  if (mixed.length !== width) return cells;
  reading.countRepair("lines that mix tabs and spaces, split at both", `line ${line}`);
  return mixed;
}
