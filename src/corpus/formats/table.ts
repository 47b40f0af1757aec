import { CorpusError, show } from "../../base/errors";
import type { Line } from "../../base/streams";
import type { Sentence } from "../types";
import { type RowOptions, sentencesOf } from "./columns";
import { withContexts } from "./contexts";
import type { CommonReadOptions, Format } from "./format";
import { type Column, spellingWithin } from "./layout";
import type { Reading } from "./reading";
import { type Block, longestLine, type Row } from "./rows";
import type { Source } from "./source";
import { type TagOptions, tagOptions } from "./spelling";

/** A spreadsheet's rows: comma-, semicolon- or tab-separated, with names of the columns in the first line. */
export const table: Format<TagOptions> = {
  name: "table",
  holds: "a CSV or TSV file with a header, such as `Sentence #,Word,POS,Tag`: a token a row",
  sign: "names of columns in the first line, a word or token and a tag or label among them",
  endings: [".csv", ".tsv"],
  options: tagOptions,
  recognize: ({ head }) => headerOf(head.split("\n", 1)[0]) !== undefined,
  read: readTable,
};

/** Names of columns. Columns with other names are not read. */
const names: Readonly<Record<"token" | "tag" | "pos" | "sentence" | "document", readonly string[]>> = {
  token: ["word", "words", "token", "tokens", "form"],
  tag: ["tag", "tags", "label", "labels", "ner", "ner_tag", "ner_tags", "iob", "bio", "entity"],
  pos: ["pos", "pos_tag", "pos_tags", "upos", "xpos"],
  sentence: ["sentence", "sentence_id", "sentence_no", "sentence_number", "sent", "sent_id", "sentence_idx"],
  document: ["document", "document_id", "doc", "doc_id"],
};

interface Header {
  readonly separator: string;
  readonly columns: readonly Column[];
  /** Where the number of a row's sentence stands, and of its document. */
  readonly sentence: number;
  readonly document: number;
}

/** @returns undefined for a line that does not name one column of tokens and one of tags */
function headerOf(line: string): Header | undefined {
  for (const separator of [",", "\t", ";"]) {
    const cells = cellsOf(line.replace(/^\ufeff|\r$/g, ""), separator)?.map((name) =>
      name
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "_")
        .replace(/^_|_$/g, ""),
    );
    if (cells === undefined || cells.length < 2) continue;
    const places = (kind: keyof typeof names): number[] =>
      cells.flatMap((name, at) => (names[kind].includes(name) ? [at] : []));
    const [tokens, tags] = [places("token"), places("tag")];
    if (tokens.length !== 1 || tags.length !== 1) continue;
    const [pos = -1] = places("pos");
    return {
      separator,
      columns: cells.map((_, at) =>
        at === tokens[0] ? "token" : at === tags[0] ? "tag" : at === pos ? "pos" : "-",
      ),
      sentence: places("sentence")[0] ?? -1,
      document: places("document")[0] ?? -1,
    };
  }
  return undefined;
}

/**
 * The cells of a line. Commas and semicolons may stand in quotes, doubled quotes stand for one; between tabs a lone quote is a
 * token.
 * @returns undefined where a quote is still open
 */
function cellsOf(line: string, separator: string): string[] | undefined {
  const unquoted = (cell: string): string =>
    /^"(?:[^"]|"")*"$/.test(cell) ? cell.slice(1, -1).replaceAll('""', '"') : cell;
  if (separator === "\t") return line.split("\t").map(unquoted);
  const cells: string[] = [];
  for (let start = 0; start <= line.length; ) {
    let end = start;
    if (line[start] === '"') {
      end++;
      while (end < line.length && (line[end] !== '"' || line[end + 1] === '"'))
        end += line[end] === '"' ? 2 : 1;
      if (end >= line.length) return undefined;
    }
    const next = line.indexOf(separator, end);
    cells.push(unquoted(line.slice(start, next < 0 ? line.length : next)));
    if (next < 0) break;
    start = next + 1;
  }
  return cells;
}

/** Rows that are looked at to see how tags are spelled. */
const examined = 1000;

function readTable(
  source: Source,
  options: TagOptions & CommonReadOptions,
  reading: Reading,
): AsyncGenerator<Sentence> {
  return withContexts(placedSentences(source, options, reading));
}

async function* placedSentences(source: Source, options: TagOptions & CommonReadOptions, reading: Reading) {
  const { file } = source;
  const lines = source.lines();
  const first = await lines.next();
  if (first.done) return;
  const header = headerOf(first.value.text);
  if (!header)
    throw new CorpusError(
      { file, line: 1 },
      `does not name one column of tokens (word, token) and one of tags (tag, label): ${show(first.value.text)}; read files without a header with --from conll`,
    );
  const { columns } = header;
  reading.states(`columns are ${columns.join(", ")}, as the header names them`);
  const blocks = blocksOf(lines, file, header, reading);
  const head: Block[] = [];
  for (let rows = 0; rows < examined; ) {
    const next = await blocks.next();
    if (next.done) break;
    head.push(next.value);
    rows += next.value.rows.length;
  }
  const spelling = spellingWithin(
    head.map(({ rows }) => rows),
    columns,
    options.tags,
  );
  async function* all(): AsyncGenerator<Block> {
    yield* head;
    yield* blocks;
  }
  const contexts: RowOptions = { ...options, contexts: header.document < 0 ? "none" : "marked" };
  yield* sentencesOf(all(), { columns, spelling }, file, contexts, reading);
}

/** The sentences of a table: a new number in the column of sentences begins one, as does a blank line. */
async function* blocksOf(
  lines: AsyncIterable<Line>,
  file: string,
  { separator, columns, sentence, document }: Header,
  reading: Reading,
): AsyncGenerator<Block> {
  let rows: Row[] = [];
  let number = "";
  let name: string | undefined;
  let documents = 0;
  let open = "";
  let faulty = false;
  const finished = (): Block[] => {
    const block = { rows, document: document < 0 ? undefined : documents, ended: true };
    const sound = rows.length > 0 && !faulty;
    rows = [];
    faulty = false;
    return sound ? [block] : [];
  };
  const refuse = (line: number, problem: string): void => {
    faulty = true;
    reading.fault(new CorpusError({ file, line }, problem));
  };
  for await (const { number: line, text } of lines) {
    const whole = open + text.replace(/\r$/, "");
    open = "";
    if (whole.trim() === "") {
      yield* finished();
      continue;
    }
    const cells = cellsOf(whole, separator);
    if (!cells) {
      if (whole.length > longestLine) refuse(line, "has a quote that is still open after 64 KiB; close it");
      else open = `${whole}\n`;
      continue;
    }
    if (cells.length !== columns.length) {
      refuse(
        line,
        `has ${cells.length} columns where the header has ${columns.length}: ${show(whole)}; give it as many`,
      );
      continue;
    }
    const begins = cells[sentence] ?? "";
    const other = cells[document];
    if ((begins !== "" && begins !== number) || (other !== undefined && other !== "" && other !== name)) {
      yield* finished();
      if (begins !== "") number = begins;
    }
    if (other !== undefined && other !== "" && other !== name) {
      name = other;
      documents++;
    }
    if (cells[columns.indexOf("token")] === "") refuse(line, "has no token; give one, or take the line out");
    else rows.push({ line, cells });
  }
  if (open !== "") reading.fault(new CorpusError({ file }, "ends inside a quote; close it"));
  yield* finished();
}
