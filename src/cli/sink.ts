import { once } from "node:events";
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
  if (path === undefined) return standardOutput;
  const file = new AtomicFile(path);
  return {
    write: async (text) => file.write(text),
    commit: () => file.commit(),
    discard: () => file.discard(),
  };
}

const standardOutput: Sink = {
  async write(text) {
    const shown = process.stdout.isTTY ? printable(text) : text;
    if (!process.stdout.write(shown)) await once(process.stdout, "drain");
  },
  commit() {},
  discard() {},
};
