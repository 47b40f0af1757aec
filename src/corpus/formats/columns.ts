import { InputError } from "../../base/errors";
import { nearest } from "../../base/schema";
import type { Sentence } from "../types";
import { type Entity, withoutRepeats } from "../types";
import { type Placed, withContexts } from "./contexts";
import { type CommonReadOptions, choice, type Format, type FormatOptions } from "./format";
import { type Column, headFirst, layoutOf } from "./layout";
import type { Reading } from "./reading";
import { asReleased } from "./released";
import { type Block, blocksOf, documentMark } from "./rows";
import type { Source } from "./source";
import { isTag, TagDecoder } from "./tags";
import { type ColumnWriteOptions, flatColumns, nestedColumns } from "./write-columns";

export interface ColumnOptions {
  /** Column files: what each column holds, first to last. Default: recognized. */
  readonly columns?: readonly Column[];
  /**
   * Column files: which sentences are context for each other. `marked`: those between two `-DOCSTART-` lines, and none in a
   * file without them; `file`: all of a file; `none`. Default `marked`.
   */
  readonly contexts?: "marked" | "file" | "none";
}

const contexts: FormatOptions<ColumnOptions>["contexts"] = choice(
  "--contexts <which>",
  "which sentences are context (default: marked)",
  ["marked", "file", "none"],
);

/** Endings of column files of any kind. */
export const columnEndings: readonly string[] = [
  ...[".conll", ".iob", ".iob1", ".iob2", ".bio", ".bioes", ".bmes", ".tsv", ".tags"],
];

/** A token a line, with its tag in one column. */
export const conll: Format<ColumnOptions, ColumnWriteOptions> = {
  name: "conll",
  holds: "columns: a token a line, a blank line behind each sentence, `-DOCSTART-` before each document",
  sign: "tags in the last column",
  endings: columnEndings,
  options: {
    columns: {
      flags: "--columns <list>",
      help: "what the columns hold, as in token,pos,-,tag",
      parse: columnList,
    },
    contexts,
  },
  recognize: ({ head }) => endsInTags(head),
  read: (source, options, reading) => readColumns(source, options, false, reading),
  writer: flatColumns,
};

/** A token a line, with a tag in each of several columns. */
export const nested: Format<Pick<ColumnOptions, "contexts">, Pick<ColumnWriteOptions, "scheme">> = {
  name: "nested",
  holds: "columns with one column of tags for each level of nesting",
  sign: "three and more columns, all tags but the first",
  endings: [],
  options: { contexts },
  // `conll` looks at the columns, and finds out
  recognize: () => false,
  read: (source, options, reading) => readColumns(source, options, true, reading),
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

/** The cells of the whole lines in a file's beginning, without document marks. */
export function rowsOfHead(head: string): string[][] {
  const lines = head
    .split(/\r?\n/)
    .slice(0, -1)
    .filter((line) => line.trim() !== "" && !line.startsWith(documentMark));
  return (lines.length ? lines : [head]).map((line) =>
    line.includes("\t") ? line.trimEnd().split("\t") : line.trimEnd().split(/ +/),
  );
}

function endsInTags(head: string): boolean {
  const rows = rowsOfHead(head);
  const tagged = rows.filter((cells) => cells.length >= 2 && isTag(cells[cells.length - 1]));
  return tagged.length >= 0.9 * rows.length;
}

/**
 * Reads column files: a token a line, its tags in one column (CoNLL-2003) or in several, one for each level of nesting; IOB1,
 * IOB2, BIOES, BMES and BILOU. A sentence's id is the line it begins on.
 * @throws CorpusError for what is no such file
 */
function readColumns(
  source: Source,
  options: ColumnOptions & CommonReadOptions,
  levels: boolean,
  reading: Reading,
): AsyncGenerator<Sentence> {
  return withContexts(placedSentences(source, options, levels, reading));
}

async function* placedSentences(
  source: Source,
  options: ColumnOptions & CommonReadOptions,
  levels: boolean,
  reading: Reading,
): AsyncGenerator<Placed> {
  const { file } = source;
  const decoder = new TagDecoder();
  let layout = options.columns && checkedLayout(options.columns);
  for await (const item of headFirst(blocksOf(source.lines(), file, reading))) {
    const blocks = "head" in item ? item.head : [item];
    layout ??= layoutOf(blocks, file, levels, reading);
    for (const block of blocks) {
      const sentence = sentenceOf(block, layout, file, options, decoder, reading);
      if (sentence) yield sentence;
    }
  }
  decoder.report(reading);
}

/** @throws InputError where the columns lack a token or a tag, or have two of a kind that goes once */
function checkedLayout(columns: readonly Column[]): readonly Column[] {
  const count = (kind: Column): number => columns.filter((column) => column === kind).length;
  if (count("token") !== 1 || count("pos") > 1 || count("tag") < 1)
    throw new InputError("columns: need one token, at most one pos, and one or more of tag");
  return columns;
}

function sentenceOf(
  block: Block,
  layout: readonly Column[],
  file: string,
  options: ColumnOptions & CommonReadOptions,
  decoder: TagDecoder,
  reading: Reading,
): Placed | undefined {
  const { rows } = block;
  const { line } = rows[0];
  if (options.asReleased && !block.ended) {
    reading.repaired("last sentences without a blank line behind them, lost as released", `line ${line}`);
    return undefined;
  }
  if (rows[0].cells.length !== layout.length)
    throw new InputError(
      `${file}: line ${line}: has ${rows[0].cells.length} columns, but ${layout.length} were named; name all`,
    );
  const cells = (kind: Column): string[][] =>
    layout.flatMap((column, at) => (column === kind ? [rows.map((row) => row.cells[at])] : []));
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

function documentOf({ document }: Block, { contexts = "marked" }: ColumnOptions): number | undefined {
  if (contexts === "none") return undefined;
  return contexts === "file" ? (document ?? 0) : document;
}
