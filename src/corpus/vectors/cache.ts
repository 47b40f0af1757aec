import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../base/caches";
import { writeAtomic } from "../../base/files";
import type { CaseForm } from "../case-forms";
import { vectorsFromArrow, vectorsToArrow } from "./arrow";
import { hashFile, type ReadVectorsOptions } from "./read";
import { selectVectors, type WordVectors } from "./select";

export interface SelectOptions extends ReadVectorsOptions {
  /** Folder where selections are kept as Arrow; default `vectors` in the folder of all caches (`PNR_CACHE`). */
  readonly cache?: string;
}

/**
 * As {@link selectVectors}; the rows are kept as Arrow under the words' hash and that of the file's whole content, so that
 * the next run with the same words only hashes the file. What is wrong with the cache (read-only, full, damaged) costs only
 * time.
 */
export async function cachedVectors(
  path: string,
  words: Iterable<string>,
  fallback: readonly CaseForm[],
  { cache = cacheFolder("vectors"), ...options }: SelectOptions = {},
): Promise<WordVectors> {
  const distinct = [...new Set(words)].sort();
  const wanted = createHash("sha256")
    .update(JSON.stringify([fallback, distinct]))
    .digest("hex");
  const stored = (content: string): string =>
    join(cache, `${wanted.slice(0, 32)}-${content.slice(0, 32)}.arrow`);
  // hashing the file first would read it twice where nothing can be found
  if (isAnyStored(cache, wanted.slice(0, 32))) {
    const sha256 = await hashFile(path, options);
    const known = kept(stored(sha256), sha256);
    if (known) return { ...known, source: { ...known.source, file: path } };
  }
  const vectors = await selectVectors(path, distinct, fallback, options);
  try {
    writeAtomic(stored(vectors.source.sha256), vectorsToArrow(vectors));
  } catch {
    // the next run reads the file again
  }
  return vectors;
}

function isAnyStored(folder: string, prefix: string): boolean {
  try {
    return existsSync(folder) && readdirSync(folder).some((name) => name.startsWith(prefix));
  } catch {
    return false;
  }
}

function kept(file: string, sha256: string): WordVectors | undefined {
  try {
    const vectors = vectorsFromArrow(readFileSync(file));
    return vectors?.source.sha256 === sha256 ? vectors : undefined;
  } catch {
    return undefined;
  }
}
