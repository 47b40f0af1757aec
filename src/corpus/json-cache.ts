import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomic } from "../base/files";
import { sentencesFromArrow, sentencesToArrow } from "./arrow";
import type { Reading } from "./formats/reading";
import type { Sentence } from "./types";

/** Increased when the same JSON gives different sentences. */
const version = "2";

/**
 * Caches the sentences of a JSON split as Arrow under the hash of the JSON. A faulty cache (read-only, full, damaged) costs only time.
 * JSON that needs repairs is not cached, so that the repairs are reported each time.
 * @throws CorpusError if the JSON is faulty
 */
export function cachedSentences(
  bytes: Buffer,
  folder: string,
  reading: Reading,
  parse: () => Sentence[],
): Sentence[] {
  const key = createHash("sha256").update(version).update(bytes).digest("hex");
  const path = join(folder, `${key}.arrow`);
  try {
    return sentencesFromArrow(readFileSync(path), path);
  } catch {
    const sentences = parse();
    if (reading.remarks.length) return sentences;
    try {
      writeAtomic(path, sentencesToArrow(sentences));
    } catch {
      // the next load parses the JSON again
    }
    return sentences;
  }
}
