import { InputError, show } from "../../base/errors";
import { asBuffer } from "../../base/gunzip";
import {
  checkRowCount,
  decodeWord,
  type RowCounts,
  type RowReader,
  type VectorHeader,
  type VectorVisitor,
} from "./vector-rows";

const [lineFeed, carriageReturn, space, tab] = [0x0a, 0x0d, 0x20, 0x09];

/** Bytes of the longest line. The widest vector takes a tenth of it. */
const longestLine = 2 ** 20;

/** Matches each digit in only one way, so that a million digits before a letter do not take quadratic time. */
const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** GloVe's and word2vec's text: a word and its numbers per line, separated by spaces or tabs. */
export class TextRows implements RowReader {
  /** Parts of an unfinished line. They are joined at its end; joining them earlier would take quadratic time. */
  private pending: Buffer[] = [];
  private pendingBytes = 0;
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
    const chunk = asBuffer(bytes);
    const first = chunk.indexOf(lineFeed);
    let start = 0;
    if (first >= 0) {
      const line = this.pending.length
        ? Buffer.concat([...this.pending, chunk.subarray(0, first)])
        : undefined;
      this.pending = [];
      this.pendingBytes = 0;
      if (line) this.readLine(line, 0, line.length);
      else this.readLine(chunk, 0, first);
      start = first + 1;
      for (let end = chunk.indexOf(lineFeed, start); end >= 0; end = chunk.indexOf(lineFeed, start)) {
        this.readLine(chunk, start, end);
        start = end + 1;
      }
    }
    // copied, so that it does not keep the whole chunk in memory
    this.pending.push(Buffer.from(chunk.subarray(start)));
    this.pendingBytes += chunk.length - start;
    if (this.pendingBytes > longestLine)
      throw this.fault(this.line + 1, "is longer than 1 MiB; one line holds one word and its vector");
  }

  end(): RowCounts {
    const line = Buffer.concat(this.pending);
    this.readLine(line, 0, line.length);
    checkRowCount(this.file, this.header, this.rows);
    return { rows: this.rows, unreadable: this.unreadable };
  }

  private readLine(bytes: Buffer, start: number, lineEnd: number): void {
    this.line++;
    let end = lineEnd;
    while (end > start && isBlank(bytes[end - 1])) end--;
    if (end === start) return;
    const { dimension } = this.header;
    let wordEnd = start;
    while (wordEnd < end && !isBlank(bytes[wordEnd])) wordEnd++;
    let numbers = 0;
    for (let i = wordEnd; i < end; i++) if (isBlank(bytes[i]) && !isBlank(bytes[i + 1])) numbers++;
    if (numbers > dimension) wordEnd = this.endOfSpacedWord(bytes, start, end, numbers);
    else if (numbers < dimension) throw this.wrongLength(numbers);
    this.rows++;
    const word = decodeWord(bytes.subarray(start, wordEnd));
    if (word === undefined) this.unreadable++;
    else if (this.visitor.wants(word)) {
      const values = this.parseNumbers(bytes.toString("latin1", wordEnd, end), word);
      this.visitor.take(word, values);
    }
  }

  /** The end of a word with spaces, such as ". . ." in GloVe's Common Crawl files: everything before the last numbers. */
  private endOfSpacedWord(bytes: Buffer, start: number, end: number, numbers: number): number {
    let wordEnd = end;
    for (let number = 0; number < this.header.dimension; number++) {
      while (!isBlank(bytes[wordEnd - 1])) wordEnd--;
      while (isBlank(bytes[wordEnd - 1])) wordEnd--;
    }
    const [, ...more] = bytes.toString("latin1", start, wordEnd).split(/[ \t]+/);
    if (more.every((part) => decimal.test(part))) throw this.wrongLength(numbers);
    return wordEnd;
  }

  private parseNumbers(text: string, word: string): Float32Array {
    // trim() would also remove a vertical tab, and the vector would be one number short
    const fields = text.split(/[ \t\r]+/).filter((field) => field !== "");
    const values = new Float32Array(fields.length);
    for (const [index, field] of fields.entries()) {
      values[index] = decimal.test(field) ? Number(field) : Number.NaN;
      if (Number.isFinite(values[index])) continue;
      const problem = `number ${index + 1} of ${show(word)} is ${show(field)}`;
      throw this.fault(
        this.line,
        `${problem}: expected a finite number; get the file again, or remove the line`,
      );
    }
    return values;
  }

  private wrongLength(numbers: number): InputError {
    const { dimension } = this.header;
    return this.fault(
      this.line,
      `holds ${numbers} numbers, but the lines before it hold ${dimension}; get the file again, or remove the line`,
    );
  }

  private fault(line: number, problem: string): InputError {
    return new InputError(`${this.file}: line ${line}: ${problem}`);
  }
}

function isBlank(byte: number): boolean {
  return byte === space || byte === tab || byte === carriageReturn;
}
