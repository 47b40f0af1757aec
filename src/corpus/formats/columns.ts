import { InputError } from "../../base/errors";
import { nearest } from "../../base/schema";
import { type Entity, withoutRepeats } from "../types";
import { type Placed, withContexts } from "./contexts";
import { type CommonReadOptions, choice, type Format, type FormatOptions } from "./format";
import { type Column, type Layout, layoutOf, spellingWithin } from "./layout";
import type { Reading } from "./reading";
import { asReleased } from "./released";
import { type Block, blocksOf, documentMark, type Row, readAhead, rowsOfHead } from "./rows";
import type { Source } from "./source";
import { isTag, type TagOptions, tagOptions } from "./spelling";
import { TagDecoder } from "./tags";
import { type ColumnWriteOptions, flatColumns, nestedColumns } from "./write-columns";

/** Options of all column files. */
export interface RowOptions extends TagOptions {
  /**
   * Column files: which sentences are context for each other. `marked`: those between two `-DOCSTART-` lines, and none in a
   * file without them; `file`: all of a file; `none`. Default `marked`.
   */
  readonly contexts?: "marked" | "file" | "none";
  /** Column files: tokens outside of entities that end a sentence where no blank line does. Default: none. */
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
    help: 'tokens that end a sentence where no blank line does, as in ". ! ?"',
    parse: (text) => text.split(/\s+/).filter((token) => token !== ""),
  },
  ...tagOptions,
};

/** Endings of column files of any kind. */
export const columnEndings: readonly string[] = [
  ...[".conll", ".conllu", ".iob", ".iob1", ".iob2", ".bio", ".bioes", ".bmes", ".tsv", ".tags"],
];

/** A token a line, with its tag in one column or in several. */
export const conll: Format<ColumnOptions, ColumnWriteOptions> = {
  name: "conll",
  holds: "columns: a token a line, a blank line behind each sentence, `-DOCSTART-` before each document",
  sign: "a column of tags",
  endings: columnEndings,
  options: {
    columns: {
      flags: "--columns <list>",
      help: "what the columns hold, as in token,pos,-,tag",
      parse: columnList,
    },
    ...rowOptions,
  },
  recognize: ({ head }) => holdsTags(head),
  read: (source, options, reading) =>
    withContexts(placedSentences(source, options, options.columns, reading)),
  writer: flatColumns,
};

/** A token a line, with a tag in each of several columns. */
export const nested: Format<RowOptions, Pick<ColumnWriteOptions, "scheme">> = {
  name: "nested",
  holds: "columns with one column of tags for each level of nesting",
  sign: "`.nested`; in other files, tags in several columns whose entities nest",
  endings: [".nested"],
  options: rowOptions,
  // `conll` judges what columns hold
  recognize: () => false,
  read: (source, options, reading) => withContexts(placedSentences(source, options, "nested", reading)),
  writer: nestedColumns,
};

const columnKinds: readonly Column[] = ["token", "pos", "tag", "-"];

function columnList(text: string): Column[] {
  return text.split(",").map((name) => {
    const kind = columnKinds.find((column) => column === name);
    if (kind === undefined)
      throw new InputError(`A column is one of ${columnKinds.join(", ")}${nearest(name, columnKinds)}`);
    return kind;
  });
}

