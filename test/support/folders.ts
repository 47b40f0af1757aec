import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { InputError } from "../../src/base/errors";
import { encodeSafetensors, type StoredTensor } from "../../src/base/safetensors";

/** A temporary folder for a test file, removed at its end. */
export function testFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `pnr-${name}-`));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A validator for `assert.throws`: accepts an InputError of one line that matches. */
export const inputError =
  (pattern: RegExp) =>
  (error: unknown): boolean => {
    if (error instanceof InputError && pattern.test(error.message) && !error.message.includes("\n"))
      return true;
    throw error;
  };

/** A safetensors file with any header and data, valid or not. */
export function rawSafetensors(header: unknown, data: Uint8Array = new Uint8Array()): Buffer {
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, data]);
}

export function writeTensors(path: string, tensors: ReadonlyMap<string, StoredTensor>): void {
  writeFileSync(path, encodeSafetensors(tensors));
}
