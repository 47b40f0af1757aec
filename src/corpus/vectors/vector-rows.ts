import { isUtf8 } from "node:buffer";
import { InputError } from "../../base/errors";

/** Selects and receives the vectors of a file. */
export interface VectorVisitor {
  /** Whether to read the vector of a word; others are skipped. */
  wants(word: string): boolean;
  /** Receives a vector. @param values [dimension] finite numbers; the visitor may keep the array */
  take(word: string, values: Float32Array): void;
}

/** The format of a file, from its beginning. */
export interface VectorHeader {
  readonly format: "text" | "text with header" | "binary";
  /** Numbers per vector. */
  readonly dimension: number;
  /** Number of rows by the header. GloVe's text has no header. */
  readonly promised?: number;
  /** Bytes before the first row. */
  readonly start: number;
}

export interface RowCounts {
  readonly rows: number;
  /** Rows whose word is not valid UTF-8. They are skipped, because no word of a corpus matches. */
  readonly unreadable: number;
}

/** Reads rows from the chunks of a file, which may end anywhere. Holds at most one row. */
export interface RowReader {
  push(bytes: Uint8Array): void;
  /** @throws InputError if a row is incomplete, or the number of rows differs from the header */
  end(): RowCounts;
}

/** The widest vectors that a model accepts. Also limits the memory that a false header can request. */
export const mostNumbers = 4096;

/** Bytes of the longest word. A longer one means that the file has another format. */
export const longestWord: number = 2 ** 16;

/** @returns undefined if the bytes are not UTF-8 */
export function decodeWord(bytes: Buffer): string | undefined {
  return isUtf8(bytes) ? bytes.toString("utf8") : undefined;
}

/** @throws InputError if the header gives another number of rows */
export function checkRowCount(file: string, { promised }: VectorHeader, rows: number): void {
  if (promised === undefined || promised === rows) return;
  const problem = rows < promised ? "the file is truncated" : "the header is wrong";
  throw new InputError(
    `${file}: its header says ${promised} words, but it has ${rows}: ${problem}; get the file again`,
  );
}
