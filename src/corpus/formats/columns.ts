import { InputError } from "../../base/errors";
import { nearest } from "../../base/schema";
import { readAhead } from "../../base/streams";
import type { Entity } from "../types";
import { type Column, type Layout, layoutOf, spellingWithin } from "./column-layout";
import {
  documentMark,
  headLines,
  isBlankLine,
  type Row,
  rowsOfHead,
  type SentenceRows,
  sentenceRows,
} from "./column-rows";
import { type DocumentSentence, distinctEntities, unknownPos, withContexts } from "./document-sentences";
import { type CommonReadOptions, choice, type Format, type FormatOptions } from "./format";
import type { Reading } from "./reading";
import { asReleased } from "./released";
import type { Source } from "./source";
import { TagDecoder } from "./tag-decoder";
import { isTag, type TagOptions, tagOptions } from "./tag-spelling";
import { type ColumnWriteOptions, flatColumns, nestedColumns } from "./write-columns";

export interface RowOptions extends TagOptions {
  /**
   * Column files: which sentences are each other's context. `marked`: those between two `-DOCSTART-` lines, none in a file without
   * such lines; `file`: all in a file; `none`. Default `marked`.
   */
  readonly contexts?: "marked" | "file" | "none";
  /** Column files: tokens that end a sentence without a blank line, if they are outside entities. Default: none. */
  readonly sentenceEnds?: readonly string[];
}

export interface ColumnOptions extends RowOptions {
  /** Column files: what each column holds, first to last. Default: recognized. */
  readonly columns?: readonly Column[];
}

const rowOptions: FormatOptions<RowOptions> = {
  contexts: choice("--contexts <which>", "which sentences are context (default: marked)", [
    "marked",
    "file",
    "none",
  ]),
  sentenceEnds: {
    flags: "--sentence-ends <tokens>",
    help: 'tokens that end a sentence without a blank line, as in ". ! ?"',
    parse: (text) => text.split(/\s+/).filter((token) => token !== ""),
  },
  ...tagOptions,
};

export const columnEndings: readonly string[] = [
  ...[".conll", ".conllu", ".iob", ".iob1", ".iob2", ".bio", ".bioes", ".bmes", ".tsv", ".tags"],
];

/** One token per line, with its tag in one or several columns. */
export const conll: Format<ColumnOptions, ColumnWriteOptions> = {
  name: "conll",
  holds: "columns: one token per line, a blank line after each sentence, `-DOCSTART-` before each document",
  sign: "a column of tags",
  endings: columnEndings,
  options: {
    columns: {
      flags: "--columns <list>",
      help: "content of the columns, as in token,pos,-,tag",
      parse: parseColumns,
    },
    ...rowOptions,
  },
  recognize: ({ head }) => holdsTags(head),
  read: (source, options, reading) =>
    withContexts(columnSentences(source, options, options.columns, reading)),
  writer: flatColumns,
};

/** One token per line, with one column of tags for each level of nesting. */
export const nested: Format<RowOptions, Pick<ColumnWriteOptions, "scheme">> = {
  name: "nested",
  holds: "columns with one column of tags for each level of nesting",
  sign: "`.nested`; in other files, tags in several columns whose entities nest",
  endings: [".nested"],
  options: rowOptions,
  // `conll` determines what columns hold
  recognize: () => false,
  read: (source, options, reading) => withContexts(columnSentences(source, options, "nested", reading)),
  writer: nestedColumns,
};

const columnKinds: readonly Column[] = ["token", "pos", "tag", "-"];

function parseColumns(text: string): Column[] {
  return text.split(",").map((name) => {
    const kind = columnKinds.find((column) => column === name);
    if (kind === undefined)
      throw new InputError(`A column is one of ${columnKinds.join(", ")}${nearest(name, columnKinds)}`);
    return kind;
  });
}

