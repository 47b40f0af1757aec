import {
  type Data,
  type DataType,
  Dictionary,
  Field,
  Int8,
  Int16,
  Int32,
  List,
  Struct,
  Table,
  tableToIPC,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import { CorpusError, show } from "../base/errors";
import { hasColumns, tableOf } from "./arrow-file";
import { stringsOf as plainStrings } from "./disk/blocks";
import { blocksVersion } from "./disk/write";
import { contentHash, isContentHash, rememberHash } from "./hash";
import { isIntact, openSeal, seal } from "./seal";
import type { Entity, Sentence } from "./types";
import { checkSentence, requireWellFormed } from "./validate";

/** Raised when the columns or their meaning change; files of blocks have the next one. */
const version = "1";

/** First and last bytes of every Arrow IPC file. */
const magic = Buffer.from("ARROW1");

/** In files of blocks strings stand as they are. */
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
 * Stores a split as an Arrow IPC file, one record a sentence: `tokens`, `pos`, `previous` and `next` are lists of
 * dictionary-coded strings, `entities` a list of {start, end, type}, `id` a string. The schema's metadata holds the format's
 * version, the entity types, the content hash and the file's checksum. The same sentences give the same bytes.
 */
export function sentencesToArrow(sentences: readonly Sentence[]): Uint8Array {
  for (const [at, sentence] of sentences.entries())
    requireWellFormed(sentence, { file: "an Arrow file", sentence: at });
  const types = [...new Set(sentences.flatMap(({ entities }) => entities.map(({ type }) => type)))].sort();
  const strings = (id: number, of: (sentence: Sentence) => readonly string[]) => {
    const cells = sentences.map(of);
    return vectorFromArray(cells, listOf(dictionary(id, new Set(cells.flat()).size)));
  };
  const entity = new Struct([
    new Field("start", new Int32(), false),
    new Field("end", new Int32(), false),
    new Field("type", dictionary(4, types.length), false),
  ]);
  const table = new Table({
    tokens: strings(0, ({ tokens }) => tokens),
    pos: strings(1, ({ pos }) => pos),
    previous: strings(2, ({ previous }) => previous),
    next: strings(3, ({ next }) => next),
    entities: vectorFromArray(
      sentences.map(({ entities }) => entities),
      listOf(entity),
    ),
    id: vectorFromArray(
      sentences.map(({ id }) => id),
      new Utf8(),
    ),
  });
  table.schema.metadata.set("version", version);
  table.schema.metadata.set("types", JSON.stringify(types));
  table.schema.metadata.set("hash", contentHash(sentences));
  table.schema.metadata.set("checksum", openSeal);
  return seal(tableToIPC(table, "file"));
}

/** Dictionary-coded strings with the narrowest indices. The id is given, for a counted one would change the bytes. */
function dictionary(id: number, size: number): Dictionary<Utf8, Int8 | Int16 | Int32> {
  const indices = size < 2 ** 7 ? new Int8() : size < 2 ** 15 ? new Int16() : new Int32();
  return new Dictionary(new Utf8(), indices, id);
}

function listOf<Item extends DataType>(item: Item): List<Item> {
  return new List(new Field("item", item, false));
}

/**
 * Reads what {@link sentencesToArrow} wrote, and `writeBlocks`.
 * @param file the file's name, for messages only.
 * @throws CorpusError when the file is cut off, damaged, of another version or no corpus at all.
 */
export function sentencesFromArrow(bytes: Uint8Array, file: string): Sentence[] {
  if (!magic.equals(bytes.subarray(0, magic.length))) {
    throw new CorpusError({ file }, `is no Arrow IPC file; ${remedy}`);
  }
  if (!magic.equals(bytes.subarray(-magic.length))) {
    throw new CorpusError({ file }, `is cut off after ${bytes.length} bytes; ${remedy}`);
  }
  const intact = isIntact(bytes);
  if (intact === undefined) throw new CorpusError({ file }, `is an Arrow file but no PnR corpus; ${remedy}`);
  if (!intact) throw new CorpusError({ file }, `is damaged: it does not have its checksum; ${remedy}`);
  const table = tableOf(bytes);
  if ("problem" in table) throw new CorpusError({ file }, `is damaged: ${table.problem}; ${remedy}`);
  const { metadata } = table.schema;
  if (![version, blocksVersion].includes(metadata.get("version") ?? "")) {
    const found = show(metadata.get("version"));
    throw new CorpusError({ file }, `is a PnR corpus of version ${found}, not ${show(version)}; ${remedy}`);
  }
  const hash = metadata.get("hash") ?? "";
  if (!hasColumns(table, columns) || !isContentHash(hash))
    throw new CorpusError({ file }, `has other columns than a corpus; ${remedy}`);
  const sentences = table.numRows ? sentencesOf(table) : [];
  for (const [index, sentence] of sentences.entries()) checkSentence(sentence, { file, sentence: index });
  rememberHash(sentences, hash);
  return sentences;
}

function sentencesOf(table: Table): Sentence[] {
  const column = (name: string) => table.getChild(name)!;
  const [tokens, pos, previous, next] = ["tokens", "pos", "previous", "next"].map((name) =>
    lists(column(name), stringsOf),
  );
  const entities = lists(column("entities"), entitiesOf);
  const ids = column("id").toArray() as string[];
  return tokens.map((_, at) => ({
    tokens: tokens[at],
    pos: pos[at],
    entities: entities[at],
    previous: previous[at],
    next: next[at],
    id: ids[at],
  }));
}

/** The rows of a list column; reading the child column as a whole is ten times quicker than row by row. */
function lists<Item>(column: Vector, itemsOf: (child: Data) => Item[]): Item[][] {
  return column.data.flatMap((chunk) => {
    const items = itemsOf(chunk.children[0]);
    const offsets = chunk.valueOffsets as Int32Array;
    return Array.from({ length: chunk.length }, (_, row) => items.slice(offsets[row], offsets[row + 1]));
  });
}

function stringsOf(data: Data): string[] {
  const { values, length, dictionary } = data;
  if (!dictionary) return plainStrings(data, 0, length);
  const known = dictionary.toArray() as string[];
  const indices = values as Int32Array;
  const strings = new Array<string>(length);
  for (let at = 0; at < length; at++) strings[at] = known[indices[at]];
  return strings;
}

function entitiesOf({ children: [start, end, type] }: Data): Entity[] {
  const types = stringsOf(type);
  return types.map((_, at) => ({
    start: (start.values as Int32Array)[at],
    end: (end.values as Int32Array)[at],
    type: types[at],
  }));
}
