import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let folder: string | undefined;

/** A folder of this process, which goes when it ends. */
export function ownFolder(): string {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), "pnr-fuzz-"));
    process.once("exit", () => rmSync(made, { recursive: true, force: true }));
    folder = made;
  }
  return folder;
}

/** Writes a file into {@link ownFolder}. @returns its path */
export function written(name: string, bytes: Uint8Array): string {
  const path = join(ownFolder(), name);
  writeFileSync(path, bytes);
  return path;
}
