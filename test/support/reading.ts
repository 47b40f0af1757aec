import type { Sentence } from "../../src/corpus";
import { Reading } from "../../src/corpus/formats/reading";
import { formats, type ReadOptions } from "../../src/corpus/formats/registry";
import { Source } from "../../src/corpus/formats/source";
import { gathered, inChunks } from "./streams";

export interface Read {
  readonly sentences: readonly Sentence[];
  /** Facts and repairs. */
  readonly lines: readonly string[];
}

/** Reads a text as a file "f" of the named format, in chunks of seven bytes if it is short, so that chunks end within characters. */
export async function readText(
  from: string,
  content: string | Uint8Array,
  options: ReadOptions = {},
  reading: Reading = new Reading(),
): Promise<Read> {
  const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
  const source = new Source("f", () => inChunks(bytes, bytes.length < 10_000 ? 7 : 65_536));
  const format = formats.find(({ name }) => name === from)!;
  return { sentences: await gathered(format.read(source, options, reading)), lines: reading.lines() };
}

/** The name of the format that the content of a file without a known ending shows. */
export function recognizedFormat(head: string): string | undefined {
  return formats.find((format) => format.recognize({ path: "", ending: "", head, isFolder: false }))?.name;
}

/** Entities in short form: "0-2 PER". */
export function spans({ entities }: Pick<Sentence, "entities">): string[] {
  return entities.map(({ start, end, type }) => `${start}-${end} ${type}`);
}
