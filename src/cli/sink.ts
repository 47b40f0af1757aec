import { once } from "node:events";
import type { Writable } from "node:stream";
import { AtomicFile } from "../base/files";
import { printable } from "../base/printable";

/** Where lines of output go. */
export interface Sink {
  /** Waits where the reader is slower. */
  write(text: string): Promise<void>;
  /** Makes an output file appear. */
  commit(): void;
  /** Takes back an output file that was not committed. */
  discard(): void;
}

/**
 * @param path of an output file, which appears whole or not at all; standard output where there is none
 * @throws InputError when the file cannot be written
 */
export function openSink(path: string | undefined): Sink {
  if (path === undefined) return outputSink(process.stdout);
  const file = new AtomicFile(path);
  return {
    write: async (text) => file.write(text),
    commit: () => file.commit(),
    discard: () => file.discard(),
  };
}

/** Writes to a stream as it is, and to a terminal without its control codes. */
export function outputSink(stream: Writable & { readonly isTTY?: boolean }): Sink {
  return {
    async write(text) {
      const shown = stream.isTTY ? printable(text) : text;
      if (!stream.write(shown)) await once(stream, "drain");
    },
    commit() {},
    discard() {},
  };
}
