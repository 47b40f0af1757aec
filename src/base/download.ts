import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { InputError } from "./errors";
import { NetworkError, request } from "./request";

/** What a file's content must be. `git` is the SHA-1 that git names a file by. */
export interface Checksum {
  readonly kind: "sha256" | "git";
  readonly value: string;
}

export interface DownloadOptions {
  /** Refuses a file of other content. */
  readonly checksum?: Checksum;
  /** Bytes that the file must have. */
  readonly size?: number;
  /** Most bytes of a file; default 1 GiB. */
  readonly most?: number;
  /** Is told bytes that are here, and bytes in all where they are known. */
  readonly onProgress?: (done: number, total: number | undefined) => void;
  readonly signal?: AbortSignal;
  /** Milliseconds without a byte after which a server is given up; default 30,000. */
  readonly patience?: number;
  /** Milliseconds before each further attempt in a row that brings no byte; none where left out. */
  readonly pauses?: readonly number[];
}

/** A file of other content than it should have; what came was thrown away. */
export class ChecksumError extends InputError {}

/**
 * Downloads a file, which appears whole or not at all. What was cut off lies in `<path>.part` and is gone on with, where the server
 * says that it still has the same file (`If-Range`) or the checksum will tell; else the download begins again.
 * @returns the file's checksum, of the kind asked for; else its SHA-256
 * @throws NetworkError when the server cannot be reached, or breaks off; what came so far stays
 * @throws InputError when the server has no such file, or its content is another
 * @throws the signal's reason when it aborts
 */
export async function download(
  address: string,
  path: string,
  options: DownloadOptions = {},
): Promise<string> {
  const { checksum, size } = options;
  const part = `${path}.part`;
  mkdirSync(dirname(path), { recursive: true });
  if (size !== undefined && sizeOf(part) > size) forget(part);
  if (!existsSync(part) || sizeOf(part) !== size) await receive(address, part, options);
  const found = await checksumOf(part, checksum?.kind);
  if (checksum !== undefined && found !== checksum.value) {
    forget(part);
    throw new ChecksumError(
      `${address}: has the checksum ${found}, not ${checksum.value}: it is another file than the one known`,
    );
  }
  renameSync(part, path);
  forget(part);
  return found;
}

/** Checksum of a file, in hexadecimal digits. */
export async function checksumOf(path: string, kind: Checksum["kind"] = "sha256"): Promise<string> {
  const hash = createHash(kind === "git" ? "sha1" : "sha256");
  if (kind === "git") hash.update(`blob ${sizeOf(path)}\0`);
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** Beside a part stands what the server calls its version, so that never two versions are put together. */
const tagFile = (part: string): string => `${part}.version`;

function forget(part: string): void {
  rmSync(part, { force: true });
  rmSync(tagFile(part), { force: true });
}

/** Attempts until all is there, or too many in a row brought nothing. */
async function receive(address: string, part: string, options: DownloadOptions): Promise<void> {
  const { pauses = [], signal } = options;
  for (let failures = 0; ; ) {
    const there = sizeOf(part);
    try {
      await attempt(address, part, options);
      return;
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      const brought = sizeOf(part) > there;
      if (brought) failures = 0;
      if (failures >= pauses.length) throw error;
      await wait(pauses[failures], undefined, { signal });
      if (!brought) failures++;
    }
  }
}

async function attempt(address: string, part: string, options: DownloadOptions): Promise<void> {
  const { signal, patience = 30_000 } = options;
  const stalled = new AbortController();
  let timer = setTimeout(() => stalled.abort(), patience);
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => stalled.abort(), patience);
  };
  try {
    await append(
      address,
      part,
      options,
      heard,
      signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal,
    );
  } catch (error) {
    if (error instanceof InputError && !(error instanceof NetworkError)) throw error;
    signal?.throwIfAborted();
    const kept = sizeOf(part) > 0 ? "; what came is kept, and the same command goes on with it" : "";
    throw NetworkError.of(address, stalled.signal.aborted ? "nothing came for too long" : error, kept);
  } finally {
    clearTimeout(timer);
  }
}

/** Requests what is missing of a file, and appends it. */
async function append(
  address: string,
  part: string,
  { checksum, size, most = 2 ** 30, onProgress }: DownloadOptions,
  heard: () => void,
  signal: AbortSignal,
): Promise<void> {
  const { response, begin } = await rest(address, part, checksum !== undefined, signal);
  if (begin === 0) forget(part);
  const version = response.headers.get("etag") ?? response.headers.get("last-modified");
  if (version && !version.startsWith("W/")) writeFileSync(tagFile(part), version);
  const length = response.headers.get("content-length");
  const total = size ?? (length === null ? undefined : begin + Number(length));
  const file = openSync(part, begin > 0 ? "a" : "w");
  let done = begin;
  try {
    for await (const chunk of response.body ?? []) {
      heard();
      done += chunk.length;
      if (done > (size ?? most)) break;
      for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at);
      onProgress?.(done, total);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  if (done > (size ?? most)) {
    forget(part);
    throw new InputError(
      `${address}: is larger than ${size ?? most} bytes: it is not the file that it should be`,
    );
  }
  if (total !== undefined && done < total) throw new Error(`ended after ${done} of ${total} bytes`);
}

/** The response that brings what is missing, and the byte that it begins at; 0 where all comes again. */
async function rest(
  address: string,
  part: string,
  isKnown: boolean,
  signal: AbortSignal,
): Promise<{ response: Response; begin: number }> {
  const there = sizeOf(part);
  const version = existsSync(tagFile(part)) ? readFileSync(tagFile(part), "utf8") : undefined;
  const headers: Record<string, string> = { "Accept-Encoding": "identity" };
  if (there > 0 && (version || isKnown)) headers.Range = `bytes=${there}-`;
  if (headers.Range && version) headers["If-Range"] = version;
  const response = await request(address, { headers, signal, accepts: [416] });
  if (response.status === 416) {
    // nothing is behind what is here; whether that is the whole file only a new beginning tells
    forget(part);
    return rest(address, part, isKnown, signal);
  }
  if (response.status !== 206) return { response, begin: 0 };
  const begin = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1];
  if (Number(begin) === there) return { response, begin: there };
  await response.body?.cancel();
  throw new InputError(`${address}: goes on at byte ${begin}, not ${there}; remove ${part} and try again`);
}
