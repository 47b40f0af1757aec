import { AtomicFile } from "../../base/files";
import { writeBlocks } from "../disk/write";
import type { Sentence } from "../types";
import type { WriteOptions, WrittenFormat } from "./options";
import { Reading } from "./reading";
import { writeBrat } from "./write-brat";
import { columnText } from "./write-columns";

/** What a file of each format ends with; a split in brat is a folder. */
export const endingOf: Readonly<Record<WrittenFormat, string>> = {
  json: ".json",
  jsonl: ".jsonl",
  arrow: ".arrow",
  conll: ".conll",
  nested: ".iob2",
  brat: "",
};

/**
 * Writes sentences into a file (for brat, into a folder), whole or not at all. JSON, JSON Lines and Arrow are written as the
 * sentences come, of any number; the other formats need all of them first.
 * @param reading is told what the format had no place for
 * @returns how many sentences were written
 * @throws CorpusError for what the format cannot hold
 */
export async function writeSentences(
  path: string,
  sentences: Iterable<Sentence> | AsyncIterable<Sentence>,
  options: WriteOptions,
  reading: Reading = new Reading(),
): Promise<number> {
  if (options.to === "json" || options.to === "jsonl") return writeJson(path, sentences, options.to);
  if (options.to === "arrow") return writeBlocks(path, sentences);
  const all: Sentence[] = [];
  for await (const sentence of sentences) all.push(sentence);
  if (options.to === "brat") writeBrat(path, all, path, reading);
  else await written(path, columnText(all, path, options, reading));
  return all.length;
}

async function writeJson(
  path: string,
  sentences: Iterable<Sentence> | AsyncIterable<Sentence>,
  to: "json" | "jsonl",
): Promise<number> {
  let count = 0;
  async function* texts(): AsyncGenerator<string> {
    if (to === "json") yield "[";
    for await (const sentence of sentences) {
      const between = to === "json" ? (count === 0 ? "\n" : ",\n") : "";
      yield `${between}${storedText(sentence)}${to === "json" ? "" : "\n"}`;
      count++;
    }
    if (to === "json") yield "\n]\n";
  }
  await written(path, texts());
  return count;
}

/** The keys of the authors' own files. */
function storedText({ tokens, entities, pos, previous, next, id }: Sentence): string {
  const spans = entities.map(({ start, end, type }) => ({ start, end, type }));
  return JSON.stringify({ tokens, entities: spans, pos, ltokens: previous, rtokens: next, org_id: id });
}

async function written(path: string, texts: Iterable<string> | AsyncIterable<string>): Promise<void> {
  const file = new AtomicFile(path);
  try {
    for await (const text of texts) file.write(text);
    file.commit();
  } finally {
    file.discard();
  }
}
