// Streams of any length in constant memory.
import { notUtf8 } from "./encodings";
import { CorpusError } from "./errors";

/** A line of a text file. */
export interface Line {
  /** Counts from 1. */
  readonly number: number;
  /** The line without its line feed, but with a carriage return before it. */
  readonly text: string;
}

const lineFeed = 0x0a;

/** Most bytes of a line. A longer line is not JSON Lines, and would have to fit in memory. */
const longestLine = 2 ** 26;

/**
 * Splits chunks of UTF-8 text into lines. Chunks may end anywhere. Only a line feed ends a line; Node's readline also splits at
 * U+2028, which is valid inside JSON.
 * @param file names the text in messages
 * @param marks "keep" keeps byte order marks, so that character offsets stay correct; default: drop them
 * @throws CorpusError for a line that is not UTF-8 or longer than 64 MiB
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  marks: "drop" | "keep" = "drop",
): AsyncGenerator<Line> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: marks === "keep" });
  let number = 1;
  let parts: Uint8Array[] = [];
  let size = 0;

  const add = (part: Uint8Array): void => {
    parts.push(part);
    size += part.length;
    if (size > longestLine)
      throw new CorpusError({ file, line: number }, "is longer than 64 MiB; break it into several");
  };
  const end = (): Line => {
    const bytes = parts.length === 1 ? parts[0] : Buffer.concat(parts);
    const line = { number, text: decode(decoder, bytes, { file, line: number }) };
    number++;
    parts = [];
    size = 0;
    return line;
  };

  for await (const chunk of chunks) {
    let start = 0;
    for (let feed = chunk.indexOf(lineFeed); feed >= 0; feed = chunk.indexOf(lineFeed, start)) {
      add(chunk.subarray(start, feed));
      yield end();
      start = feed + 1;
    }
    if (start < chunk.length) add(chunk.subarray(start));
  }
  if (size > 0) yield end();
}

function decode(decoder: TextDecoder, bytes: Uint8Array, place: { file: string; line: number }): string {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    throw new CorpusError(place, notUtf8, { cause: error });
  }
}

/**
 * Groups a stream into lists of `size` items; the last one may be shorter. Reads the stream lazily, one list at a time. If the stream
 * fails, yields the items before the error first.
 */
export async function* windowsOf<T>(
  items: Iterable<T> | AsyncIterable<T>,
  size: number,
): AsyncGenerator<T[]> {
  let window: T[] = [];
  try {
    for await (const item of items) {
      if (window.push(item) < size) continue;
      yield window;
      window = [];
    }
  } catch (error) {
    if (window.length) yield window;
    throw error;
  }
  if (window.length) yield window;
}

/**
 * Reads the first items of a stream until their sizes sum to `size`.
 * @returns these items, and the whole stream
 */
export async function readAhead<T>(
  items: AsyncGenerator<T>,
  size: number,
  sizeOf: (item: T) => number = () => 1,
): Promise<{ readonly head: readonly T[]; readonly all: AsyncGenerator<T> }> {
  const head: T[] = [];
  for (let sum = 0; sum < size; ) {
    const next = await items.next();
    if (next.done) break;
    head.push(next.value);
    sum += sizeOf(next.value);
  }
  async function* all(): AsyncGenerator<T> {
    yield* head;
    yield* items;
  }
  return { head, all: all() };
}
