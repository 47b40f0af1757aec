import { once } from "node:events";
import type { Writable } from "node:stream";
import { AtomicFile } from "../../base/files";
import { printable } from "../../base/printable";

/** Prints a result to standard output. */
export function printText(text: string): void {
  process.stdout.write(`${printable(text)}\n`);
}

/** Prints a result for scripts to standard output: one JSON document. */
export function printJson(value: unknown): void {
  printText(JSON.stringify(value, undefined, 2));
}

/** Prints a remark to standard error. */
export function note(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}

/** A long output: a file that appears whole or not at all, or standard output. */
export interface Sink {
  /** Waits while the reader is slower. */
  write(text: string): Promise<void>;
  /** Moves the complete file to its path. */
  commit(): void;
  /** Removes a file that was not committed. */
  discard(): void;
}

/**
 * @param path of the output file; without it, the sink is the stream
 * @throws InputError if the file cannot be written
 */
export function openSink(
  path: string | undefined,
  stream: Writable & { readonly isTTY?: boolean } = process.stdout,
): Sink {
  if (path === undefined) return streamSink(stream);
  const file = new AtomicFile(path);
  return {
    write: async (text) => file.write(text),
    commit: () => file.commit(),
    discard: () => file.discard(),
  };
}

/** Writes text to a stream unchanged, but to a terminal without its control characters. */
function streamSink(stream: Writable & { readonly isTTY?: boolean }): Sink {
  return {
    async write(text) {
      if (!stream.write(stream.isTTY ? printable(text) : text)) await once(stream, "drain");
    },
    commit() {},
    discard() {},
  };
}
