import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { InputError } from "../../src/base/errors";
import { encodeSafetensors, type StoredTensor } from "../../src/base/safetensors";

/** A folder of a test file, removed at its end. */
export function testFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `pnr-${name}-`));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Whether an error is an InputError of one line that matches, for `assert.throws`. */
export const inputError =
  (pattern: RegExp) =>
  (error: unknown): boolean => {
    if (error instanceof InputError && pattern.test(error.message) && !error.message.includes("\n"))
      return true;
    throw error;
  };

/** A safetensors file whose header and data are whatever is wanted. */
export function rawSafetensors(header: unknown, data: Uint8Array = new Uint8Array()): Buffer {
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, data]);
}

export function writeTensors(path: string, tensors: ReadonlyMap<string, StoredTensor>): void {
  writeFileSync(path, encodeSafetensors(tensors));
}
