import { closeSync, openSync, readSync } from "node:fs";
import { extname } from "node:path";
import { pipeline, Readable } from "node:stream";
import { constants, createGunzip, gunzipSync } from "node:zlib";
import { utf8From } from "../../base/encodings";
import { CorpusError, InputError } from "../../base/errors";
import { openFile, reason } from "../../base/files";
import { type Line, linesOf } from "../../base/streams";
import type { Reading } from "./reading";

/** A file to read a corpus from. What gzip packed is unpacked, and UTF-16 becomes UTF-8, on the way. */
export class Source {
  /**
   * @param file its path, also for messages
   * @param open begins to read it
   * @param reading gets what the file was packed or encoded in
   * @param encoding of the text; default: UTF-8, or UTF-16 where its zeros show it
   */
  constructor(
    readonly file: string,
    private readonly open: () => AsyncIterable<Uint8Array>,
    private readonly reading?: Reading,
    private readonly encoding?: string,
  ) {}

  static at(path: string, reading?: Reading, encoding?: string): Source {
    return new Source(path, () => fileChunks(path), reading, encoding);
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    const [first, all] = await withFirst(this.open(), 2);
    if (!isGzip(first)) return yield* this.decoded(all);
    this.reading?.states("unpacked from gzip");
    const gunzip = createGunzip();
    // an error of either comes out where gunzip is read
    pipeline(Readable.from(all), gunzip, () => {});
    try {
      yield* this.decoded(gunzip);
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw new CorpusError({ file: this.file }, `is damaged gzip (${reason(error)}); get it again`, {
        cause: error,
      });
    }
  }

  lines(): AsyncGenerator<Line> {
    return linesOf(this.chunks(), this.file);
  }

  /** All of it. @throws CorpusError for what unpacks to more than 1 GiB */
  async bytes(): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of this.chunks()) {
      chunks.push(chunk);
      size += chunk.length;
      // a file that is in memory already comes in one chunk
      if (size > mostUnpacked && chunks.length > 1)
        throw new CorpusError(
          { file: this.file },
          "holds more than 1 GiB; give it as JSON Lines, which are read one by one",
        );
    }
    return chunks.length === 1 ? asBuffer(chunks[0]) : Buffer.concat(chunks);
  }

  private async *decoded(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const [first, all] = await withFirst(chunks, 4);
    const encoding = this.encoding ?? utf16Of(first);
    if (encoding === undefined) return yield* all;
    this.reading?.states(`read as ${encoding}`);
    yield* utf8From(encoding, all, this.file);
  }
}

function asBuffer({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}

async function* fileChunks(path: string): AsyncGenerator<Uint8Array> {
  const { stream } = openFile(path);
  try {
    yield* stream;
  } finally {
    stream.destroy();
  }
}

/** The first bytes of a stream, at least so many where it has them, and the whole stream. */
async function withFirst(
  chunks: AsyncIterable<Uint8Array>,
  size: number,
): Promise<[first: Uint8Array, all: AsyncGenerator<Uint8Array>]> {
  const items = chunks[Symbol.asyncIterator]();
  const begin: Uint8Array[] = [];
  let length = 0;
  while (length < size) {
    const next = await items.next();
    if (next.done) break;
    begin.push(next.value);
    length += next.value.length;
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      yield* begin;
      for (let next = await items.next(); !next.done; next = await items.next()) yield next.value;
    } finally {
      await items.return?.();
    }
  }
  return [begin.length === 1 ? begin[0] : Buffer.concat(begin), all()];
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** UTF-16 shows by its byte order mark, or by the zero bytes of the first letters. */
function utf16Of([a, b, c, d]: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (a === 0xff && b === 0xfe) return "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  if (a && b === 0 && c && d === 0) return "utf-16le";
  return a === 0 && b && c === 0 && d ? "utf-16be" : undefined;
}

/** What unpacks to more is a bomb, or belongs into a format that is read as a stream. */
const mostUnpacked = 2 ** 30;

const headBytes = 2 ** 16;

/** The first 64 KiB of a file as text, unpacked. @throws InputError for a file that cannot be read */
export function beginningOf(path: string, encoding?: string): string {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const buffer = Buffer.alloc(headBytes);
    const packed = buffer.subarray(0, readSync(file, buffer));
    // what comes behind is cut off
    const bytes = isGzip(packed) ? gunzipSync(packed, { finishFlush: constants.Z_SYNC_FLUSH }) : packed;
    return new TextDecoder(encoding ?? utf16Of(bytes) ?? "utf-8").decode(bytes.subarray(0, headBytes));
  } catch (error) {
    throw new InputError(`${path}: cannot be read (${reason(error)})`, { cause: error });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The end of a file's name in lower case, as in ".json"; a ".gz" behind it does not count. */
export function endingOf(path: string): string {
  return extname(path.toLowerCase().replace(/\.gz$/, ""));
}
