import { createHash, type Hash } from "node:crypto";
import type { RandomAccess } from "../base/tensor-files";

// A damaged Arrow file can make its reader request more memory than exists, so damage must be detected before reading. The file's
// metadata holds a checksum, which is computed with zeros in place of itself.

const prefix = "pnr-sha256:";

/** Metadata that {@link addChecksum} replaces. */
export const checksumPlaceholder: string = prefix + "0".repeat(64);

const chunkBytes = 2 ** 20;

/** Replaces the placeholder by the checksum of the file. */
export function addChecksum(bytes: Uint8Array): Uint8Array {
  return writeChecksum(createHash("sha256").update(bytes), bytes);
}

/**
 * Replaces the placeholder in the end of a file.
 * @param hash of the whole file, with the placeholder
 */
export function writeChecksum(hash: Hash, end: Uint8Array): Uint8Array {
  const result = Buffer.from(end);
  result.write(prefix + hash.digest("hex"), checksumIndex(result), "latin1");
  return result;
}

/** Whether the file matches its checksum; `undefined` if it has none. */
export function isIntact(bytes: Uint8Array): boolean | undefined {
  const copy = Buffer.from(bytes);
  const start = checksumIndex(copy);
  if (start < 0) return undefined;
  const checksum = copy.toString("latin1", start, start + checksumPlaceholder.length);
  copy.write(checksumPlaceholder, start, "latin1");
  return checksum === prefix + createHash("sha256").update(copy).digest("hex");
}

/** Like {@link isIntact}, for a file of any size. @param end its last bytes, with the checksum */
export function isFileIntact(file: RandomAccess, end: Buffer): boolean | undefined {
  const index = checksumIndex(end);
  if (index < 0) return undefined;
  const start = file.size - end.length + index;
  const hash = createHash("sha256");
  const add = (from: number, to: number): void => {
    for (let offset = from; offset < to; offset += chunkBytes)
      hash.update(file.read(offset, Math.min(chunkBytes, to - offset)));
  };
  add(0, start);
  hash.update(checksumPlaceholder);
  add(start + checksumPlaceholder.length, file.size);
  const checksum = end.toString("latin1", index, index + checksumPlaceholder.length);
  return checksum === prefix + hash.digest("hex");
}

/** The last occurrence counts: Arrow writes metadata after the content, which may contain anything. */
function checksumIndex(bytes: Buffer): number {
  return bytes.lastIndexOf(prefix);
}
