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
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { InputError } from "../../base/errors";
import { reason } from "../../base/files";

export interface DownloadOptions {
  /** Refuses a file with another SHA-256. */
  readonly sha256?: string;
  /** Is told bytes that are here and bytes in all, where the server says how many. */
  readonly onProgress?: (done: number, total: number | undefined) => void;
  readonly signal?: AbortSignal;
  /** Most bytes of a file; default 1 GiB. */
  readonly most?: number;
  /** Milliseconds without a byte after which a server is given up; default 30,000. */
  readonly patience?: number;
}

/**
 * Downloads a file, which appears whole or not at all. What was cut off lies in `<path>.part` and is gone on with, as long as
 * the server still has the same file (`If-Range`); else the download begins again.
 * @returns the file's SHA-256
 * @throws InputError when the server cannot be reached or has no such file, and for a wrong checksum
 */
export async function download(
  address: string,
  path: string,
  options: DownloadOptions = {},
): Promise<string> {
  const part = `${path}.part`;
  mkdirSync(dirname(path), { recursive: true });
  await receive(address, part, options);
  const found = await sha256OfFile(part);
  if (options.sha256 !== undefined && found !== options.sha256) {
    forget(part);
    throw new InputError(
      `${address}: has the checksum ${found}, not ${options.sha256}: it is another file than the one known; compare it yourself, ` +
        "then take it with --any-checksum",
    );
  }
  renameSync(part, path);
  rmSync(tagFile(part), { force: true });
  return found;
}

/** SHA-256 of a file, in hexadecimal digits. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}

/** Beside a part stands what the server calls its version, so that never two versions are put together. */
function tagFile(part: string): string {
  return `${part}.version`;
}

function forget(part: string): void {
  rmSync(part, { force: true });
  rmSync(tagFile(part), { force: true });
}

async function receive(address: string, part: string, options: DownloadOptions): Promise<void> {
  const stalled = new AbortController();
  const timer = patienceTimer(stalled, options.patience ?? 30_000);
  const signal = options.signal ? AbortSignal.any([options.signal, stalled.signal]) : stalled.signal;
  try {
    const response = await request(address, part, signal);
    const version = response.headers.get("etag") ?? response.headers.get("last-modified");
    const goesOn = response.status === 206;
    if (!goesOn) forget(part);
    const file = openSync(part, goesOn ? "a" : "w");
    try {
      if (version && !version.startsWith("W/")) writeWhole(tagFile(part), version);
      await append(response, file, goesOn ? statSync(part).size : 0, timer, options);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    if (options.signal?.aborted) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const problem = stalled.signal.aborted ? "nothing came for too long" : reason(cause);
    const kept = existsSync(part) ? "; what came is kept, and the same command goes on with it" : "";
    throw new InputError(`${address}: cannot be downloaded (${problem})${kept}`, { cause: error });
  } finally {
    timer.stop();
  }
}

async function request(address: string, part: string, signal: AbortSignal): Promise<Response> {
  const size = statSync(part, { throwIfNoEntry: false })?.size ?? 0;
  const version = existsSync(tagFile(part)) ? readFileSync(tagFile(part), "utf8") : undefined;
  const headers: Record<string, string> =
    size > 0 && version ? { Range: `bytes=${size}-`, "If-Range": version } : {};
  // else offsets would be of the compressed bytes
  const response = await fetch(address, { headers: { ...headers, "Accept-Encoding": "identity" }, signal });
  if (response.status === 416) {
    // there is nothing behind what is here: whether that is the whole file its checksum says
    await response.body?.cancel();
    forget(part);
    return request(address, part, signal);
  }
  const begin = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1];
  if (response.status === 206 && Number(begin) !== size)
    throw new InputError(`${address}: goes on at byte ${begin}, not ${size}; remove ${part} and try again`);
  if (response.ok) return response;
  await response.body?.cancel();
  throw new InputError(`${address}: the server answers ${response.status} ${response.statusText}`);
}

async function append(
  response: Response,
  file: number,
  begin: number,
  timer: { restart(): void },
  { onProgress, most = 2 ** 30 }: DownloadOptions,
): Promise<void> {
  const length = response.headers.get("content-length");
  const total = length === null ? undefined : begin + Number(length);
  let done = begin;
  for await (const chunk of response.body ?? []) {
    timer.restart();
    done += chunk.length;
    if (done > most) throw new InputError(`${response.url}: is larger than ${most} bytes; that is no corpus`);
    for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at);
    onProgress?.(done, total);
  }
  if (total !== undefined && done < total) throw new Error(`ended after ${done} of ${total} bytes`);
}

function writeWhole(path: string, text: string): void {
  const file = openSync(path, "w");
  writeSync(file, text);
  closeSync(file);
}

function patienceTimer(stalled: AbortController, patience: number): { restart(): void; stop(): void } {
  let timer = setTimeout(() => stalled.abort(), patience);
  return {
    restart: () => {
      clearTimeout(timer);
      timer = setTimeout(() => stalled.abort(), patience);
    },
    stop: () => clearTimeout(timer),
  };
}
