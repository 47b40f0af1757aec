import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { cacheFolder } from "../../base/caches";
import { writeAtomic } from "../../base/files";
import { arrow, encodeTable, hasColumns, parseArrowTable } from "../arrow-file";
import { isIntact } from "../checksum";
import type { CaseForm } from "../vocabulary";
import { hashFile, type ReadVectorsOptions } from "./read-vectors";
import { selectVectors, type WordVectors } from "./select-vectors";

export interface SelectOptions extends ReadVectorsOptions {
  /** Cache folder. Default: `vectors` in the folder of all caches (`PNR_CACHE`). */
  readonly cache?: string;
}

/**
 * Like {@link selectVectors}, but caches the rows as Arrow under the hash of the words and that of the file. The next run with the
 * same words only hashes the file. A faulty cache (read-only, full, damaged) costs only time.
 */
export async function cachedVectors(
  path: string,
  words: Iterable<string>,
  fallback: readonly CaseForm[],
  { cache = cacheFolder("vectors"), ...options }: SelectOptions = {},
): Promise<WordVectors> {
  const distinct = [...new Set(words)].sort();
  const wordsHash = createHash("sha256")
    .update(JSON.stringify([fallback, distinct]))
    .digest("hex")
    .slice(0, 32);
  const cachePath = (fileHash: string): string => join(cache, `${wordsHash}-${fileHash.slice(0, 32)}.arrow`);
  // skips hashing, which reads the whole file, if the cache cannot have the vectors
  if (isAnyCached(cache, wordsHash)) {
    const sha256 = await hashFile(path, options);
    const cached = readCached(cachePath(sha256), sha256);
    if (cached) return { ...cached, source: { ...cached.source, file: path } };
  }
  const vectors = await selectVectors(path, distinct, fallback, options);
  try {
    writeAtomic(cachePath(vectors.source.sha256), vectorsToArrow(vectors));
  } catch {
    // the next run reads the file again
  }
  return vectors;
}

function isAnyCached(folder: string, prefix: string): boolean {
  try {
    return existsSync(folder) && readdirSync(folder).some((name) => name.startsWith(prefix));
  } catch {
    return false;
  }
}

function readCached(file: string, sha256: string): WordVectors | undefined {
  try {
    const vectors = vectorsFromArrow(readFileSync(file));
    return vectors?.source.sha256 === sha256 ? vectors : undefined;
  } catch {
    return undefined;
  }
}

/** Increased when the columns or their meaning change. */
const version = "1";

const sourceSchema: z.ZodType<WordVectors["source"]> = z.strictObject({
  file: z.string(),
  format: z.enum(["text", "text with header", "binary"]),
  zipped: z.boolean(),
  dimension: z.int().min(1),
  rows: z.int(),
  unreadable: z.int(),
  repeated: z.int(),
  sha256: z.string(),
});

/**
 * Encodes selected vectors as an Arrow IPC file with one record per word: `word`, and `vector`, a list of `dimension` 32-bit floats.
 * The metadata holds the source file and the checksum.
 * @internal
 */
export function vectorsToArrow({ source, words, values }: WordVectors): Uint8Array {
  const { Field, FixedSizeList, Float32, makeData, makeVector, Table, Utf8, vectorFromArray } = arrow();
  const child = makeData({ type: new Float32(), length: values.length, data: values });
  const type = new FixedSizeList(source.dimension, new Field("item", new Float32(), false));
  const table = new Table({
    word: vectorFromArray([...words], new Utf8()),
    vector: makeVector(makeData({ type, length: words.length, child })),
  });
  return encodeTable(table, { version, source: JSON.stringify(source) });
}

/** Reads a file of {@link vectorsToArrow}. @returns undefined if the bytes are damaged or something else @internal */
export function vectorsFromArrow(bytes: Uint8Array): WordVectors | undefined {
  if (!isIntact(bytes)) return undefined;
  const table = parseArrowTable(bytes);
  if ("problem" in table || table.schema.metadata.get("version") !== version) return undefined;
  const source = parseSource(table.schema.metadata.get("source"));
  if (!source) return undefined;
  const vector = new RegExp(`^FixedSizeList\\[${source.dimension}\\]<Float32>$`);
  if (table.batches.length !== 1 || !hasColumns(table, { word: /^Utf8$/, vector })) return undefined;
  const words = table.getChild("word")!.toArray() as string[];
  const values = table.getChild("vector")!.data[0].children[0].values as Float32Array;
  return { source, words: [...words], values: values.slice(0, words.length * source.dimension) };
}

function parseSource(text: string | undefined): WordVectors["source"] | undefined {
  try {
    return sourceSchema.parse(JSON.parse(text ?? ""));
  } catch {
    return undefined;
  }
}
