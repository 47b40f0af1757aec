import { createHash, type Hash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { InputError, PnrError } from "./errors";
import { reason } from "./files";

/** What a file's content must be. `git` is the SHA-1 that git names a file by. */
export interface Checksum {
  readonly kind: "sha256" | "git";
  readonly value: string;
}

export interface Download {
  readonly url: string;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly checksum: Checksum;
  readonly signal?: AbortSignal;
  /** Called with the bytes that are there, those of an earlier attempt among them. */
  readonly onProgress?: (done: number) => void;
}

/** A server that cannot be reached at all, or that broke off again and again. */
export class NetworkError extends PnrError {}

/** Attempts in a row that bring no byte, and the milliseconds before each further one. */
const pauses: readonly number[] = [500, 2000, 5000];

/**
 * Downloads a file: goes on where an earlier attempt broke off, tries again when the connection does, and puts the file in its place
 * only when its content has the checksum. Does nothing where that file is there already.
 * @throws NetworkError when the server cannot be reached or keeps breaking off; what came so far stays for the next attempt
 * @throws InputError when the server has no such file, or its content is another
 * @throws the signal's reason when it aborts
 */
export async function download(task: Download): Promise<void> {
  const { path, size, checksum, onProgress } = task;
  if (existsSync(path)) {
    if ((await hashOf(path, size, checksum)).digest("hex") === checksum.value) {
      onProgress?.(size);
      return;
    }
    rmSync(path);
  }
  // named by the content, so that another version's beginning is not taken for this one's
  const part = `${path}.${checksum.value.slice(0, 12)}.part`;
  mkdirSync(dirname(path), { recursive: true });
  let failures = 0;
  for (let there = sizeOf(part); there !== size || size === 0; ) {
    try {
      await append(task, part);
      if (sizeOf(part) === size) break;
      throw new NetworkError(`${task.url}: broke off after ${sizeOf(part)} of ${size} bytes`);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      failures = sizeOf(part) > there ? 0 : failures;
      if (failures === pauses.length) throw error;
      there = sizeOf(part);
      await wait(pauses[failures++], undefined, { signal: task.signal });
    }
  }
  const found = (await hashOf(part, size, checksum)).digest("hex");
  if (found !== checksum.value) {
    rmSync(part);
    throw new InputError(
      `${task.url}: has the checksum ${found}, not ${checksum.value}, and was thrown away; fetch it again`,
    );
  }
  renameSync(part, path);
}

/** Requests what is missing of a file, and appends it. */
async function append({ url, size, signal, onProgress }: Download, part: string): Promise<void> {
  const begun = sizeOf(part);
  const there = begun < size ? begun : 0;
  const headers: Record<string, string> = { "accept-encoding": "identity" };
  if (there > 0) headers.range = `bytes=${there}-`;
  const response = await request(url, { headers, signal });
  const isRest = response.headers.get("content-range")?.startsWith(`bytes ${there}-`) ?? false;
  const file = openSync(part, "a");
  try {
    // a server that does not know ranges sends all of it
    let done = response.status === 206 && isRest ? there : 0;
    if (response.status === 206 && !isRest)
      throw new InputError(`${url}: the server sends another part than asked for`);
    if (done === 0) ftruncateSync(file);
    onProgress?.(done);
    for await (const bytes of chunksOf(response, url, signal)) {
      done += bytes.length;
      if (done > size) {
        ftruncateSync(file);
        throw new InputError(`${url}: is longer than the ${size} bytes that it should have`);
      }
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      onProgress?.(done);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * A successful response.
 * @throws NetworkError when the server cannot be reached or is busy
 * @throws InputError when it refuses
 */
export async function request(
  url: string,
  options: { headers?: Readonly<Record<string, string>>; signal?: AbortSignal } = {},
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw new NetworkError(`${new URL(url).origin} cannot be reached (${causeOf(error)})`, { cause: error });
  }
  if (response.ok) return response;
  await response.body?.cancel();
  const problem = `${url}: the server answers ${response.status}`;
  if (response.status === 429 || response.status >= 500) throw new NetworkError(problem);
  const meaning =
    {
      401: ", there is no such model, or it is not public",
      403: ", it is not public",
      404: ", there is no such thing",
    }[response.status] ?? "";
  throw new InputError(problem + meaning);
}

async function* chunksOf(response: Response, url: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    if (response.body) yield* response.body;
  } catch (error) {
    signal?.throwIfAborted();
    throw new NetworkError(`${url}: broke off (${causeOf(error)})`, { cause: error });
  }
}

/** What is behind an error of fetch, which itself says "fetch failed". */
function causeOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: string } };
  return cause?.code ?? reason(cause ?? error);
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

async function hashOf(path: string, size: number, { kind }: Checksum): Promise<Hash> {
  const hash = createHash(kind === "git" ? "sha1" : "sha256");
  if (kind === "git") hash.update(`blob ${size}\0`);
  if (size > 0) for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  return hash;
}
