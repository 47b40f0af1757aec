// Sentences as record batches with random access to rows: lists of plain strings, because a dictionary would have to be read before
// each batch.
import type { Data, DataType, Int32, List, RecordBatch, Schema, Struct, Utf8 } from "apache-arrow";
import { arrow, isComplete } from "../arrow-file";
import { checkArrowBatch } from "../arrow-metadata";
import type { Entity, Sentence } from "../types";

/** Sentences per block. Reading one sentence fetches its whole block from disk. */
export const blockSize = 256;

export function listOf<Item extends DataType>(item: Item): List<Item> {
  const { Field, List } = arrow();
  return new List(new Field("item", item, false));
}

const stringColumns = ["tokens", "pos", "previous", "next"] as const;

/** The columns of a block. Metadata may be added until the file ends. */
export function blockSchema(metadata: Map<string, string> = new Map()): Schema {
  const { Field, Int32, Schema, Struct, Utf8 } = arrow();
  const fields = stringColumns.map((name) => new Field(name, listOf(new Utf8()), false));
  const span: Struct = new Struct([
    new Field("start", new Int32(), false),
    new Field("end", new Int32(), false),
    new Field("type", new Utf8(), false),
  ]);
  return new Schema(
    [...fields, new Field("entities", listOf(span), false), new Field("id", new Utf8(), false)],
    metadata,
  );
}

export function blockOf(sentences: readonly Sentence[], schema: Schema): RecordBatch {
  const { Int32, makeData, RecordBatch, Struct } = arrow();
  const typeOf = (column: string): List => schema.fields.find(({ name }) => name === column)!.type as List;
  const columns = stringColumns.map((name) =>
    listData(
      typeOf(name),
      sentences.map((sentence) => sentence[name].length),
      stringData(sentences.flatMap((sentence) => sentence[name])),
    ),
  );
  const entities = sentences.flatMap((sentence) => sentence.entities);
  const numbers = (values: number[]): Data<Int32> =>
    makeData({ type: new Int32(), data: Int32Array.from(values) });
  const spans = makeData({
    type: typeOf("entities").valueType,
    length: entities.length,
    nullCount: 0,
    children: [
      numbers(entities.map(({ start }) => start)),
      numbers(entities.map(({ end }) => end)),
      stringData(entities.map(({ type }) => type)),
    ],
  });
  const counts = sentences.map((sentence) => sentence.entities.length);
  const row = makeData({
    type: new Struct(schema.fields),
    length: sentences.length,
    nullCount: 0,
    children: [
      ...columns,
      listData(typeOf("entities"), counts, spans),
      stringData(sentences.map(({ id }) => id)),
    ],
  });
  return new RecordBatch(schema, row);
}

function listData<Item extends DataType>(
  type: List<Item>,
  counts: readonly number[],
  child: Data<Item>,
): Data {
  const valueOffsets = offsetsOf(counts);
  return arrow().makeData({ type, length: counts.length, nullCount: 0, valueOffsets, child });
}

function stringData(items: readonly string[]): Data<Utf8> {
  const bytes = items.map((item) => Buffer.from(item, "utf8"));
  const { makeData, Utf8 } = arrow();
  return makeData({
    type: new Utf8(),
    length: items.length,
    nullCount: 0,
    valueOffsets: offsetsOf(bytes.map(({ length }) => length)),
    data: Buffer.concat(bytes),
  });
}

function offsetsOf(lengths: readonly number[]): Int32Array {
  const offsets = new Int32Array(lengths.length + 1);
  for (const [row, length] of lengths.entries()) offsets[row + 1] = offsets[row] + length;
  return offsets;
}

/** The start of Arrow's stream format, up to the first record batch, which files lack. */
let streamStart: Uint8Array | undefined;

function encodeStreamStart(): Uint8Array {
  const { Table, tableToIPC } = arrow();
  const stream = tableToIPC(new Table(blockSchema()), "stream");
  // the last eight bytes end a stream
  return stream.subarray(0, stream.length - 8);
}

export class Block {
  private readonly batch: RecordBatch;

  /** @param message a record batch in the file @throws RangeError or Arrow's error if it is invalid */
  constructor(message: Uint8Array) {
    checkArrowBatch(message);
    streamStart ??= encodeStreamStart();
    [this.batch] = arrow().tableFromIPC(Buffer.concat([streamStart, message])).batches;
    if (!isComplete(this.batch.data)) throw new RangeError("columns that do not fit");
  }

  /** Number of tokens of each sentence. */
  tokenCounts(): number[] {
    const { valueOffsets } = columnOf(this.batch, "tokens");
    return Array.from({ length: this.batch.numRows }, (_, row) => valueOffsets[row + 1] - valueOffsets[row]);
  }

  at(row: number): Sentence {
    return sentencesIn(this.batch, row, row + 1)[0];
  }

  /** All sentences, much faster than one by one. */
  all(): Sentence[] {
    return sentencesIn(this.batch, 0, this.batch.numRows);
  }
}

/** The sentences in rows `from … to - 1` of a record batch, with plain or dictionary-coded strings. */
export function sentencesIn(batch: RecordBatch, from: number, to: number): Sentence[] {
  // a batch without rows may lack columns
  if (from === to) return [];
  const [tokens, pos, previous, next] = stringColumns.map((name) =>
    listsIn(columnOf(batch, name), from, to, stringsIn),
  );
  const entities = listsIn(columnOf(batch, "entities"), from, to, entitiesIn);
  return stringsIn(columnOf(batch, "id"), from, to).map((id, row) => ({
    tokens: tokens[row],
    pos: pos[row],
    entities: entities[row],
    previous: previous[row],
    next: next[row],
    id,
  }));
}

function columnOf({ data, schema }: RecordBatch, name: string): Data {
  return data.children[schema.fields.findIndex((field) => field.name === name)];
}

/** Rows of a list column. Decoding the child column at once is ten times faster than row by row. */
function listsIn<Item>(
  { children, valueOffsets }: Data,
  from: number,
  to: number,
  itemsIn: (data: Data, from: number, to: number) => Item[],
): Item[][] {
  const first = valueOffsets[from];
  const items = itemsIn(children[0], first, valueOffsets[to]);
  return Array.from({ length: to - from }, (_, row) =>
    items.slice(valueOffsets[from + row] - first, valueOffsets[from + row + 1] - first),
  );
}

function entitiesIn({ children: [start, end, type] }: Data, from: number, to: number): Entity[] {
  return stringsIn(type, from, to).map((name, index) => ({
    start: start.values[from + index],
    end: end.values[from + index],
    type: name,
  }));
}

function stringsIn(data: Data, from: number, to: number): string[] {
  if (!data.dictionary) return plainStrings(data, from, to);
  const items = data.dictionary.toArray() as string[];
  return Array.from((data.values as Int32Array).subarray(from, to), (index) => items[index]);
}

/** V8 copies shorter substrings; longer ones keep the whole string in memory. */
const longestCopied = 12;

function plainStrings({ values, valueOffsets }: Data, from: number, to: number): string[] {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const first = valueOffsets[from];
  const text = bytes.toString("utf8", first, valueOffsets[to]);
  // each byte is a character
  const isAscii = text.length === valueOffsets[to] - first;
  const strings = new Array<string>(to - from);
  for (let row = from; row < to; row++) {
    const [start, end] = [valueOffsets[row], valueOffsets[row + 1]];
    strings[row - from] =
      isAscii && end - start <= longestCopied
        ? text.substring(start - first, end - first)
        : bytes.toString("utf8", start, end);
  }
  return strings;
}
