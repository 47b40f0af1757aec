import { isUtf8 } from "node:buffer";
import { InputError } from "../../base/errors";

/** What is wanted of a file of word vectors. */
export interface VectorVisitor {
  /** Whether the numbers of a word are wanted; those of other words are passed over unread. */
  wants(word: string): boolean;
  /** @param values [dimension] a row that was wanted, of finite numbers; it is the visitor's to keep */
  take(word: string, values: Float32Array): void;
}

/** What the beginning of a file says of it. */
export interface VectorHeader {
  readonly format: "text" | "text with header" | "binary";
  /** Numbers of a vector. */
  readonly dimension: number;
  /** Rows that the header promises; GloVe's text has no header. */
  readonly promised?: number;
  /** Bytes before the first row. */
  readonly start: number;
}

/** What has been read of a file. */
export interface RowCounts {
  readonly rows: number;
  /** Rows whose word is not valid UTF-8: no word of a corpus can be that one, so they are passed over. */
  readonly unreadable: number;
}

/** Reads the rows out of a file's bytes, which come in pieces cut anywhere, and holds no more of them than one row. */
export interface RowReader {
  push(bytes: Uint8Array): void;
  /** @throws InputError when a row is incomplete, or there are not as many as promised */
  end(): RowCounts;
}

/** The widest vectors that a model takes; also keeps a header that lies from asking for memory. */
export const mostNumbers = 4096;

/** Bytes of the longest word; a file in which none ends after so many has another format. */
export const longestWord: number = 2 ** 16;

/** A word of a file, or undefined when its bytes are no UTF-8. */
export function wordOf(bytes: Buffer): string | undefined {
  return isUtf8(bytes) ? bytes.toString("utf8") : undefined;
}

/** @throws InputError when the header promised another number of rows. */
export function checkPromise(file: string, { promised }: VectorHeader, rows: number): void {
  if (promised === undefined || promised === rows) return;
  const problem = rows < promised ? "the file is cut off" : "the header is wrong";
  throw new InputError(
    `${file}: its header says ${promised} words, but it has ${rows}: ${problem}; get the file again`,
  );
}
