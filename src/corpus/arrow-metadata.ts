// Arrow's metadata is in FlatBuffers, which say how many entries a list has and where they lie. Its reader believes that: a
// changed number makes it count to billions, and a list that many point to is read for each of them. So all of it is gone
// through first, on an allowance of as many bytes as there are: in a sound file nothing is used twice.

/** Slots of the tables, by https://github.com/apache/arrow/tree/main/format (Message.fbs, Schema.fbs, File.fbs). */
const slots = {
  footer: { schema: 1, dictionaries: 2, batches: 3 },
  schema: { fields: 1, metadata: 2 },
  field: { name: 0, type: 2, children: 5, metadata: 6 },
  message: { headerType: 1, header: 2, metadata: 4 },
  dictionary: { data: 1 },
  batch: { length: 0, nodes: 1, buffers: 2, variadic: 4 },
  pair: { key: 0, value: 1 },
} as const;

const [blockBytes, regionBytes, offsetBytes, tableBytes] = [24, 16, 4, 4];
const [dictionaryHeader, batchHeader] = [2, 3];
/** The only type whose own description holds a list; no file of ours has one. */
const unionType = 14;
const magicBytes = 6;

/** @throws RangeError where the metadata of an Arrow IPC file points outside of it, or to more than it has */
export function checkArrowMetadata(bytes: Uint8Array): void {
  new Walk(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)).file();
}

interface List {
  readonly at: number;
  readonly length: number;
}

class Walk {
  private allowance: number;
  private cells = 0;

  constructor(private readonly view: DataView) {
    this.allowance = view.byteLength;
  }

  file(): void {
    const end = this.view.byteLength - magicBytes - offsetBytes;
    const footer = this.root(end - this.view.getInt32(end, true));
    this.schema(this.inner(footer, slots.footer.schema));
    this.messages(footer, slots.footer.dictionaries, dictionaryHeader);
    this.messages(footer, slots.footer.batches, batchHeader);
  }

  /** Texts where rows are to be would be read for ever. */
  private messages(footer: number, slot: number, kind: number): void {
    const { at, length } = this.list(footer, slot, blockBytes);
    for (let block = 0; block < length; block++) this.message(this.whole(at + blockBytes * block), kind);
  }

  private schema(schema: number): void {
    this.pairs(schema, slots.schema.metadata);
    for (const field of this.tables(schema, slots.schema.fields)) this.field(field);
  }

  private field(field: number): void {
    const type = this.place(field, slots.field.type);
    if (type && this.view.getUint8(type) === unionType) throw new RangeError("a union");
    this.text(field, slots.field.name);
    this.pairs(field, slots.field.metadata);
    for (const child of this.tables(field, slots.field.children)) this.field(child);
  }

  /** A message begins with its length, before which newer files put four bytes of ones. */
  private message(start: number, wanted: number): void {
    const message = this.root(start + (this.view.getInt32(start, true) === -1 ? 8 : 4));
    this.pairs(message, slots.message.metadata);
    const type = this.place(message, slots.message.headerType);
    const kind = type ? this.view.getUint8(type) : 0;
    if (kind !== wanted) throw new RangeError("another part than is wanted");
    const header = this.inner(message, slots.message.header);
    this.batch(kind === batchHeader ? header : this.inner(header, slots.dictionary.data));
  }

  private batch(batch: number): void {
    const nodes = this.list(batch, slots.batch.nodes, regionBytes);
    const rows = this.place(batch, slots.batch.length);
    // columns that are shorter are filled up, at least a bit for each row
    if (rows) this.cells += this.whole(rows) * nodes.length;
    if (this.cells > 8 * this.view.byteLength) throw new RangeError("more rows than the file has");
    this.list(batch, slots.batch.variadic, 8);
    const { at, length } = this.list(batch, slots.batch.buffers, regionBytes);
    for (let region = 0; region < length; region++) this.spend(this.whole(at + regionBytes * region + 8));
  }

  private pairs(table: number, slot: number): void {
    for (const pair of this.tables(table, slot))
      for (const part of Object.values(slots.pair)) this.text(pair, part);
  }

  private text(table: number, slot: number): void {
    this.list(table, slot, 1);
  }

  private *tables(table: number, slot: number): Generator<number> {
    const { at, length } = this.list(table, slot, offsetBytes);
    for (let entry = 0; entry < length; entry++) {
      this.spend(tableBytes);
      const place = at + offsetBytes * entry;
      yield place + this.view.getUint32(place, true);
    }
  }

  /** A list's first entry and how many it has; they are paid for. */
  private list(table: number, slot: number, size: number): List {
    const place = this.place(table, slot);
    if (!place) return { at: 0, length: 0 };
    const start = place + this.view.getUint32(place, true);
    const length = this.view.getUint32(start, true);
    this.spend(length * size);
    return { at: start + offsetBytes, length };
  }

  private inner(table: number, slot: number): number {
    const place = this.place(table, slot);
    if (!place) throw new RangeError("a part is missing");
    this.spend(tableBytes);
    return place + this.view.getUint32(place, true);
  }

  private root(at: number): number {
    return at + this.view.getUint32(at, true);
  }

  /** Where a table's slot lies; 0 where it is left at its default. */
  private place(table: number, slot: number): number {
    const slotsAt = table - this.view.getInt32(table, true);
    const at = 4 + 2 * slot;
    const offset = at < this.view.getUint16(slotsAt, true) ? this.view.getUint16(slotsAt + at, true) : 0;
    return offset && table + offset;
  }

  private whole(at: number): number {
    const value = Number(this.view.getBigInt64(at, true));
    if (value < 0 || value > this.view.byteLength) throw new RangeError("a place outside of the file");
    return value;
  }

  private spend(bytes: number): void {
    this.allowance -= bytes;
    if (this.allowance < 0) throw new RangeError("more than the file has");
  }
}
