import { createHash } from "node:crypto";
import { addAbortSignal } from "node:stream";
import { InputError } from "../../base/errors";
import { openFile, reason } from "../../base/files";
import { gunzipIfPacked, withFirstChunk } from "../../base/gunzip";
import { BinaryRows } from "./binary-rows";
import { TextRows } from "./text-rows";
import { headBytes, readHeader } from "./vector-header";
import type { RowCounts, RowReader, VectorHeader, VectorVisitor } from "./vector-rows";

/** A file of word vectors that was read. */
export interface VectorFile extends RowCounts {
  readonly file: string;
  readonly format: VectorHeader["format"];
  readonly zipped: boolean;
  /** Numbers per vector. */
  readonly dimension: number;
}

export interface ReadVectorsOptions {
  readonly signal?: AbortSignal;
  /** Called after each chunk. @param total bytes of the file; undefined for a pipe */
  readonly onProgress?: (done: number, total: number | undefined) => void;
}

/** If more than one in this many words is not UTF-8, the file has another encoding. */
const unreadableShare = 100;

/**
 * Reads a file of word vectors as a stream: GloVe's text, or word2vec's text or binary format, plain or as .gz. The content
 * determines the format. Holds at most one row.
 * @returns what the file is, and its SHA-256
 * @throws InputError if the file is not of these formats, damaged or truncated; the message says where
 * @throws the signal's reason on abort
 */
export async function readVectors(
  path: string,
  visitor: VectorVisitor,
  options: ReadVectorsOptions = {},
): Promise<VectorFile & { readonly sha256: string }> {
  const hash = createHash("sha256");
  const file = await parseVectors(fileBytes(path, options, hash), path, visitor);
  return { ...file, sha256: hash.digest("hex") };
}

/** SHA-256 of a file of any size. @throws InputError if it cannot be read */
export async function hashFile(path: string, options: ReadVectorsOptions = {}): Promise<string> {
  const hash = createHash("sha256");
  for await (const _ of fileBytes(path, options, hash));
  return hash.digest("hex");
}

/** Numbers per vector, read from the first bytes of a file. @throws InputError if it is not a file of vectors */
export async function vectorDimension(path: string): Promise<number> {
  for await (const head of unpackedBytes(fileBytes(path), path, () => {}))
    return readHeader(head, path).dimension;
  return readHeader(Buffer.alloc(0), path).dimension;
}

/** Like {@link readVectors}, for the bytes of a file in chunks. @param file for messages @internal */
export async function parseVectors(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  visitor: VectorVisitor,
): Promise<VectorFile> {
  let reader: RowReader | undefined;
  let header: VectorHeader | undefined;
  let zipped = false;
  const onGzip = (): void => {
    zipped = true;
  };
  for await (const chunk of unpackedBytes(chunks, file, onGzip)) {
    if (reader) {
      reader.push(chunk);
      continue;
    }
    header = readHeader(chunk, file);
    reader = new (header.format === "binary" ? BinaryRows : TextRows)(file, header, visitor);
    reader.push(chunk.subarray(header.start));
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
  return { file, format, dimension, zipped, ...counts };
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

function unpackedBytes(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  onGzip: () => void,
): AsyncGenerator<Buffer> {
  const damaged = (problem: string, cause: unknown): InputError =>
    new InputError(`${file}: damaged or truncated .gz (${problem}); get the file again`, { cause });
  return withFirstChunk(gunzipIfPacked(chunks, onGzip, damaged), headBytes);
}
