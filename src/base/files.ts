import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { InputError } from "./errors";

/**
 * Writes a file whole or not at all: temporary file beside it, fsync, rename, fsync of the folder. Missing folders are made.
 * @throws InputError when the place cannot be written (read-only, full, a folder of that name).
 */
export function writeAtomic(path: string, data: string | Uint8Array): void {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString("hex")}`);
  try {
    mkdirSync(folder, { recursive: true });
    const bytes = typeof data === "string" ? Buffer.from(data, "utf8") : data;
    const file = openSync(temporary, "wx");
    try {
      fill(file, bytes);
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
    syncFolder(folder);
  } catch (error) {
    throw new InputError(`${path}: cannot be written (${reason(error)})`, { cause: error });
  }
}

function fill(file: number, bytes: Uint8Array): void {
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Without this a rename can be undone by a power cut. Some platforms refuse it, which loses only that guarantee. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, "r");
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // the data itself is safe
  }
}

/** @throws InputError when the file is missing or unreadable. */
export function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new InputError(
      `${path}: ${existsSync(path) ? "cannot be read" : "no such file"} (${reason(error)})`,
      {
        cause: error,
      },
    );
  }
}

/** @throws InputError when the file is missing, unreadable or not JSON. */
export function readJson(path: string): unknown {
  const text = readBytes(path).toString("utf8");
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${path}: not valid JSON (${reason(error)})`, { cause: error });
  }
}

/** The first line of what an unknown error says. */
export function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0];
}
