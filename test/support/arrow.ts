import assert from "node:assert/strict";
import { checksumPlaceholder } from "../../src/corpus/checksum";

/** A copy of a sealed file, without its checksum, so that a test can change and seal it again. */
export function opened(bytes: Uint8Array): Buffer {
  const copy = Buffer.from(bytes);
  const position = copy.lastIndexOf("pnr-sha256:");
  assert.ok(position >= 0);
  copy.write(checksumPlaceholder, position, "latin1");
  return copy;
}
