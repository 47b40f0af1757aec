import { createHash } from "node:crypto";

// A damaged Arrow file can make its reader ask for more memory than there is, so damage must be found before it is read.
// The file's checksum stands in its own metadata: it is taken with zeros in its own place.

const prefix = "pnr-sha256:";
const digits = 64;

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

/** Arrow writes the metadata behind the content, which may hold anything. */
function placeIn(bytes: Buffer): number {
  return bytes.lastIndexOf(prefix);
}

function sealOf(bytes: Uint8Array): string {
  return prefix + createHash("sha256").update(bytes).digest("hex");
}
