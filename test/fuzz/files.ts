import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let folder: string | undefined;

/** A temporary folder of this process. It is removed when the process ends. */
export function processFolder(): string {
  if (folder === undefined) {
    const path = mkdtempSync(join(tmpdir(), "pnr-fuzz-"));
    process.once("exit", () => rmSync(path, { recursive: true, force: true }));
    folder = path;
  }
  return folder;
}

/** Writes a file into the folder of this process. @returns its path */
export function writeInput(name: string, bytes: Uint8Array): string {
  const path = join(processFolder(), name);
  writeFileSync(path, bytes);
  return path;
}