/** The cells of the complete lines in a head, without document marks and comments. */
export function cellsOfHead(head: string): string[][] {
  const lines = head
    .split(/\r?\n/)
    .slice(0, -1)
    .filter((line) => line.trim() !== "" && !line.startsWith(documentMark) && !/^#\s.*\s/.test(line));
  return (lines.length ? lines : [head]).map((line) =>
    line.includes("\t") ? line.trimEnd().split("\t") : line.trimEnd().split(/ +/),
  );
}

/** Whether 90 % of the lines have tags in the same column, not the first. */
function holdsTags(head: string): boolean {
  const rows = cellsOfHead(head);
  const width = rows.reduce((most, { length }) => Math.max(most, length), 0);
  for (let column = Math.min(width, 30) - 1; column > 0; column--) {
    const tagged = rows.filter((cells) => cells.length > column && isTag(cells[column]));
    if (tagged.length >= 0.9 * rows.length) return true;
  }
  return false;
}

async function* columnSentences(
  source: Source,
  options: RowOptions & CommonReadOptions,
  columns: readonly Column[] | "nested" | undefined,
  reading: Reading,
): AsyncGenerator<DocumentSentence> {
  const { file } = source;
  if (columns !== "nested" && columns !== undefined) checkColumns(columns);
  const { head, all } = await readAhead(source.lines(), headLines, ({ text }) => Number(!isBlankLine(text)));
  const { width, sentences } = rowsOfHead(head);
  const layout = sentences.length ? layoutFor(sentences, width, columns, file, options, reading) : undefined;
  const rules = {
    width: layout?.columns.length ?? width,
    isRow: (cells: readonly string[]) => !layout || tagsOf(cells, layout).every((tag) => tag !== undefined),
    endsSentence: (cells: readonly string[]): boolean => {
      if (!layout || !options.sentenceEnds?.includes(cells[layout.columns.indexOf("token")])) return false;
      return tagsOf(cells, layout).every((tag) => tag === null);
    },
  };
  // a file without rows may still have faults
  yield* decodeRows(sentenceRows(all, file, rules, reading), layout, file, options, reading);
}

function tagsOf(cells: readonly string[], { columns, spelling }: Layout) {
  return columns.flatMap((column, index) => (column === "tag" ? [spelling.parse(cells[index])] : []));
}

function layoutFor(
  sentences: readonly (readonly Row[])[],
  width: number,
  option: readonly Column[] | "nested" | undefined,
  file: string,
  options: TagOptions,
  reading: Reading,
): Layout {
  if (option === undefined) return layoutOf(sentences, width, file, options, reading);
  const columns =
    option === "nested"
      ? ["token" as const, ...new Array<Column>(Math.max(1, width - 1)).fill("tag")]
      : option;
  if (width !== columns.length)
    throw new InputError(
      `${file}: line ${sentences[0][0].line}: has ${width} columns, but ${columns.length} were named; name all`,
    );
  return { columns, spelling: spellingWithin(sentences, columns, options.tags) };
}

/** @throws InputError if token or tag is missing, or token or pos occurs twice */
function checkColumns(columns: readonly Column[]): void {
  const count = (kind: Column): number => columns.filter((column) => column === kind).length;
  if (count("token") !== 1 || count("pos") > 1 || count("tag") < 1)
    throw new InputError("columns: need one token, at most one pos, and one or more of tag");
}

/** If a file is a single sentence of more tokens, its blank lines are missing. */
const unbrokenTokens = 500;

/** Decodes the rows of sentences in known columns. A sentence's id is its first line. */
export async function* decodeRows(
  sentences: AsyncIterable<SentenceRows>,
  layout: Layout | undefined,
  file: string,
  options: RowOptions & CommonReadOptions,
  reading: Reading,
): AsyncGenerator<DocumentSentence> {
  const decoder = new TagDecoder(layout?.spelling, options.type);
  let count = 0;
  let rows = 0;
  for await (const one of sentences) {
    count++;
    rows += one.rows.length;
    const sentence = layout && decodeSentence(one, layout.columns, file, options, decoder, reading);
    if (sentence) yield sentence;
  }
  if (count === 1 && rows > unbrokenTokens)
    reading.addFact(
      `no blank line ends a sentence, so all ${rows} tokens are one sentence; name the tokens that end a sentence, as in --sentence-ends "."`,
    );
  decoder.report(reading);
}

function decodeSentence(
  { rows, document, ended }: SentenceRows,
  columns: readonly Column[],
  file: string,
  options: RowOptions & CommonReadOptions,
  decoder: TagDecoder,
  reading: Reading,
): DocumentSentence | undefined {
  const id = `line ${rows[0].line}`;
  if (options.asReleased && !ended) {
    reading.countRepair(
      "last sentences without a blank line after them, dropped as in the released code",
      id,
    );
    return undefined;
  }
  const cells = (kind: Column): string[][] =>
    columns.flatMap((column, index) => (column === kind ? [rows.map((row) => row.cells[index])] : []));
  const [tokens] = cells("token");
  const [pos] = cells("pos");
  try {
    const entities = cells("tag").flatMap((tags): readonly Entity[] => {
      const decoded = decoder.decode(tags, (index) => ({ file, line: rows[index].line }));
      return options.asReleased ? asReleased(tags, decoded, id, reading) : decoded;
    });
    return {
      tokens,
      pos: pos?.map((tag) => (tag === "-X-" || tag === "_" ? "X" : tag)) ?? unknownPos(tokens),
      entities: distinctEntities(entities, id, reading),
      id,
      document: documentOf(document, options),
    };
  } catch (error) {
    return reading.handle(error);
  }
}

function documentOf(marked: number | undefined, { contexts = "marked" }: RowOptions): number | undefined {
  if (contexts === "none") return undefined;
  return contexts === "file" ? (marked ?? 0) : marked;
}
