import { linesOf } from "../../src/base/streams";
import type { Sentence } from "../../src/corpus";
import { readColumns } from "../../src/corpus/formats/conll";
import { readGenia } from "../../src/corpus/formats/genia";
import { sentencesFromJsonLines } from "../../src/corpus/formats/json";
import type { ReadOptions } from "../../src/corpus/formats/options";
import { Reading } from "../../src/corpus/formats/reading";
import { readWeibo } from "../../src/corpus/formats/weibo";
import { gathered, inChunks } from "./streams";

export interface Read {
  readonly sentences: readonly Sentence[];
  /** What was recognised and mended. */
  readonly told: readonly string[];
}

export type StreamedFormat = "conll" | "nested" | "weibo" | "genia" | "jsonl";

/** Reads a text as a file called "f"; in chunks of seven bytes, which cut characters. */
export async function readText(
  from: StreamedFormat,
  content: string | Uint8Array,
  options: ReadOptions = {},
  reading: Reading = new Reading(),
): Promise<Read> {
  const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
  const chunks = inChunks(bytes, bytes.length < 10_000 ? 7 : 65_536);
  const told = { ...options, from };
  const sentences =
    from === "genia"
      ? readGenia(chunks, "f", told, reading)
      : from === "jsonl"
        ? sentencesFromJsonLines(chunks, "f", reading)
        : from === "weibo"
          ? readWeibo(linesOf(chunks, "f"), "f", told, reading)
          : readColumns(linesOf(chunks, "f"), "f", told, reading);
  return { sentences: await gathered(sentences), told: reading.lines() };
}

/** Entities in short: "0-2 PER". */
export function spans({ entities }: Pick<Sentence, "entities">): string[] {
  return entities.map(({ start, end, type }) => `${start}-${end} ${type}`);
}
