import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  createReadStream,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  type ReadStream,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { InputError } from "./errors";
import { parseJson } from "./json";

const bufferSize = 2 ** 16;

/** Node reads, writes and hashes at most 2 GiB in one call; a checkpoint of BERT-base is larger. */
const most = 2 ** 30;

/**
 * A file that is written in pieces and appears whole or not at all: temporary file in the same folder, fsync, rename, fsync of the
 * folder. Missing folders are created. Every method throws an InputError when the path cannot be written (read-only, disk full, a
 * folder).
 */
export class AtomicFile {
  private readonly path: string;
  private readonly temporary: string;
  private readonly file: number;
  private readonly buffer: Buffer = Buffer.allocUnsafe(bufferSize);
  private buffered = 0;
  private open = true;

  constructor(path: string) {
    this.path = path;
    const folder = dirname(path);
    this.temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString("hex")}`);
    this.file = this.writing(() => {
      if (path === "") throw new Error("its name is empty");
      // Without this check, rename would fail only after everything is written.
      const status = statSync(path, { throwIfNoEntry: false });
      if (status?.isDirectory()) throw new Error("is a folder");
      // A file in place of /dev/null would break every other program.
      if (status && !status.isFile()) throw new Error("is a device or a pipe, which a file cannot replace");
      makeFolder(folder);
      return openSync(this.temporary, "wx");
    });
  }

  write(data: string | Uint8Array): void {
    const bytes = typeof data === "string" ? Buffer.from(data, "utf8") : data;
    this.writing(() => {
      if (this.buffered + bytes.length > bufferSize) this.flush();
      if (bytes.length > bufferSize) this.put(bytes);
      else {
        this.buffer.set(bytes, this.buffered);
        this.buffered += bytes.length;
      }
    });
  }

  /** Moves the finished file to its path. */
  commit(): void {
    this.writing(() => {
      this.flush();
      fsyncSync(this.file);
      this.close();
      renameSync(this.temporary, this.path);
    });
    syncFolder(dirname(this.path));
  }

  /** Removes the temporary file; does nothing after {@link commit}. */
  discard(): void {
    this.close();
    rmSync(this.temporary, { force: true });
  }

  private flush(): void {
    this.put(this.buffer.subarray(0, this.buffered));
    this.buffered = 0;
  }

  private put(bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length; ) {
      offset += writeSync(this.file, bytes, offset, Math.min(most, bytes.length - offset));
    }
  }

  private close(): void {
    if (this.open) closeSync(this.file);
    this.open = false;
  }

  private writing<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw unwritable(this.path, error);
    }
  }
}

/** Creates a folder and its parents. Node's recursive mkdir reports the wrong error on a read-only file system: "no such folder". */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have created it in the meantime.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

const waysOut: Readonly<Record<string, string>> = {
  ENOSPC: "make room on the disk",
  EDQUOT: "make room in your quota",
  EROFS: "choose a folder that can be written",
  EACCES: "choose a folder that you can write to",
  EPERM: "choose a folder that you can write to",
};

/** The error for a file that cannot be written, with the reason and the way out. */
export function unwritable(path: string, error: unknown): InputError {
  return new InputError(`${path}: cannot be written (${reason(error)})${wayOut(error)}`, { cause: error });
}

function wayOut(error: unknown): string {
  const way = waysOut[(error as NodeJS.ErrnoException).code ?? ""];
  return way === undefined ? "" : `; ${way}`;
}

/**
 * Removes the temporary files of killed processes from a folder.
 * @param isOurs selects files by their final names
 */
export function removeUnfinished(folder: string, isOurs: (name: string) => boolean): void {
  for (const name of readdirSync(folder)) {
    const file = unfinished(name);
    if (file !== undefined && isOurs(file)) rmSync(join(folder, name), { force: true });
  }
}

/** The final name of an {@link AtomicFile}'s temporary file; undefined for any other file. */
export function unfinished(name: string): string | undefined {
  return name.match(/^\.(.+)\.[0-9a-f]{12}$/s)?.[1];
}

/** Writes a file whole or not at all, as {@link AtomicFile} does. */
export function writeAtomic(path: string, data: string | Uint8Array): void {
  const file = new AtomicFile(path);
  try {
    file.write(data);
    file.commit();
  } finally {
    file.discard();
  }
}

/** Writes a text in parts, whole or not at all, as {@link AtomicFile} does. */
export async function writeParts(
  path: string,
  parts: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  const file = new AtomicFile(path);
  try {
    for await (const part of parts) file.write(part);
    file.commit();
  } finally {
    file.discard();
  }
}

/** Number of files that are synced at once, because a disk commits several for the price of one. */
const syncedTogether = 16;

/**
 * Writes many files into a folder: first all of them under temporary names, then each into its place. If writing
 * fails or the process ends before that, the folder stays as it was.
 * @param files pairs of name and text
 */
export async function writeFiles(
  folder: string,
  files: readonly (readonly [name: string, text: string])[],
): Promise<void> {
  const places = files.map(([name, text]) => ({
    text,
    path: join(folder, name),
    temporary: join(folder, `.${name}.${randomBytes(6).toString("hex")}`),
  }));
  try {
    makeFolder(folder);
    for (const { temporary, text } of places) writeFileSync(temporary, text, { flag: "wx" });
    const unsynced = places.values();
    const syncOneByOne = async (): Promise<void> => {
      for (const { temporary } of unsynced) {
        const file = await open(temporary, "r+");
        await file.sync().finally(() => file.close());
      }
    };
    await Promise.all(Array.from({ length: syncedTogether }, syncOneByOne));
    for (const { temporary, path } of places) renameSync(temporary, path);
  } catch (error) {
    for (const { temporary } of places) rmSync(temporary, { force: true });
    throw unwritable(folder, error);
  }
  syncFolder(folder);
}

/** Makes renames and links in the folder survive a power cut. On platforms that do not support this, it does nothing. */
export function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, "r");
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // The data itself is safe.
  }
}

/** Reads a whole file. @param step bytes per read @throws InputError when the file is missing or unreadable */
export function readBytes(path: string, step: number = most): Buffer {
  return reading(path, () => read(path, step));
}

/** A file to be read in pieces, and its size in bytes; undefined if it has none, for example a pipe. */
export interface OpenFile {
  readonly stream: ReadStream;
  readonly size: number | undefined;
}

/** @throws InputError when the file is missing or unreadable. */
export function openFile(path: string): OpenFile {
  return reading(path, () => {
    const fd = openSync(path, "r");
    const status = fstatSync(fd);
    if (status.isDirectory()) {
      closeSync(fd);
      throw new Error("is a folder");
    }
    return { stream: createReadStream(path, { fd }), size: status.isFile() ? status.size : undefined };
  });
}

function reading<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const problem = existsSync(path) ? "cannot be read" : "no such file";
    throw new InputError(`${path}: ${problem} (${reason(error)})`, { cause: error });
  }
}

function read(path: string, step: number): Buffer {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    // A pipe or device has size 0.
    if (size <= step) return readFileSync(file);
    const bytes = Buffer.allocUnsafe(size);
    let offset = 0;
    for (let count = 1; count > 0; offset += count)
      count = readSync(file, bytes, offset, Math.min(step, size - offset), offset);
    return bytes.subarray(0, offset);
  } finally {
    closeSync(file);
  }
}

/** The SHA-256 in hexadecimal. @param step bytes per update */
export function sha256Of(bytes: Uint8Array, step: number = most): string {
  const hash = createHash("sha256");
  for (let offset = 0; offset < bytes.length; offset += step)
    hash.update(bytes.subarray(offset, offset + step));
  return hash.digest("hex");
}

/**
 * Decodes UTF-8, and drops a byte order mark.
 * @param source names the bytes in messages
 * @throws InputError when they are not UTF-8
 */
export function decodeText(bytes: Uint8Array, source: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new InputError(`${source}: is not valid UTF-8; save the file in that encoding`, { cause: error });
  }
}

/**
 * @param parse of the text; throws a SyntaxError
 * @throws InputError when the file is missing, unreadable or not JSON
 */
export function readJson(path: string, parse: (text: string) => unknown = parseJson): unknown {
  const text = decodeText(readBytes(path), path);
  try {
    return parse(text);
  } catch (error) {
    // escape the whole message, because it quotes the text, including line feeds
    const problem = error instanceof Error ? error.message : String(error);
    const wayOut = /\.ya?ml$/i.test(path) ? "; YAML is not read: write it as JSON" : "";
    throw new InputError(`${path}: not valid JSON (${problem})${wayOut}`, { cause: error });
  }
}

/** The first line of an error's message. */
export function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0];
}
