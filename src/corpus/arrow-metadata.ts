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
  const walk = new Walk(bytes);
  for (const { start, kind } of walk.footer()) walk.message(start, kind);
}

/**
 * @param bytes what a file ends with: its footer and all that follows
 * @param size bytes of the whole file
 * @throws RangeError where the footer points outside of the file, or to more than it has
 */
export function checkArrowFooter(bytes: Uint8Array, size: number): void {
  new Walk(bytes, size).footer();
}

/** @param message a record batch as it lies in a file @throws RangeError where it is none, or points outside of itself */
export function checkArrowBatch(message: Uint8Array): void {
  new Walk(message).message(0, batchHeader);
}

interface Block {
  readonly start: number;
  readonly kind: number;
}

interface List {
  readonly at: number;
  readonly length: number;
}

class Walk {
  private allowance: number;
  private cells = 0;
  /** The piece of the file in which places count now. */
  private view: DataView;

  private readonly whole: DataView;

  /** @param size bytes of the file that `bytes` are of */
  constructor(
    { buffer, byteOffset, byteLength }: Uint8Array,
    private readonly size: number = byteLength,
  ) {
    this.whole = new DataView(buffer, byteOffset, byteLength);
    this.view = this.whole;
    this.allowance = byteLength;
  }

  /** Where the messages begin that the footer lists, and of which kind they must be. */
  footer(): Block[] {
    const end = this.whole.byteLength - magicBytes - offsetBytes;
    const length = this.whole.getInt32(end, true);
    return this.within(end - length, length, () => {
      const footer = this.root();
      this.schema(this.inner(footer, slots.footer.schema));
      return [
        ...this.blocks(footer, slots.footer.dictionaries, dictionaryHeader),
        ...this.blocks(footer, slots.footer.batches, batchHeader),
      ];
    });
  }

  /** Arrow cuts out each part before it reads it, and takes what lies beyond as nothing, not as what comes next in the file. */
  private within<T>(at: number, length: number, walk: () => T): T {
    const { buffer, byteOffset, byteLength } = this.whole;
    if (at < 0 || length < 0 || at + length > byteLength) throw new RangeError("a part outside of the file");
    this.view = new DataView(buffer, byteOffset + at, length);
    return walk();
  }

  private blocks(footer: number, slot: number, kind: number): Block[] {
    const { at, length } = this.list(footer, slot, blockBytes);
    return Array.from({ length }, (_, block) => ({ start: this.count(at + blockBytes * block), kind }));
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

  /** A message begins with its length, before which newer files put four bytes of ones. Texts where rows are to be would be read for ever. */
  message(start: number, wanted: number): void {
    const at = start + (this.whole.getInt32(start, true) === -1 ? 4 : 0);
    this.within(at + offsetBytes, this.whole.getInt32(at, true), () => {
      const message = this.root();
      this.pairs(message, slots.message.metadata);
      const type = this.place(message, slots.message.headerType);
      const kind = type ? this.view.getUint8(type) : 0;
      if (kind !== wanted) throw new RangeError("another part than is wanted");
      const header = this.inner(message, slots.message.header);
      this.batch(kind === batchHeader ? header : this.inner(header, slots.dictionary.data));
    });
  }

  private batch(batch: number): void {
    const nodes = this.list(batch, slots.batch.nodes, regionBytes);
    const rows = this.place(batch, slots.batch.length);
    // columns that are shorter are filled up, at least a bit for each row
    if (rows) this.cells += this.count(rows) * nodes.length;
    if (this.cells > 8 * this.size) throw new RangeError("more rows than the file has");
    this.list(batch, slots.batch.variadic, 8);
    const { at, length } = this.list(batch, slots.batch.buffers, regionBytes);
    for (let region = 0; region < length; region++) this.spend(this.count(at + regionBytes * region + 8));
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

  private root(): number {
    return this.view.getUint32(0, true);
  }

  /** Where a table's slot lies; 0 where it is left at its default. */
  private place(table: number, slot: number): number {
    const slotsAt = table - this.view.getInt32(table, true);
    const at = 4 + 2 * slot;
    const offset = at < this.view.getInt16(slotsAt, true) ? this.view.getInt16(slotsAt + at, true) : 0;
    return offset && table + offset;
  }

  /** A place in the file, or a number of its bytes. */
  private count(at: number): number {
    const value = Number(this.view.getBigInt64(at, true));
    if (value < 0 || value > this.size) throw new RangeError("a place outside of the file");
    return value;
  }

  private spend(bytes: number): void {
    this.allowance -= bytes;
    if (this.allowance < 0) throw new RangeError("more than the file has");
  }
}
