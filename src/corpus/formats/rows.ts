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

/** Longer lines and sentences are no columns: a file without line ends, or without blank lines. */
const longestLine = 2 ** 16;
const longestSentence = 50_000;

/**
 * The sentences of a column file: blank lines end them, tabs or else spaces part the cells, `-DOCSTART-` begins a document.
 * Carriage returns are dropped and counted, as are lines in which tabs and spaces mix.
 * @throws CorpusError, unless the reading tolerates it, for a line that has another number of cells than the one before, no
 * token, or more than 64 KiB, and for a sentence of more than 50,000 lines
 */
export async function* blocksOf(
  lines: AsyncIterable<Line>,
  file: string,
  reading: Reading,
): AsyncGenerator<Block> {
  let rows: Row[] = [];
  let document: number | undefined;
  let width: number | undefined;
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
    if (whole.endsWith("\r"))
      reading.repaired("carriage returns at the end of a line, dropped", `line ${number}`);
    const text = whole.replace(/\r$/, "");
    const mark = text.startsWith(documentMark) && /^-DOCSTART-(?:[ \t]|$)/.test(text);
    if (mark || isBlank(text)) {
      const block = finished(true);
      if (block) yield block;
      if (mark) document = (document ?? 0) + 1;
    } else if (faulty) {
      // the rest of a sentence that is left out
    } else if (text.length > longestLine) {
      refuse(number, `is ${text.length} characters long; a line holds one token and its columns`);
    } else if (rows.length === longestSentence) {
      refuse(number, `is still of one sentence after ${longestSentence} tokens; put a blank line after each`);
    } else {
      const row = { line: number, cells: cellsOf(text, width, number, reading) };
      width ??= row.cells.length;
      if (row.cells[0] === "")
        refuse(number, "has no token before its columns; give one, or take the line out");
      else if (row.cells.length !== width)
        refuse(
          number,
          `has ${row.cells.length} columns where the lines before have ${width}: ${show(text)}; give it as many`,
        );
      else rows.push(row);
    }
  }
  const last = finished(false);
  if (last) yield last;
}

/** Unicode has more white space, but tokens may hold that. */
function isBlank(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x09) return false;
  }
  return true;
}

function cellsOf(text: string, width: number | undefined, line: number, reading: Reading): string[] {
  let end = text.length;
  while (text[end - 1] === " " || text[end - 1] === "\t") end--;
  const filled = text.slice(0, end);
  if (!filled.includes("\t")) return filled.split(/ +/);
  const cells = filled.split("\t");
  if (width === undefined || cells.length === width) return cells;
  const loose = filled.split(/[ \t]+/);
  if (loose.length !== width) return cells;
  reading.repaired("lines in which tabs and spaces mix, split at both", `line ${line}`);
  return loose;
}
