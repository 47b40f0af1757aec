import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { reason } from "./files";

/** The same stream with at least `size` bytes in its first chunk, if it has that many. */
export async function* withFirstChunk(
  chunks: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Buffer> {
  let parts: Uint8Array[] | undefined = [];
  let length = 0;
  for await (const chunk of chunks) {
    if (!parts) {
      yield asBuffer(chunk);
      continue;
    }
    parts.push(chunk);
    length += chunk.length;
    if (length < size) continue;
    yield parts.length === 1 ? asBuffer(parts[0]) : Buffer.concat(parts);
    parts = undefined;
  }
  if (parts && length) yield Buffer.concat(parts);
}

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Unpacks a stream if it is gzip.
 * @param onGzip called before the first chunk if it is
 * @param damaged makes the error for gzip that cannot be unpacked
 */
export async function* gunzipIfPacked(
  chunks: AsyncIterable<Uint8Array>,
  onGzip: () => void,
  damaged: (problem: string, cause: unknown) => Error,
): AsyncGenerator<Buffer> {
  const stream = withFirstChunk(chunks, 2);
  const first = await stream.next();
  if (first.done) return;
  const all = prepend(first.value, stream);
  if (!isGzip(first.value)) return yield* all;
  onGzip();
  const gunzip = createGunzip();
  // errors of the source reach the reader of gunzip
  pipeline(Readable.from(all), gunzip, () => {});
  try {
    yield* gunzip;
  } catch (error) {
    const isDamage = error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
    throw isDamage ? damaged(reason(error), error) : error;
  }
}

/** A stream with `first` before the rest. Closes the rest even if it is not read. */
export async function* prepend(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield first;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

export function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
