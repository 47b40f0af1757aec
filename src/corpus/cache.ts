import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomic } from "../base/files";
import { sentencesFromArrow, sentencesToArrow } from "./arrow";
import type { Reading } from "./formats/reading";
import type { Sentence } from "./types";

/** Raised when the same JSON gives other sentences than before. */
const version = "2";

/**
 * The sentences of a JSON split, kept in the folder as Arrow under the hash of the JSON, so that they are parsed and
 * checked once. What is wrong with the cache (read-only, full, damaged) costs only time. JSON in which something was mended
 * is not kept, so that it is told each time.
 * @throws CorpusError when the JSON is at fault.
 */
export function cachedSentences(
  bytes: Buffer,
  folder: string,
  reading: Reading,
  parse: () => Sentence[],
): Sentence[] {
  const key = createHash("sha256").update(version).update(bytes).digest("hex");
  const stored = join(folder, `${key}.arrow`);
  try {
    return sentencesFromArrow(readFileSync(stored), stored);
  } catch {
    const sentences = parse();
    if (reading.remarks.length) return sentences;
    try {
      writeAtomic(stored, sentencesToArrow(sentences));
    } catch {
      // the next load parses again
    }
    return sentences;
  }
}
