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

/** Number of non-blank lines that determine the columns of a file. */
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
  const uncommentedLines = trimmed.filter((line) => isRow(line) && !line.text.startsWith("#"));
  const rowLines = uncommentedLines.length ? uncommentedLines : trimmed.filter(isRow);
  const tabbed = 2 * rowLines.filter(({ text }) => text.includes("\t")).length > rowLines.length;
  const cells = (text: string): string[] => (tabbed ? text.split("\t") : text.split(/[ \t]+/));
  const widths = new Map<number, number>();
  for (const { text } of rowLines) {
    const { length } = cells(text);
    widths.set(length, (widths.get(length) ?? 0) + 1);
  }
  const [width] = [...widths].reduce((most, one) => (one[1] > most[1] ? one : most), [0, 0]);
  const countedLines = new Set(rowLines.map(({ number }) => number));
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
  rules: RowRules,
  reading: Reading,
): AsyncGenerator<SentenceRows> {
  const collector = new RowCollector(file, rules, reading);
  for await (const line of lines) yield* collector.add(line);
  yield* collector.finish(false);
}

/** Collects the rows of one sentence after the other. */
class RowCollector {
  private rows: Row[] = [];
  private document: number | undefined;
  /** Whether a line of the sentence was refused. The rest of the sentence is skipped. */
  private isFaulty = false;

  constructor(
    private readonly file: string,
    private readonly rules: RowRules,
    private readonly reading: Reading,
  ) {}

  /** @returns the sentence that the line ends, if any */
  add({ number, text: whole }: Line): SentenceRows[] {
    const where = `line ${number}`;
    if (whole.endsWith("\r"))
      this.reading.countRepair("carriage returns at the end of a line, dropped", where);
    const text = whole.replace(/\r$/, "");
    if (isMark(text)) {
      const sentence = this.finish(true);
      this.beginDocument();
      return sentence;
    }
    if (isBlankLine(text)) {
      if (/[^ \t]/.test(text))
        this.reading.countRepair("lines of invisible white space, which end a sentence", where);
      return this.finish(true);
    }
    return this.isFaulty ? [] : this.addRow(number, text);
  }

  private addRow(line: number, text: string): SentenceRows[] {
    if (text.length > longestLine)
      return this.refuse(line, `is ${text.length} characters long; a line holds one token and its columns`);
    if (this.rows.length === longestSentence)
      return this.refuse(
        line,
        `is still in the same sentence after ${longestSentence} tokens; put a blank line after each`,
      );
    const { width, isRow, endsSentence } = this.rules;
    const cells = cellsOf(text, width, line, this.reading);
    const fits = cells.length === width;
    if (text.startsWith("#") && this.rows.length === 0 && !(fits && isRow(cells)))
      return this.skipComment(line, text);
    if (cells[0] === "")
      return this.refuse(line, "has no token before its columns; add one, or remove the line");
    if (!fits)
      return this.refuse(
        line,
        `has ${cells.length} columns instead of ${width}: ${show(text)}; add or remove columns`,
      );
    this.rows.push({ line, cells });
    return endsSentence?.(cells) ? this.finish(true) : [];
  }

  private skipComment(line: number, text: string): [] {
    const where = `line ${line}`;
    if (commentMark.test(text)) {
      this.beginDocument();
      this.reading.countRepair("marks of documents in comments", where);
    } else this.reading.countRepair("comments, which begin with # before a sentence, not read", where);
    return [];
  }

  private beginDocument(): void {
    this.document = (this.document ?? 0) + 1;
  }

  private refuse(line: number, problem: string): [] {
    this.isFaulty = true;
    this.rows = [];
    this.reading.addFault(new CorpusError({ file: this.file, line }, problem));
    return [];
  }

  /** @returns the collected sentence, if there is one without faults */
  finish(ended: boolean): SentenceRows[] {
    const { rows, document, isFaulty } = this;
    this.rows = [];
    this.isFaulty = false;
    return rows.length && !isFaulty ? [{ rows, document, ended }] : [];
  }
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
