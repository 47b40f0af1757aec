import type { Sentence } from "../types";
import { Reading } from "./reading";
import { type WriteOptions, writerNamed } from "./registry";

/**
 * Writes sentences into a file (for brat, into a folder), whole or not at all. JSON, JSON Lines and Arrow are written as the
 * sentences come, of any number; the other formats need all of them first.
 * @param reading counts what the format has no place for
 * @returns how many sentences were written
 * @throws CorpusError for what the format cannot hold
 */
export async function writeSentences(
  path: string,
  sentences: Iterable<Sentence> | AsyncIterable<Sentence>,
  options: WriteOptions,
  reading: Reading = new Reading(),
): Promise<number> {
  return await writerNamed(options).write(path, sentences, options, reading);
}
