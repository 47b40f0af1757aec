import { InputError, show } from "../../base/errors";
import {
  checkPromise,
  longestWord,
  type RowCounts,
  type RowReader,
  type VectorHeader,
  type VectorVisitor,
  wordOf,
} from "./rows";

const [lineFeed, space] = [0x0a, 0x20];

/**
 * word2vec's binary format: a word, a space, its numbers as little-endian 32-bit floats; some writers end a row with a line
 * feed.
 */
export class BinaryRows implements RowReader {
  private rest: Buffer = Buffer.alloc(0);
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
    const all = Buffer.concat([this.rest, bytes]);
    let start = 0;
    for (;;) {
      const first = all[start] === lineFeed ? start + 1 : start;
      const wordEnd = all.indexOf(space, first);
      if ((wordEnd < 0 ? all.length : wordEnd) - first > longestWord) {
        throw new InputError(
          `${this.file}: word ${this.rows + 1} does not end; this is no word2vec file, or it is damaged`,
        );
      }
      const end = wordEnd + 1 + this.width;
      if (wordEnd < 0 || end > all.length) break;
      this.row(all.subarray(first, wordEnd), all.subarray(wordEnd + 1, end));
      start = end;
    }
    // copied, so that a short rest does not keep the whole piece
    this.rest = Buffer.from(all.subarray(start));
  }

  end(): RowCounts {
    const left = this.rest.length - (this.rest[0] === lineFeed ? 1 : 0);
    if (left > 0 && this.rows < this.header.promised!) {
      throw new InputError(
        `${this.file}: cut off in word ${this.rows + 1} of the ${this.header.promised} in its header; get the file again`,
      );
    }
    if (left > 0) {
      throw new InputError(
        `${this.file}: ${left} bytes follow the ${this.rows} words that its header says; get the file again`,
      );
    }
    checkPromise(this.file, this.header, this.rows);
    return { rows: this.rows, unreadable: this.unreadable };
  }

  private row(wordBytes: Buffer, numbers: Buffer): void {
    this.rows++;
    const word = wordOf(wordBytes);
    if (word === undefined) {
      this.unreadable++;
      return;
    }
    if (!this.visitor.wants(word)) return;
    const values = new Float32Array(this.header.dimension);
    for (let at = 0; at < values.length; at++) {
      values[at] = numbers.readFloatLE(at * Float32Array.BYTES_PER_ELEMENT);
      if (Number.isFinite(values[at])) continue;
      throw new InputError(
        `${this.file}: word ${this.rows}: number ${at + 1} of ${show(word)} is ${values[at]}: expected a finite number; get the file again`,
      );
    }
    this.visitor.take(word, values);
  }
}
