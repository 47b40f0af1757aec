import { createHash } from "node:crypto";
import { zipSync } from "fflate";

/** A wheel of numpy with some files and the list of their hashes. */
export function makeWheel(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const lines = Object.entries(files).map(
    ([path, bytes]) =>
      `${path},sha256=${createHash("sha256").update(bytes).digest("base64url")},${bytes.length}\n`,
  );
  const record = "numpy-9.9.9.dist-info/RECORD";
  return zipSync({ ...files, [record]: Buffer.from(`${lines.join("")}${record},,\n`) });
}
