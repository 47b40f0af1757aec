import { InputError, show } from "../../base/errors";
import {
  checkPromise,
  type RowCounts,
  type RowReader,
  type VectorHeader,
  type VectorVisitor,
  wordOf,
} from "./rows";

const [lineFeed, carriageReturn, space, tab] = [0x0a, 0x0d, 0x20, 0x09];

/** Bytes of the longest line: as wide a vector as there may be takes a tenth of it. */
const longestLine = 2 ** 20;

/** No digit can be matched in two ways: else a million of them, and a letter, take a million times a million steps. */
const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** GloVe's and word2vec's text: a word, then its numbers, between spaces (or tabs), a line each. */
export class TextRows implements RowReader {
  /** Pieces of a line whose end has not come yet, joined only then: each time, and a long line would take time by its square. */
  private rest: Buffer[] = [];
  private restBytes = 0;
  private line: number;
  private rows = 0;
  private unreadable = 0;

  constructor(
    private readonly file: string,
    private readonly header: VectorHeader,
    private readonly visitor: VectorVisitor,
  ) {
    this.line = header.promised === undefined ? 0 : 1;
  }

  push(bytes: Uint8Array): void {
    const piece = bufferOf(bytes);
    const first = piece.indexOf(lineFeed);
    let start = 0;
    if (first >= 0) {
      const line = this.rest.length ? Buffer.concat([...this.rest, piece.subarray(0, first)]) : undefined;
      this.rest = [];
      this.restBytes = 0;
      if (line) this.read(line, 0, line.length);
      else this.read(piece, 0, first);
      start = first + 1;
      for (let end = piece.indexOf(lineFeed, start); end >= 0; end = piece.indexOf(lineFeed, start)) {
        this.read(piece, start, end);
        start = end + 1;
      }
    }
    // copied, so that a short rest does not keep the whole piece
    this.rest.push(Buffer.from(piece.subarray(start)));
    this.restBytes += piece.length - start;
    if (this.restBytes > longestLine)
      throw this.fault(this.line + 1, "is longer than 1 MiB; one line holds one word and its vector");
  }

  end(): RowCounts {
    const line = Buffer.concat(this.rest);
    this.read(line, 0, line.length);
    checkPromise(this.file, this.header, this.rows);
    return { rows: this.rows, unreadable: this.unreadable };
  }

  private read(bytes: Buffer, start: number, lineEnd: number): void {
    this.line++;
    let end = lineEnd;
    while (end > start && isBlank(bytes[end - 1])) end--;
    if (end === start) return;
    const { dimension } = this.header;
    let wordEnd = start;
    while (wordEnd < end && !isBlank(bytes[wordEnd])) wordEnd++;
    let numbers = 0;
    for (let at = wordEnd; at < end; at++) if (isBlank(bytes[at]) && !isBlank(bytes[at + 1])) numbers++;
    if (numbers > dimension) wordEnd = this.endOfSpacedWord(bytes, start, end, numbers);
    else if (numbers < dimension) throw this.wrongLength(numbers);
    this.rows++;
    const word = wordOf(bytes.subarray(start, wordEnd));
    if (word === undefined) this.unreadable++;
    else if (this.visitor.wants(word)) {
      const values = this.numbers(bytes.toString("latin1", wordEnd, end), word);
      this.visitor.take(word, values);
    }
  }

  /** GloVe's Common Crawl files have words with spaces in them, such as ". . .": what stands before the last numbers. */
  private endOfSpacedWord(bytes: Buffer, start: number, end: number, numbers: number): number {
    let at = end;
    for (let left = this.header.dimension; left > 0; left--) {
      while (!isBlank(bytes[at - 1])) at--;
      while (isBlank(bytes[at - 1])) at--;
    }
    const [, ...more] = bytes.toString("latin1", start, at).split(/[ \t]+/);
    if (more.every((part) => decimal.test(part))) throw this.wrongLength(numbers);
    return at;
  }

  private numbers(text: string, word: string): Float32Array {
    // trim() would also take away a vertical tab, and the vector would be a number short
    const fields = text.split(/[ \t\r]+/).filter((field) => field !== "");
    const values = new Float32Array(fields.length);
    for (const [at, field] of fields.entries()) {
      values[at] = decimal.test(field) ? Number(field) : Number.NaN;
      if (Number.isFinite(values[at])) continue;
      const problem = `number ${at + 1} of ${show(word)} is ${show(field)}`;
      throw this.fault(
        this.line,
        `${problem}: expected a finite number; get the file again, or remove the line`,
      );
    }
    return values;
  }

  private wrongLength(found: number): InputError {
    const { dimension } = this.header;
    return this.fault(
      this.line,
      `holds ${found} numbers, the lines before it ${dimension}; get the file again, or remove the line`,
    );
  }

  private fault(line: number, problem: string): InputError {
    return new InputError(`${this.file}: line ${line}: ${problem}`);
  }
}

function isBlank(byte: number): boolean {
  return byte === space || byte === tab || byte === carriageReturn;
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
