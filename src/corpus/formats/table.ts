import { CorpusError, show } from "../../base/errors";
import { type Line, readAhead } from "../../base/streams";
import { type Column, spellingWithin } from "./column-layout";
import { longestLine, type Row, type SentenceRows } from "./column-rows";
import { decodeRows, type RowOptions } from "./columns";
import { type DocumentSentence, withContexts } from "./document-sentences";
import type { CommonReadOptions, Format } from "./format";
import type { Reading } from "./reading";
import type { Source } from "./source";
import { type TagOptions, tagOptions } from "./tag-spelling";

/** A spreadsheet: rows separated by commas, semicolons or tabs, with a header. */
export const table: Format<TagOptions> = {
  name: "table",
  holds: "a CSV or TSV file with a header, such as `Sentence #,Word,POS,Tag`: one token per row",
  sign: "names of columns in the first line, including a word or token and a tag or label",
  endings: [".csv", ".tsv"],
  options: tagOptions,
  recognize: ({ head }) => parseHeader(head.split("\n", 1)[0]) !== undefined,
  read: (source, options, reading) => withContexts(tableSentences(source, options, reading)),
};

/** Names of columns. Columns with other names are ignored. */
const columnNames: Readonly<Record<"token" | "tag" | "pos" | "sentence" | "document", readonly string[]>> = {
  token: ["word", "words", "token", "tokens", "form"],
  tag: ["tag", "tags", "label", "labels", "ner", "ner_tag", "ner_tags", "iob", "bio", "entity"],
  pos: ["pos", "pos_tag", "pos_tags", "upos", "xpos"],
  sentence: ["sentence", "sentence_id", "sentence_no", "sentence_number", "sent", "sent_id", "sentence_idx"],
  document: ["document", "document_id", "doc", "doc_id"],
};

interface Header {
  readonly separator: string;
  readonly columns: readonly Column[];
  /** Columns of the number of a row's sentence and document; -1 if missing. */
  readonly sentence: number;
  readonly document: number;
}

/** @returns undefined for a line that does not name exactly one column of tokens and one of tags */
function parseHeader(line: string): Header | undefined {
  for (const separator of [",", "\t", ";"]) {
    const cells = splitCells(line.replace(/^\ufeff|\r$/g, ""), separator) ?? [];
    const header = cells.length < 2 ? undefined : headerOf(cells.map(plainName), separator);
    if (header) return header;
  }
  return undefined;
}

/** "Sentence #" → "sentence" */
function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
}

function headerOf(names: readonly string[], separator: string): Header | undefined {
  const columnsOf = (kind: keyof typeof columnNames): number[] =>
    names.flatMap((name, column) => (columnNames[kind].includes(name) ? [column] : []));
  const [tokens, tags] = [columnsOf("token"), columnsOf("tag")];
  if (tokens.length !== 1 || tags.length !== 1) return undefined;
  const columns: Column[] = names.map(() => "-");
  const [pos] = columnsOf("pos");
  if (pos !== undefined) columns[pos] = "pos";
  columns[tags[0]] = "tag";
  columns[tokens[0]] = "token";
  return {
    separator,
    columns,
    sentence: columnsOf("sentence")[0] ?? -1,
    document: columnsOf("document")[0] ?? -1,
  };
}

/**
 * The cells of a line. A quoted cell may contain commas, semicolons and doubled quotes. Between tabs, a single quote is a token.
 * @returns undefined if a quote is still open
 */
function splitCells(line: string, separator: string): string[] | undefined {
  const unquote = (cell: string): string =>
    /^"(?:[^"]|"")*"$/.test(cell) ? cell.slice(1, -1).replaceAll('""', '"') : cell;
  if (separator === "\t") return line.split("\t").map(unquote);
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
    cells.push(unquote(line.slice(start, next < 0 ? line.length : next)));
    if (next < 0) break;
    start = next + 1;
  }
  return cells;
}

/** Number of rows that determine the spelling of tags. */
const headRows = 1000;

async function* tableSentences(
  source: Source,
  options: TagOptions & CommonReadOptions,
  reading: Reading,
): AsyncGenerator<DocumentSentence> {
  const { file } = source;
  const lines = source.lines();
  const first = await lines.next();
  if (first.done) return;
  const header = parseHeader(first.value.text);
  if (!header)
    throw new CorpusError(
      { file, line: 1 },
      `does not name one column of tokens (word, token) and one of tags (tag, label): ${show(first.value.text)}; read files without a header with --from conll`,
    );
  const { columns } = header;
  reading.addFact(`columns are ${columns.join(", ")}, as the header names them`);
  const sentences = tableRows(lines, file, header, reading);
  const { head, all } = await readAhead(sentences, headRows, ({ rows }) => rows.length);
  const spelling = spellingWithin(
    head.map(({ rows }) => rows),
    columns,
    options.tags,
  );
  const rowOptions: RowOptions = { ...options, contexts: header.document < 0 ? "none" : "marked" };
  yield* decodeRows(all, { columns, spelling }, file, rowOptions, reading);
}

/** The sentences of a table. A new sentence number, a new document or a blank line begins one. */
async function* tableRows(
  lines: AsyncIterable<Line>,
  file: string,
  { separator, columns, sentence, document }: Header,
  reading: Reading,
): AsyncGenerator<SentenceRows> {
  let rows: Row[] = [];
  let sentenceNumber = "";
  let documentName: string | undefined;
  let documents = 0;
  /** Previous lines of a cell with line breaks. */
  let open = "";
  let isFaulty = false;
  const finish = (): SentenceRows[] => {
    const isValid = rows.length > 0 && !isFaulty;
    const finished = { rows, document: document < 0 ? undefined : documents, ended: true };
    rows = [];
    isFaulty = false;
    return isValid ? [finished] : [];
  };
  const refuse = (line: number, problem: string): void => {
    isFaulty = true;
    reading.addFault(new CorpusError({ file, line }, problem));
  };
  for await (const { number: line, text } of lines) {
    const row = open + text.replace(/\r$/, "");
    open = "";
    if (row.trim() === "") {
      yield* finish();
      continue;
    }
    const cells = splitCells(row, separator);
    if (!cells) {
      if (row.length > longestLine) refuse(line, "has a quote that is still open after 64 KiB; close it");
      else open = `${row}\n`;
      continue;
    }
    if (cells.length !== columns.length) {
      refuse(
        line,
        `has ${cells.length} columns where the header has ${columns.length}: ${show(row)}; add or remove columns`,
      );
      continue;
    }
    // rows may leave these cells empty
    const number = cells[sentence] || sentenceNumber;
    const name = cells[document] || documentName;
    if (number !== sentenceNumber || name !== documentName) yield* finish();
    if (name !== documentName) documents++;
    sentenceNumber = number;
    documentName = name;
    if (cells[columns.indexOf("token")] === "") refuse(line, "has no token; add one, or remove the line");
    else rows.push({ line, cells });
  }
  if (open !== "") reading.addFault(new CorpusError({ file }, "ends inside a quote; close it"));
  yield* finish();
}
