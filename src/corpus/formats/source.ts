import { openFile } from "../../base/files";
import { type Line, linesOf } from "../../base/streams";

/** A file to read a corpus from. */
export class Source {
  /**
   * @param file its path, also for messages
   * @param open begins to read it
   */
  constructor(
    readonly file: string,
    private readonly open: () => AsyncIterable<Uint8Array>,
  ) {}

  /** @throws InputError when the file is missing or unreadable */
  static at(path: string): Source {
    return new Source(path, () => fileChunks(path));
  }

  chunks(): AsyncIterable<Uint8Array> {
    return this.open();
  }

  lines(): AsyncGenerator<Line> {
    return linesOf(this.chunks(), this.file);
  }

  /** All of it. */
  async bytes(): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.chunks()) chunks.push(chunk);
    return Buffer.concat(chunks);
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