/** The cells of the whole lines in a file's beginning, without document marks and comments. */
export function cellsOfHead(head: string): string[][] {
  const lines = head
    .split(/\r?\n/)
    .slice(0, -1)
    .filter((line) => line.trim() !== "" && !line.startsWith(documentMark) && !/^#\s.*\s/.test(line));
  return (lines.length ? lines : [head]).map((line) =>
    line.includes("\t") ? line.trimEnd().split("\t") : line.trimEnd().split(/ +/),
  );
}

/** Whether most lines have tags in the same column, not the first. */
function holdsTags(head: string): boolean {
  const rows = cellsOfHead(head);
  const width = rows.reduce((most, { length }) => Math.max(most, length), 0);
  for (let column = Math.min(width, 30) - 1; column > 0; column--) {
    const tagged = rows.filter((cells) => cells.length > column && isTag(cells[column]));
    if (tagged.length >= 0.9 * rows.length) return true;
  }
  return false;
}

async function* placedSentences(
  source: Source,
  options: RowOptions & CommonReadOptions,
  columns: readonly Column[] | "nested" | undefined,
  reading: Reading,
): AsyncGenerator<Placed> {
  const { file } = source;
  const given = columns === "nested" || columns === undefined ? columns : checked(columns);
  const { head, all } = await readAhead(source.lines());
  const { width, sentences } = rowsOfHead(head);
  const layout = sentences.length ? layoutFor(sentences, width, given, file, options, reading) : undefined;
  const rules = {
    width: layout?.columns.length ?? width,
    isRow: (cells: readonly string[]) => !layout || tagsOf(cells, layout).every((tag) => tag !== undefined),
    endsSentence: (cells: readonly string[]): boolean => {
      if (!layout || !options.sentenceEnds?.includes(cells[layout.columns.indexOf("token")])) return false;
      return tagsOf(cells, layout).every((tag) => tag === null);
    },
  };
  // a file without rows may still hold faults
  yield* sentencesOf(blocksOf(all, file, rules, reading), layout, file, options, reading);
}

function tagsOf(cells: readonly string[], { columns, spelling }: Layout) {
  return columns.flatMap((column, at) => (column === "tag" ? [spelling.parse(cells[at])] : []));
}

function layoutFor(
  sentences: readonly (readonly Row[])[],
  width: number,
  given: readonly Column[] | "nested" | undefined,
  file: string,
  options: TagOptions,
  reading: Reading,
): Layout {
  if (given === undefined) return layoutOf(sentences, width, file, options, reading);
  const columns =
    given === "nested" ? ["token" as const, ...new Array<Column>(Math.max(1, width - 1)).fill("tag")] : given;
  if (width !== columns.length)
    throw new InputError(
      `${file}: line ${sentences[0][0].line}: has ${width} columns, but ${columns.length} were named; name all`,
    );
  return { columns, spelling: spellingWithin(sentences, columns, options.tags) };
}

/** @throws InputError where the columns lack a token or a tag, or have two of a kind that goes once */
function checked(columns: readonly Column[]): readonly Column[] {
  const count = (kind: Column): number => columns.filter((column) => column === kind).length;
  if (count("token") !== 1 || count("pos") > 1 || count("tag") < 1)
    throw new InputError("columns: need one token, at most one pos, and one or more of tag");
  return columns;
}

/** A sentence of so many tokens is a file without blank lines. */
const unbroken = 500;

/** The sentences of blocks whose columns are known. A sentence's id is the line it begins on. */
export async function* sentencesOf(
  blocks: AsyncIterable<Block>,
  layout: Layout | undefined,
  file: string,
  options: RowOptions & CommonReadOptions,
  reading: Reading,
): AsyncGenerator<Placed> {
  const decoder = new TagDecoder(layout?.spelling, options.type);
  let count = 0;
  let rows = 0;
  for await (const block of blocks) {
    count++;
    rows += block.rows.length;
    const sentence = layout && sentenceOf(block, layout.columns, file, options, decoder, reading);
    if (sentence) yield sentence;
  }
  if (count === 1 && rows > unbroken)
    reading.states(
      `no blank line ends a sentence, so that all ${rows} tokens are one; give the tokens that end one, as in --sentence-ends "."`,
    );
  decoder.report(reading);
}

function sentenceOf(
  block: Block,
  columns: readonly Column[],
  file: string,
  options: RowOptions & CommonReadOptions,
  decoder: TagDecoder,
  reading: Reading,
): Placed | undefined {
  const { rows } = block;
  const { line } = rows[0];
  if (options.asReleased && !block.ended) {
    reading.repaired("last sentences without a blank line behind them, lost as released", `line ${line}`);
    return undefined;
  }
  const cells = (kind: Column): string[][] =>
    columns.flatMap((column, at) => (column === kind ? [rows.map((row) => row.cells[at])] : []));
  const [tokens] = cells("token");
  const [pos] = cells("pos");
  try {
    const entities = cells("tag").flatMap((tags): readonly Entity[] => {
      const whole = decoder.decode(tags, (at) => ({ file, line: rows[at].line }));
      return options.asReleased ? asReleased(tags, whole, `line ${line}`, reading) : whole;
    });
    const distinct = withoutRepeats(entities);
    reading.repaired("entities given twice, kept once", `line ${line}`, entities.length - distinct.length);
    return {
      tokens,
      pos: pos?.map((tag) => (tag === "-X-" || tag === "_" ? "X" : tag)) ?? tokens.map(() => "X"),
      entities: distinct,
      id: `line ${line}`,
      document: documentOf(block, options),
    };
  } catch (error) {
    return reading.tolerated(error);
  }
}

function documentOf({ document }: Block, { contexts = "marked" }: RowOptions): number | undefined {
  if (contexts === "none") return undefined;
  return contexts === "file" ? (document ?? 0) : document;
}
