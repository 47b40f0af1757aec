import { InputError, show } from "../../base/errors";
import {
  checkRowCount,
  decodeWord,
  longestWord,
  type RowCounts,
  type RowReader,
  type VectorHeader,
  type VectorVisitor,
} from "./vector-rows";

const [lineFeed, space] = [0x0a, 0x20];

/** word2vec's binary format: a word, a space, and little-endian 32-bit floats. Some writers end rows with a line feed. */
export class BinaryRows implements RowReader {
  /** The beginning of the next row. */
  private pending: Buffer = Buffer.alloc(0);
  private rows = 0;
  private unreadable = 0;
  private readonly width: number;

  constructor(
    private readonly file: string,
    private readonly header: VectorHeader,
    private readonly visitor: VectorVisitor,
  ) {
    this.width = header.dimension * Float32Array.BYTES_PER_ELEMENT;
  }

  push(bytes: Uint8Array): void {
    const all = Buffer.concat([this.pending, bytes]);
    let start = 0;
    for (;;) {
      const first = all[start] === lineFeed ? start + 1 : start;
      const wordEnd = all.indexOf(space, first);
      if ((wordEnd < 0 ? all.length : wordEnd) - first > longestWord) {
        throw new InputError(
          `${this.file}: word ${this.rows + 1} does not end; this is not a word2vec file, or it is damaged`,
        );
      }
      const end = wordEnd + 1 + this.width;
      if (wordEnd < 0 || end > all.length) break;
      this.readRow(all.subarray(first, wordEnd), all.subarray(wordEnd + 1, end));
      start = end;
    }
    // copied, so that it does not keep the whole chunk in memory
    this.pending = Buffer.from(all.subarray(start));
  }

  end(): RowCounts {
    const surplus = this.pending.length - (this.pending[0] === lineFeed ? 1 : 0);
    if (surplus > 0 && this.rows < this.header.promised!) {
      throw new InputError(
        `${this.file}: truncated in word ${this.rows + 1} of the ${this.header.promised} in its header; get the file again`,
      );
    }
    if (surplus > 0) {
      throw new InputError(
        `${this.file}: ${surplus} bytes follow the ${this.rows} words of its header; get the file again`,
      );
    }
    checkRowCount(this.file, this.header, this.rows);
    return { rows: this.rows, unreadable: this.unreadable };
  }

  private readRow(wordBytes: Buffer, numbers: Buffer): void {
    this.rows++;
    const word = decodeWord(wordBytes);
    if (word === undefined) {
      this.unreadable++;
      return;
    }
    if (!this.visitor.wants(word)) return;
    const values = new Float32Array(this.header.dimension);
    for (let index = 0; index < values.length; index++) {
      values[index] = numbers.readFloatLE(index * Float32Array.BYTES_PER_ELEMENT);
      if (Number.isFinite(values[index])) continue;
      throw new InputError(
        `${this.file}: word ${this.rows}: number ${index + 1} of ${show(word)} is ${values[index]}: expected a finite number; get the file again`,
      );
    }
    this.visitor.take(word, values);
  }
}
