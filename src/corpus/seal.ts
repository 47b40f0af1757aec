import { createHash, type Hash } from "node:crypto";
import type { RandomAccess } from "../base/tensor-files";

// A damaged Arrow file can make its reader ask for more memory than there is, so damage must be found before it is read.
// The file's checksum stands in its own metadata: it is taken with zeros in its own place.

const prefix = "pnr-sha256:";
const digits = 64;

/** Bytes of a file hashed at once. */
const step = 2 ** 20;

/** What to write as metadata before {@link seal}. */
export const openSeal: string = prefix + "0".repeat(digits);

/** Writes the checksum of the file in place of the open seal. */
export function seal(bytes: Uint8Array): Uint8Array {
  const sealed = Buffer.from(bytes);
  sealed.write(sealOf(sealed), placeIn(sealed), "latin1");
  return sealed;
}

/** Whether the file is as it was when sealed; `undefined` when it never was. */
export function isIntact(bytes: Uint8Array): boolean | undefined {
  const opened = Buffer.from(bytes);
  const place = placeIn(opened);
  if (place < 0) return undefined;
  const found = opened.toString("latin1", place, place + openSeal.length);
  opened.write(openSeal, place, "latin1");
  return sealOf(opened) === found;
}

/**
 * The end of a file, sealed.
 * @param hash of the whole file, its end with the open seal included
 */
export function sealedBy(hash: Hash, end: Uint8Array): Uint8Array {
  const sealed = Buffer.from(end);
  sealed.write(prefix + hash.digest("hex"), placeIn(sealed), "latin1");
  return sealed;
}

/**
 * As {@link isIntact}, of a file that need not fit into memory.
 * @param end its last bytes, with the seal
 */
export function isFileIntact(file: RandomAccess, end: Buffer): boolean | undefined {
  const within = placeIn(end);
  if (within < 0) return undefined;
  const place = file.size - end.length + within;
  const hash = createHash("sha256");
  const add = (from: number, to: number): void => {
    for (let at = from; at < to; at += step) hash.update(file.read(at, Math.min(step, to - at)));
  };
  add(0, place);
  hash.update(openSeal);
  add(place + openSeal.length, file.size);
  return end.toString("latin1", within, within + openSeal.length) === prefix + hash.digest("hex");
}

/** Arrow writes the metadata behind the content, which may hold anything. */
function placeIn(bytes: Buffer): number {
  return bytes.lastIndexOf(prefix);
}

function sealOf(bytes: Uint8Array): string {
  return prefix + createHash("sha256").update(bytes).digest("hex");
}
