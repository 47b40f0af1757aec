import assert from "node:assert/strict";
import { openSeal } from "../../src/corpus/seal";

/** A copy of a sealed file, its checksum left open so that it can be changed and sealed anew, as anyone can. */
export function opened(bytes: Uint8Array): Buffer {
  const copy = Buffer.from(bytes);
  const at = copy.lastIndexOf("pnr-sha256:");
  assert.ok(at >= 0);
  copy.write(openSeal, at, "latin1");
  return copy;
}
