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

/** The expected checksum of a file. `git` is the SHA-1 of git's blob object. */
export interface Checksum {
  readonly kind: "sha256" | "git";
  readonly value: string;
}

export interface DownloadOptions {
  /** Rejects a file with other content. */
  readonly checksum?: Checksum;
  /** Expected size in bytes. */
  readonly size?: number;
  /** Maximum size in bytes; default 1 GiB. */
  readonly most?: number;
  /** Called with the number of bytes received, and the total if the server reports it. */
  readonly onProgress?: (done: number, total: number | undefined) => void;
  readonly signal?: AbortSignal;
  /** Timeout in milliseconds while no byte arrives; default 30,000. */
  readonly patience?: number;
  /** Milliseconds to wait before each retry. A retry that receives bytes starts the list over. Default: no retries. */
  readonly pauses?: readonly number[];
}

/** The downloaded file has the wrong checksum. It was removed. */
export class ChecksumError extends InputError {}

/**
 * Downloads a file, which appears whole or not at all. An interrupted download stays in `<path>.part`. The next call resumes it if
 * the server confirms that the file is unchanged (`If-Range`) or if there is a checksum to verify. Otherwise it starts over.
 * @returns the file's checksum, of the requested kind; default SHA-256
 * @throws NetworkError when the server cannot be reached, or closes the connection early; the part stays
 * @throws InputError when the server has no such file, or the checksum is wrong
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
  if (size !== undefined && sizeOf(part) > size) removePart(part);
  if (!existsSync(part) || sizeOf(part) !== size) await receive(address, part, options);
  const actual = await checksumOf(part, checksum?.kind);
  if (checksum !== undefined && actual !== checksum.value) {
    removePart(part);
    throw new ChecksumError(
      `${address}: has the checksum ${actual}, not ${checksum.value}: this is not the expected file`,
    );
  }
  renameSync(part, path);
  removePart(part);
  return actual;
}

/** The checksum of a file, in hexadecimal. */
export async function checksumOf(path: string, kind: Checksum["kind"] = "sha256"): Promise<string> {
  const hash = createHash(kind === "git" ? "sha1" : "sha256");
  if (kind === "git") hash.update(`blob ${sizeOf(path)}\0`);
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** The file that stores the server's version of a part, so that a resumed download never mixes two versions. */
const tagFile = (part: string): string => `${part}.version`;

function removePart(part: string): void {
  rmSync(part, { force: true });
  rmSync(tagFile(part), { force: true });
}

/** Tries until the file is complete, or until too many attempts in a row receive nothing. */
async function receive(address: string, part: string, options: DownloadOptions): Promise<void> {
  const { pauses = [], signal } = options;
  for (let failures = 0; ; ) {
    const sizeBefore = sizeOf(part);
    try {
      await attempt(address, part, options);
      return;
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      const hasProgress = sizeOf(part) > sizeBefore;
      if (hasProgress) failures = 0;
      if (failures >= pauses.length) throw error;
      await wait(pauses[failures], undefined, { signal });
      if (!hasProgress) failures++;
    }
  }
}

async function attempt(address: string, part: string, options: DownloadOptions): Promise<void> {
  const { signal, patience = 30_000 } = options;
  const stalled = new AbortController();
  let timer = setTimeout(() => stalled.abort(), patience);
  const restartTimer = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => stalled.abort(), patience);
  };
  try {
    await append(
      address,
      part,
      options,
      restartTimer,
      signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal,
    );
  } catch (error) {
    if (error instanceof InputError && !(error instanceof NetworkError)) throw error;
    signal?.throwIfAborted();
    const hint = sizeOf(part) > 0 ? "; run the same command again to resume the download" : "";
    throw NetworkError.of(address, stalled.signal.aborted ? "timeout: no data arrived" : error, hint);
  } finally {
    clearTimeout(timer);
  }
}

/** Requests the missing bytes of a file, and appends them. */
async function append(
  address: string,
  part: string,
  { checksum, size, most = 2 ** 30, onProgress }: DownloadOptions,
  onData: () => void,
  signal: AbortSignal,
): Promise<void> {
  const { response, begin } = await rest(address, part, checksum !== undefined, signal);
  if (begin === 0) removePart(part);
  const version = response.headers.get("etag") ?? response.headers.get("last-modified");
  if (version && !version.startsWith("W/")) writeFileSync(tagFile(part), version);
  const length = response.headers.get("content-length");
  const total = size ?? (length === null ? undefined : begin + Number(length));
  const file = openSync(part, begin > 0 ? "a" : "w");
  let done = begin;
  try {
    for await (const chunk of response.body ?? []) {
      onData();
      done += chunk.length;
      if (done > (size ?? most)) break;
      for (let offset = 0; offset < chunk.length; ) offset += writeSync(file, chunk, offset);
      onProgress?.(done, total);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  if (done > (size ?? most)) {
    removePart(part);
    throw new InputError(`${address}: is larger than ${size ?? most} bytes: this is not the expected file`);
  }
  if (total !== undefined && done < total) throw new Error(`ended after ${done} of ${total} bytes`);
}

/** The response with the missing bytes, and the offset of its first byte; 0 if the download starts over. */
async function rest(
  address: string,
  part: string,
  hasChecksum: boolean,
  signal: AbortSignal,
): Promise<{ response: Response; begin: number }> {
  const size = sizeOf(part);
  const version = existsSync(tagFile(part)) ? readFileSync(tagFile(part), "utf8") : undefined;
  const headers: Record<string, string> = { "Accept-Encoding": "identity" };
  if (size > 0 && (version || hasChecksum)) headers.Range = `bytes=${size}-`;
  if (headers.Range && version) headers["If-Range"] = version;
  const response = await request(address, { headers, signal, accepts: [416] });
  if (response.status === 416) {
    // The server has no bytes after the part. Only a new download shows whether the part is the whole file.
    removePart(part);
    return rest(address, part, hasChecksum, signal);
  }
  if (response.status !== 206) return { response, begin: 0 };
  const begin = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1];
  if (Number(begin) === size) return { response, begin: size };
  await response.body?.cancel();
  throw new InputError(
    `${address}: the server resumes at byte ${begin}, not ${size}; remove ${part} and try again`,
  );
}
