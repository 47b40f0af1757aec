// Sentences as record batches whose rows can be read one by one: lists of plain strings, without a dictionary that each batch
// would need first.
import {
  type Data,
  type DataType,
  Field,
  Int32,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
  Utf8,
} from "apache-arrow";
import { isWhole } from "../arrow-file";
import { checkArrowBatch } from "../arrow-metadata";
import type { Entity, Sentence } from "../types";

/** Sentences of a block: as many as reading one of them may have to fetch from disk. */
export const blockSize = 256;

const span: Struct = new Struct([
  new Field("start", new Int32(), false),
  new Field("end", new Int32(), false),
  new Field("type", new Utf8(), false),
]);
const listOf = <Item extends DataType>(item: Item): List<Item> => new List(new Field("item", item, false));
const strings = listOf(new Utf8());
const stringColumns = ["tokens", "pos", "previous", "next"] as const;

/** The columns of a block; the metadata may be filled in until the file ends. */
export function blockSchema(metadata: Map<string, string> = new Map()): Schema {
  const fields = stringColumns.map((name) => new Field(name, strings, false));
  return new Schema(
    [...fields, new Field("entities", listOf(span), false), new Field("id", new Utf8(), false)],
    metadata,
  );
}

export function blockOf(sentences: readonly Sentence[], schema: Schema): RecordBatch {
  const columns = stringColumns.map((name) =>
    listData(
      strings,
      sentences.map((sentence) => sentence[name].length),
      stringData(sentences.flatMap((sentence) => sentence[name])),
    ),
  );
  const entities = sentences.flatMap((sentence) => sentence.entities);
  const numbers = (values: number[]): Data<Int32> =>
    makeData({ type: new Int32(), data: Int32Array.from(values) });
  const spans = makeData({
    type: span,
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
    children: [...columns, listData(listOf(span), counts, spans), stringData(sentences.map(({ id }) => id))],
  });
  return new RecordBatch(schema, row);
}

function listData<Item extends DataType>(
  type: List<Item>,
  counts: readonly number[],
  child: Data<Item>,
): Data {
  return makeData({ type, length: counts.length, nullCount: 0, valueOffsets: offsetsOf(counts), child });
}

function stringData(items: readonly string[]): Data<Utf8> {
  const bytes = items.map((item) => Buffer.from(item, "utf8"));
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
  for (const [at, length] of lengths.entries()) offsets[at + 1] = offsets[at] + length;
  return offsets;
}

/** What Arrow's stream format has before its first record batch; the file format has it nowhere. */
const streamStart = (() => {
  const stream = tableToIPC(new Table(blockSchema()), "stream");
  // without the eight bytes that end a stream
  return stream.subarray(0, stream.length - 8);
})();

/** A block of a file, decoded only where it is looked at. */
export class Block {
  private readonly columns: ReadonlyMap<string, Data>;
  /** Sentences. */
  readonly length: number;

  /** @param message a record batch as it lies in the file @throws RangeError, or Arrow's own error, when it is none */
  constructor(message: Uint8Array) {
    checkArrowBatch(message);
    const [batch] = tableFromIPC(Buffer.concat([streamStart, message])).batches;
    if (!isWhole(batch.data)) throw new RangeError("columns that do not fit");
    this.length = batch.numRows;
    this.columns = new Map(batch.schema.fields.map(({ name }, at) => [name, batch.data.children[at]]));
  }

  /** Tokens of each sentence. */
  tokenCounts(): number[] {
    const { valueOffsets } = this.columns.get("tokens")!;
    return Array.from({ length: this.length }, (_, row) => valueOffsets[row + 1] - valueOffsets[row]);
  }

  at(row: number): Sentence {
    const [tokens, pos, previous, next] = stringColumns.map((name) => this.listsOf(name, row, row + 1)[0]);
    return { tokens, pos, entities: this.entities(row), previous, next, id: this.ids(row, row + 1)[0] };
  }

  /** All sentences, in a fraction of the time that one by one would take. */
  all(): Sentence[] {
    const [tokens, pos, previous, next] = stringColumns.map((name) => this.listsOf(name, 0, this.length));
    return this.ids(0, this.length).map((id, row) => ({
      tokens: tokens[row],
      pos: pos[row],
      entities: this.entities(row),
      previous: previous[row],
      next: next[row],
      id,
    }));
  }

  private ids(from: number, to: number): string[] {
    return stringsOf(this.columns.get("id")!, from, to);
  }

  private listsOf(name: string, from: number, to: number): string[][] {
    const { children, valueOffsets } = this.columns.get(name)!;
    const first = valueOffsets[from];
    const items = stringsOf(children[0], first, valueOffsets[to]);
    return Array.from({ length: to - from }, (_, at) =>
      items.slice(valueOffsets[from + at] - first, valueOffsets[from + at + 1] - first),
    );
  }

  private entities(row: number): Entity[] {
    const { children, valueOffsets } = this.columns.get("entities")!;
    const [start, end, type] = children[0].children;
    const from = valueOffsets[row];
    return stringsOf(type, from, valueOffsets[row + 1]).map((name, at) => ({
      start: start.values[from + at],
      end: end.values[from + at],
      type: name,
    }));
  }
}

/** A longer part of a string keeps all of it in memory. */
const copied = 12;

/** Some items of a column of plain strings. */
export function stringsOf({ values, valueOffsets }: Data, from: number, to: number): string[] {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const first = valueOffsets[from];
  const text = bytes.toString("utf8", first, valueOffsets[to]);
  // then a byte is a character
  const plain = text.length === valueOffsets[to] - first;
  const strings = new Array<string>(to - from);
  for (let at = from; at < to; at++) {
    const [start, end] = [valueOffsets[at], valueOffsets[at + 1]];
    strings[at - from] =
      plain && end - start <= copied
        ? text.substring(start - first, end - first)
        : bytes.toString("utf8", start, end);
  }
  return strings;
}
