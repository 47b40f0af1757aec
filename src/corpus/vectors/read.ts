import { createHash } from "node:crypto";
import { addAbortSignal, pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { InputError } from "../../base/errors";
import { openFile, reason } from "../../base/files";
import { BinaryRows } from "./binary-rows";
import { headBytes, readHeader } from "./header";
import type { RowCounts, RowReader, VectorHeader, VectorVisitor } from "./rows";
import { TextRows } from "./text-rows";

/** A file of word vectors that has been read. */
export interface VectorFile extends RowCounts {
  readonly file: string;
  readonly format: VectorHeader["format"];
  readonly zipped: boolean;
  /** Numbers of a vector. */
  readonly dimension: number;
}

export interface ReadVectorsOptions {
  readonly signal?: AbortSignal;
  /** Called after each piece of the file. @param total bytes of the file; undefined for what is none, such as a pipe */
  readonly onProgress?: (done: number, total: number | undefined) => void;
}

/** More words than one in so many that are not UTF-8: the file is in another encoding, not merely damaged here and there. */
const unreadableShare = 100;

/**
 * Reads a file of word vectors as a stream: GloVe's text, word2vec's text and binary format, each as it is or as .gz. The
 * format is told from the content. Not more than a row of it is held.
 * @returns what the file is, and its SHA-256
 * @throws InputError when the file is none, damaged or cut off, saying where
 * @throws the signal's reason when it aborts
 */
export async function readVectors(
  path: string,
  visitor: VectorVisitor,
  options: ReadVectorsOptions = {},
): Promise<VectorFile & { readonly sha256: string }> {
  const hash = createHash("sha256");
  const found = await parseVectors(fileBytes(path, options, hash), path, visitor);
  return { ...found, sha256: hash.digest("hex") };
}

/** SHA-256 of a file of any size. @throws InputError when it cannot be read */
export async function hashFile(path: string, options: ReadVectorsOptions = {}): Promise<string> {
  const hash = createHash("sha256");
  for await (const _ of fileBytes(path, options, hash));
  return hash.digest("hex");
}

/** The numbers of a vector, from the file's first bytes. @throws InputError when it is no such file */
export async function vectorDimension(path: string): Promise<number> {
  for await (const head of heads(unpacked(fileBytes(path), path))) return readHeader(head, path).dimension;
  return readHeader(Buffer.alloc(0), path).dimension;
}

/** As {@link readVectors}, from a file's bytes in pieces cut anywhere. @param file what to call it in messages */
export async function parseVectors(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  visitor: VectorVisitor,
): Promise<VectorFile> {
  let reader: RowReader | undefined;
  let header: VectorHeader | undefined;
  const state = { zipped: false };
  for await (const chunk of heads(unpacked(chunks, file, state))) {
    if (!reader) {
      header = readHeader(chunk, file);
      reader = new (header.format === "binary" ? BinaryRows : TextRows)(file, header, visitor);
      reader.push(chunk.subarray(header.start));
    } else reader.push(chunk);
  }
  if (!reader || !header) readHeader(Buffer.alloc(0), file);
  const counts = reader!.end();
  const { format, dimension } = header!;
  if (!counts.rows) throw new InputError(`${file}: holds no word; get the file again`);
  if (counts.unreadable * unreadableShare > counts.rows) {
    throw new InputError(
      `${file}: ${counts.unreadable} of ${counts.rows} words are not valid UTF-8; save the file in that encoding`,
    );
  }
  return { file, format, dimension, zipped: state.zipped, ...counts };
}

async function* fileBytes(
  path: string,
  { signal, onProgress }: ReadVectorsOptions = {},
  hash?: ReturnType<typeof createHash>,
): AsyncGenerator<Buffer> {
  const { stream, size } = openFile(path);
  try {
    for await (const chunk of signal ? addAbortSignal(signal, stream) : stream) {
      hash?.update(chunk);
      yield chunk;
      onProgress?.(stream.bytesRead, size);
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof InputError
      ? error
      : new InputError(`${path}: cannot be read (${reason(error)})`, { cause: error });
  }
}

/** The same bytes, the first piece with all that tells the format. */
async function* heads(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] | undefined = [];
  let size = 0;
  for await (const chunk of chunks) {
    if (!parts) yield chunk;
    else {
      parts.push(chunk);
      size += chunk.length;
      if (size < headBytes) continue;
      yield Buffer.concat(parts);
      parts = undefined;
    }
  }
  if (parts && size) yield Buffer.concat(parts);
}

/** The bytes themselves, unpacked where they are gzip's. */
async function* unpacked(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  state: { zipped: boolean } = { zipped: false },
): AsyncGenerator<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]();
  const begun: Uint8Array[] = [];
  let size = 0;
  while (size < 2) {
    const { value, done } = await iterator.next();
    if (done) break;
    begun.push(value);
    size += value.length;
  }
  const beginning = Buffer.concat(begun);
  state.zipped = beginning[0] === 0x1f && beginning[1] === 0x8b;
  const all = rejoined(beginning, iterator);
  if (!state.zipped) {
    yield* all;
    return;
  }
  const gunzip = createGunzip();
  // an error of either comes out where gunzip is read
  pipeline(Readable.from(all), gunzip, () => {});
  try {
    yield* gunzip;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && String(error.code).startsWith("Z_"))) throw error;
    throw new InputError(`${file}: damaged or cut off as .gz (${reason(error)}); get the file again`, {
      cause: error,
    });
  }
}

async function* rejoined(beginning: Buffer, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Buffer> {
  try {
    if (beginning.length) yield beginning;
    for (let next = await rest.next(); !next.done; next = await rest.next())
      yield Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
  } finally {
    await rest.return?.();
  }
}
