// Arrow stores metadata as FlatBuffers, which give the length and offset of each list. Arrow's reader trusts them: a changed number
// makes it count to billions, and lists that share content are read once per reference. So this checker walks the metadata first,
// with a budget of as many bytes as the file has. A valid file uses no byte twice.

/** Slots of the tables in https://github.com/apache/arrow/tree/main/format (Message.fbs, Schema.fbs, File.fbs). */
const slots = {
  footer: { schema: 1, dictionaries: 2, batches: 3 },
  schema: { fields: 1, metadata: 2 },
  field: { name: 0, type: 2, children: 5, metadata: 6 },
  message: { headerType: 1, header: 2, metadata: 4 },
  dictionary: { data: 1 },
  batch: { length: 0, nodes: 1, buffers: 2, variadic: 4 },
  pair: { key: 0, value: 1 },
} as const;

const [blockBytes, bufferBytes, offsetBytes, tableBytes] = [24, 16, 4, 4];
const [dictionaryHeader, batchHeader] = [2, 3];
/** The only type whose description holds a list. We do not write it. */
const unionType = 14;
const magicBytes = 6;

/** @throws RangeError if the metadata of an Arrow IPC file points outside the file or exceeds its size */
export function checkArrowMetadata(bytes: Uint8Array): void {
  const checker = new MetadataChecker(bytes);
  for (const { start, headerType } of checker.footer()) checker.message(start, headerType);
}

/**
 * @param bytes the end of a file, from its footer on
 * @param size bytes of the whole file
 * @throws RangeError if the footer points outside the file or exceeds its size
 */
export function checkArrowFooter(bytes: Uint8Array, size: number): void {
  new MetadataChecker(bytes, size).footer();
}

/** @throws RangeError if a message is not a record batch or points outside itself */
export function checkArrowBatch(message: Uint8Array): void {
  new MetadataChecker(message).message(0, batchHeader);
}

/** The start of a message, and the header type it must have. */
interface Block {
  readonly start: number;
  readonly headerType: number;
}

interface List {
  readonly start: number;
  readonly length: number;
}

class MetadataChecker {
  private budget: number;
  private cells = 0;
  /** The part of the file that offsets are relative to. */
  private view: DataView;
  private readonly whole: DataView;

  /** @param size bytes of the whole file */
  constructor(
    { buffer, byteOffset, byteLength }: Uint8Array,
    private readonly size: number = byteLength,
  ) {
    this.whole = new DataView(buffer, byteOffset, byteLength);
    this.view = this.whole;
    this.budget = byteLength;
  }

  /** The messages that the footer lists. */
  footer(): Block[] {
    const end = this.whole.byteLength - magicBytes - offsetBytes;
    const length = this.whole.getInt32(end, true);
    return this.within(end - length, length, () => {
      const footer = this.root();
      this.schema(this.table(footer, slots.footer.schema));
      return [
        ...this.blocks(footer, slots.footer.dictionaries, dictionaryHeader),
        ...this.blocks(footer, slots.footer.batches, batchHeader),
      ];
    });
  }

  /** Like Arrow, restricts the view to one part of the file: offsets beyond it do not reach the next part. */
  private within<T>(start: number, length: number, check: () => T): T {
    const { buffer, byteOffset, byteLength } = this.whole;
    if (start < 0 || length < 0 || start + length > byteLength)
      throw new RangeError("a part outside the file");
    this.view = new DataView(buffer, byteOffset + start, length);
    return check();
  }

  private blocks(footer: number, slot: number, headerType: number): Block[] {
    const { start, length } = this.list(footer, slot, blockBytes);
    return Array.from({ length }, (_, block) => ({
      start: this.fileOffset(start + blockBytes * block),
      headerType,
    }));
  }

  private schema(schema: number): void {
    this.pairs(schema, slots.schema.metadata);
    for (const field of this.tables(schema, slots.schema.fields)) this.field(field);
  }

  private field(field: number): void {
    const type = this.slot(field, slots.field.type);
    if (type && this.view.getUint8(type) === unionType) throw new RangeError("a union");
    this.text(field, slots.field.name);
    this.pairs(field, slots.field.metadata);
    for (const child of this.tables(field, slots.field.children)) this.field(child);
  }

  /**
   * A message begins with its length; newer files put four bytes of ones before it. Checks the header type, because Arrow does not
   * stop when it reads a dictionary as a batch.
   */
  message(start: number, headerType: number): void {
    const lengthStart = start + (this.whole.getInt32(start, true) === -1 ? 4 : 0);
    this.within(lengthStart + offsetBytes, this.whole.getInt32(lengthStart, true), () => {
      const message = this.root();
      this.pairs(message, slots.message.metadata);
      const type = this.slot(message, slots.message.headerType);
      if ((type ? this.view.getUint8(type) : 0) !== headerType) throw new RangeError("an unexpected part");
      const header = this.table(message, slots.message.header);
      this.batch(headerType === batchHeader ? header : this.table(header, slots.dictionary.data));
    });
  }

  private batch(batch: number): void {
    const nodes = this.list(batch, slots.batch.nodes, bufferBytes);
    const rows = this.slot(batch, slots.batch.length);
    // Arrow pads shorter columns with at least one bit per row
    if (rows) this.cells += this.fileOffset(rows) * nodes.length;
    if (this.cells > 8 * this.size) throw new RangeError("more rows than the file has");
    this.list(batch, slots.batch.variadic, 8);
    const { start, length } = this.list(batch, slots.batch.buffers, bufferBytes);
    for (let buffer = 0; buffer < length; buffer++)
      this.spend(this.fileOffset(start + bufferBytes * buffer + 8));
  }

  private pairs(table: number, slot: number): void {
    for (const pair of this.tables(table, slot))
      for (const part of Object.values(slots.pair)) this.text(pair, part);
  }

  private text(table: number, slot: number): void {
    this.list(table, slot, 1);
  }

  private *tables(table: number, slot: number): Generator<number> {
    const { start, length } = this.list(table, slot, offsetBytes);
    for (let entry = 0; entry < length; entry++) {
      this.spend(tableBytes);
      const position = start + offsetBytes * entry;
      yield position + this.view.getUint32(position, true);
    }
  }

  /** The first entry of a list and its length. Spends the bytes of all entries. */
  private list(table: number, slot: number, size: number): List {
    const position = this.slot(table, slot);
    if (!position) return { start: 0, length: 0 };
    const start = position + this.view.getUint32(position, true);
    const length = this.view.getUint32(start, true);
    this.spend(length * size);
    return { start: start + offsetBytes, length };
  }

  private table(parent: number, slot: number): number {
    const position = this.slot(parent, slot);
    if (!position) throw new RangeError("a part is missing");
    this.spend(tableBytes);
    return position + this.view.getUint32(position, true);
  }

  private root(): number {
    return this.view.getUint32(0, true);
  }

  /** The position of a table's slot; 0 for a slot with its default. */
  private slot(table: number, slot: number): number {
    const slotTable = table - this.view.getInt32(table, true);
    const entry = 4 + 2 * slot;
    const isStored = entry < this.view.getInt16(slotTable, true);
    const offset = isStored ? this.view.getInt16(slotTable + entry, true) : 0;
    return offset && table + offset;
  }

  /** A 64-bit offset or number of bytes in the file. */
  private fileOffset(position: number): number {
    const value = Number(this.view.getBigInt64(position, true));
    if (value < 0 || value > this.size) throw new RangeError("an offset outside the file");
    return value;
  }

  private spend(bytes: number): void {
    this.budget -= bytes;
    if (this.budget < 0) throw new RangeError("more than the file has");
  }
}
