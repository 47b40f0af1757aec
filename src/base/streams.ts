// Streams of any length in constant memory.
import { CorpusError } from "./errors";

/** A line of a text file. */
export interface Line {
  /** Counts from 1. */
  readonly number: number;
  /** Without its line feed; a carriage return before that stays. */
  readonly text: string;
}

const lineFeed = 0x0a;

/** Whoever hands in a line of this many bytes has no JSON Lines, and it would have to be held in memory whole. */
const longestLine = 2 ** 26;

/**
 * The lines of a UTF-8 text that comes in chunks, wherever these end; byte order marks are dropped. Only line feeds end a
 * line: Node's readline also splits at U+2028, which JSON may hold.
 * @param file what to call the text in messages
 * @param marks "keep" leaves byte order marks where they stand, for whoever counts characters
 * @throws CorpusError for a line that is no UTF-8 or longer than 64 MiB
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
    const line = { number, text: decoded(decoder, bytes, { file, line: number }) };
    number++;
    parts = [];
    size = 0;
    return line;
  };

  for await (const chunk of chunks) {
    let start = 0;
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, start)) {
      add(chunk.subarray(start, at));
      yield end();
      start = at + 1;
    }
    if (start < chunk.length) add(chunk.subarray(start));
  }
  if (size > 0) yield end();
}

function decoded(decoder: TextDecoder, bytes: Uint8Array, place: { file: string; line: number }): string {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    throw new CorpusError(place, "is not valid UTF-8; save the file in that encoding", { cause: error });
  }
}

/**
 * Gathers a stream into lists of `size` items; only the last may be shorter. Reads on only when the next list is asked for.
 * Where the stream fails, what came before goes out first.
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
