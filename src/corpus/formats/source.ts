import { closeSync, openSync, readSync } from "node:fs";
import { extname } from "node:path";
import { constants, gunzipSync } from "node:zlib";
import { utf8From } from "../../base/encodings";
import { CorpusError, InputError } from "../../base/errors";
import { openFile, reason } from "../../base/files";
import { asBuffer, gunzipIfPacked, isGzip, prepend, withFirstChunk } from "../../base/gunzip";
import { type Line, linesOf } from "../../base/streams";
import type { Reading } from "./reading";

/** Larger files are zip bombs, or need a format that is read as a stream. */
const mostUnpacked = 2 ** 30;

/** A corpus file. Unpacks gzip and converts UTF-16 to UTF-8. */
export class Source {
  /**
   * @param file its path, which messages name, too
   * @param open starts reading it
   * @param reading receives how the file was packed and encoded
   * @param encoding of the text; default: UTF-8, or UTF-16 if detected
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
    const damaged = (problem: string, cause: unknown): CorpusError =>
      new CorpusError({ file: this.file }, `is damaged gzip (${problem}); download it again`, { cause });
    const unpacked = gunzipIfPacked(this.open(), () => this.reading?.addFact("unpacked from gzip"), damaged);
    yield* this.toUtf8(withFirstChunk(unpacked, 4));
  }

  lines(): AsyncGenerator<Line> {
    return linesOf(this.chunks(), this.file);
  }

  /** The whole content. @throws CorpusError if it unpacks to more than 1 GiB */
  async bytes(): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of this.chunks()) {
      chunks.push(chunk);
      size += chunk.length;
      // a file that is already in memory comes in one chunk
      if (size > mostUnpacked && chunks.length > 1)
        throw new CorpusError(
          { file: this.file },
          "contains more than 1 GiB; convert it to JSON Lines, which are read line by line",
        );
    }
    return chunks.length === 1 ? asBuffer(chunks[0]) : Buffer.concat(chunks);
  }

  private async *toUtf8(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Uint8Array> {
    const first = await chunks.next();
    if (first.done) return;
    const all = prepend(first.value, chunks);
    const encoding = this.encoding ?? utf16Of(first.value);
    if (encoding === undefined) return yield* all;
    this.reading?.addFact(`read as ${encoding}`);
    yield* utf8From(encoding, all, this.file);
  }
}

async function* fileChunks(path: string): AsyncGenerator<Uint8Array> {
  const { stream } = openFile(path);
  try {
    yield* stream;
  } finally {
    stream.destroy();
  }
}

/** Detects UTF-16 by its byte order mark, or by the zero bytes of the first letters. */
function utf16Of([a, b, c, d]: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (a === 0xff && b === 0xfe) return "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  if (a && b === 0 && c && d === 0) return "utf-16le";
  return a === 0 && b && c === 0 && d ? "utf-16be" : undefined;
}

const headBytes = 2 ** 16;

/** The first 64 KiB of a file as text, unpacked. @throws InputError if the file cannot be read */
export function headOf(path: string, encoding?: string): string {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const buffer = Buffer.alloc(headBytes);
    const packed = buffer.subarray(0, readSync(file, buffer));
    // the gzip data is incomplete
    const bytes = isGzip(packed) ? gunzipSync(packed, { finishFlush: constants.Z_SYNC_FLUSH }) : packed;
    return new TextDecoder(encoding ?? utf16Of(bytes) ?? "utf-8").decode(bytes.subarray(0, headBytes));
  } catch (error) {
    throw new InputError(`${path}: cannot be read (${reason(error)})`, { cause: error });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The ending of a file's name in lower case, as in ".json", without a final ".gz". */
export function endingOf(path: string): string {
  return extname(path.toLowerCase().replace(/\.gz$/, ""));
}
