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
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { InputError } from "./errors";
import { parseJson } from "./json";

const bufferSize = 2 ** 16;

/** Node reads, writes and hashes at most 2 GiB in one call; a checkpoint of BERT-base is larger. */
const most = 2 ** 30;

/**
 * A file written piece by piece that appears whole or not at all: temporary file beside it, fsync, rename, fsync of the
 * folder. Missing folders are made. Every method throws an InputError when the place cannot be written (read-only, full, a
 * folder of that name).
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
      // rename would find out only when all is written
      const there = statSync(path, { throwIfNoEntry: false });
      if (there?.isDirectory()) throw new Error("is a folder");
      // what takes the place of /dev/null is there for every other program
      if (there && !there.isFile()) throw new Error("is a device or a pipe, which no file may replace");
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

  /** Puts what was written in its place. */
  commit(): void {
    this.writing(() => {
      this.flush();
      fsyncSync(this.file);
      this.close();
      renameSync(this.temporary, this.path);
    });
    syncFolder(dirname(this.path));
  }

  /** Leaves nothing of what was written; does nothing after {@link commit}. */
  discard(): void {
    this.close();
    rmSync(this.temporary, { force: true });
  }

  private flush(): void {
    this.put(this.buffer.subarray(0, this.buffered));
    this.buffered = 0;
  }

  private put(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      at += writeSync(this.file, bytes, at, Math.min(most, bytes.length - at));
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

/** Makes a folder and those above it. Where a file system is read-only, Node's own recursive mkdir says that there is no such folder. */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // another process may have made it meanwhile
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

const waysOut: Readonly<Record<string, string>> = {
  ENOSPC: "make room on the disk",
  EDQUOT: "make room in your quota",
  EROFS: "choose a folder that can be written",
  EACCES: "choose a folder that you may write into",
  EPERM: "choose a folder that you may write into",
};

/** What says why a file cannot be written, and the way out. */
export function unwritable(path: string, error: unknown): InputError {
  return new InputError(`${path}: cannot be written (${reason(error)})${wayOut(error)}`, { cause: error });
}

function wayOut(error: unknown): string {
  const way = waysOut[(error as NodeJS.ErrnoException).code ?? ""];
  return way === undefined ? "" : `; ${way}`;
}

/**
 * Removes what a killed process has left of files that it was writing into a folder.
 * @param ours of which files, by their names
 */
export function removeUnfinished(folder: string, ours: (name: string) => boolean): void {
  for (const name of readdirSync(folder)) {
    const file = unfinished(name);
    if (file !== undefined && ours(file)) rmSync(join(folder, name), { force: true });
  }
}

/** The name of the file that an {@link AtomicFile} was to become; undefined for any other. */
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

/** Writes a text part by part, whole or not at all, as {@link AtomicFile} does. */
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

/** Without this a rename or a link can be undone by a power cut. Some platforms refuse it, which loses only that guarantee. */
export function syncFolder(folder: string): void {
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

/** @throws InputError when the file is missing or unreadable. @param step bytes read at once */
export function readBytes(path: string, step: number = most): Buffer {
  return reading(path, () => read(path, step));
}

/** A file to be read in pieces, and its size in bytes; undefined where it has none, as a pipe. */
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
    // what is no plain file, such as a pipe, has no size
    if (size <= step) return readFileSync(file);
    const bytes = Buffer.allocUnsafe(size);
    let at = 0;
    for (let count = 1; count > 0; at += count)
      count = readSync(file, bytes, at, Math.min(step, size - at), at);
    return bytes.subarray(0, at);
  } finally {
    closeSync(file);
  }
}

/** SHA-256 in hexadecimal digits. @param step bytes hashed at once */
export function sha256Of(bytes: Uint8Array, step: number = most): string {
  const hash = createHash("sha256");
  for (let at = 0; at < bytes.length; at += step) hash.update(bytes.subarray(at, at + step));
  return hash.digest("hex");
}

/**
 * UTF-8 as text, without a byte order mark.
 * @param source what to call the bytes in a message
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
    // all of it, for it quotes the text, line feeds among it
    const problem = error instanceof Error ? error.message : String(error);
    const wayOut = /\.ya?ml$/i.test(path) ? "; YAML is not read: write it as JSON" : "";
    throw new InputError(`${path}: not valid JSON (${problem})${wayOut}`, { cause: error });
  }
}

/** The first line of what an unknown error says. */
export function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0];
}
