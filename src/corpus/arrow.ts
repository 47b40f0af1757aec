import type { Dictionary, Int8, Int16, Int32, Utf8 } from "apache-arrow";
import { CorpusError, show } from "../base/errors";
import { arrow, encodeTable, hasColumns, parseArrowTable } from "./arrow-file";
import { isIntact } from "./checksum";
import { listOf, sentencesIn } from "./disk/blocks";
import { blocksVersion } from "./disk/write-blocks";
import { contentHash, isContentHash, rememberHash } from "./hash";
import type { Sentence } from "./types";
import { assertWellFormed, checkSentence } from "./validate";

/** Increased when the columns or their meaning change. Files of blocks have version 2. */
const version = "1";

/** First and last bytes of every Arrow IPC file. */
const magic = Buffer.from("ARROW1");

/** Strings are plain in files of blocks and dictionary-coded in others. */
const string = "(?:Utf8|Dictionary<Int(?:8|16|32), Utf8>)";
const strings = new RegExp(`^List<${string}>$`);
const columns: Readonly<Record<string, RegExp>> = {
  tokens: strings,
  pos: strings,
  previous: strings,
  next: strings,
  entities: new RegExp(`^List<Struct<\\{start:Int32, end:Int32, type:${string}\\}>>$`),
  id: /^Utf8$/,
};

const remedy = "get the file again, or use the corpus as JSON";

/**
 * Encodes a split as an Arrow IPC file with one record per sentence: `tokens`, `pos`, `previous` and `next` are lists of
 * dictionary-coded strings, `entities` is a list of {start, end, type}, `id` a string. The metadata holds the format's version, the
 * entity types, the content hash and the checksum. The same sentences give the same bytes.
 */
export function sentencesToArrow(sentences: readonly Sentence[]): Uint8Array {
  for (const [index, sentence] of sentences.entries())
    assertWellFormed(sentence, { file: "an Arrow file", sentence: index });
  const { Field, Int32, Struct, Table, Utf8, vectorFromArray } = arrow();
  const types = [...new Set(sentences.flatMap(({ entities }) => entities.map(({ type }) => type)))].sort();
  const lists = (id: number, key: "tokens" | "pos" | "previous" | "next") => {
    const cells = sentences.map((sentence) => sentence[key]);
    return vectorFromArray(cells, listOf(dictionary(id, new Set(cells.flat()).size)));
  };
  const entity = new Struct([
    new Field("start", new Int32(), false),
    new Field("end", new Int32(), false),
    new Field("type", dictionary(4, types.length), false),
  ]);
  const table = new Table({
    tokens: lists(0, "tokens"),
    pos: lists(1, "pos"),
    previous: lists(2, "previous"),
    next: lists(3, "next"),
    entities: vectorFromArray(
      sentences.map(({ entities }) => entities),
      listOf(entity),
    ),
    id: vectorFromArray(
      sentences.map(({ id }) => id),
      new Utf8(),
    ),
  });
  return encodeTable(table, { version, types: JSON.stringify(types), hash: contentHash(sentences) });
}

/** Dictionary-coded strings with the narrowest indices. Arrow would otherwise count ids, which would change the bytes. */
function dictionary(id: number, size: number): Dictionary<Utf8, Int8 | Int16 | Int32> {
  const { Dictionary, Int8, Int16, Int32, Utf8 } = arrow();
  const indices = size < 2 ** 7 ? new Int8() : size < 2 ** 15 ? new Int16() : new Int32();
  return new Dictionary(new Utf8(), indices, id);
}

/**
 * Reads files of {@link sentencesToArrow} and `writeBlocks`.
 * @param file for messages
 * @throws CorpusError if the file is truncated, damaged, of another version, or not a corpus
 */
export function sentencesFromArrow(bytes: Uint8Array, file: string): Sentence[] {
  if (!magic.equals(bytes.subarray(0, magic.length))) {
    throw new CorpusError({ file }, `is not an Arrow IPC file; ${remedy}`);
  }
  if (!magic.equals(bytes.subarray(-magic.length))) {
    throw new CorpusError({ file }, `is truncated after ${bytes.length} bytes; ${remedy}`);
  }
  const intact = isIntact(bytes);
  if (intact === undefined)
    throw new CorpusError({ file }, `is an Arrow file, but not a PnR corpus; ${remedy}`);
  if (!intact) throw new CorpusError({ file }, `is damaged: it does not match its checksum; ${remedy}`);
  const table = parseArrowTable(bytes);
  if ("problem" in table) throw new CorpusError({ file }, `is damaged: ${table.problem}; ${remedy}`);
  const { metadata } = table.schema;
  if (![version, blocksVersion].includes(metadata.get("version") ?? "")) {
    const actual = show(metadata.get("version"));
    throw new CorpusError({ file }, `is a PnR corpus of version ${actual}, not ${show(version)}; ${remedy}`);
  }
  const hash = metadata.get("hash") ?? "";
  if (!hasColumns(table, columns) || !isContentHash(hash))
    throw new CorpusError({ file }, `does not have the columns of a corpus; ${remedy}`);
  const sentences = table.batches.flatMap((batch) => sentencesIn(batch, 0, batch.numRows));
  for (const [index, sentence] of sentences.entries()) checkSentence(sentence, { file, sentence: index });
  rememberHash(sentences, hash);
  return sentences;
}
