import { z } from "zod";
import { CorpusError, show } from "../../base/errors";
import { parseJson } from "../../base/json";
import { RandomAccess } from "../../base/tensor-files";
import { arrow } from "../arrow-file";
import { checkArrowFooter } from "../arrow-metadata";
import { isFileIntact } from "../checksum";
import { isContentHash, rememberHash } from "../hash";
import type { Sentence, Sentences } from "../types";
import { checkSentence } from "../validate";
import { Block, blockSize } from "./blocks";
import { blocksVersion } from "./write-blocks";

const magic = "ARROW1";
/** A file ends with the length of its footer and the magic bytes. */
const endBytes = 4 + magic.length;

/** Bytes of a record batch in the file. */
interface BlockRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * The sentences of an Arrow file of blocks (`writeBlocks`), read from disk on demand. Holds only the offset of each block and the number
 * of tokens of each sentence: 4 bytes per sentence.
 */
export class StoredSentences implements Sentences {
  readonly length: number;
  readonly tokenCounts: Int32Array;
  readonly types: readonly string[];
  private readonly blocks: readonly BlockRange[];

  private constructor(
    private readonly file: RandomAccess,
    { blocks, metadata }: Footer,
  ) {
    this.blocks = blocks;
    this.types = typesOf(metadata, file.path);
    this.tokenCounts = new Int32Array(blockSize * blocks.length);
    let length = 0;
    for (const range of blocks) {
      // all blocks but the last are full, so a sentence's index determines its block
      if (length % blockSize) throw damaged(file.path);
      const counts = this.read(range).tokenCounts();
      if (counts.length > blockSize) throw damaged(file.path);
      this.tokenCounts.set(counts, length);
      length += counts.length;
    }
    this.tokenCounts = this.tokenCounts.subarray(0, length);
    this.length = this.tokenCounts.length;
    const hash = metadata.get("hash") ?? "";
    if (!isContentHash(hash)) throw damaged(file.path);
    rememberHash(this, hash);
  }

  /**
   * Opens a file and verifies its checksum.
   * @throws CorpusError if it is damaged or not an Arrow file of blocks
   */
  static open(path: string): StoredSentences {
    const sentences = StoredSentences.openBlocks(path);
    if (sentences) return sentences;
    throw new CorpusError(
      { file: path },
      "holds no sentences that can be read from disk one by one; convert it with pnr corpus convert --to arrow",
    );
  }

  /** Like {@link open}, but returns undefined for an intact file without blocks. */
  static openBlocks(path: string): StoredSentences | undefined {
    const file = new RandomAccess(path);
    try {
      const footer = footerOf(file);
      if (footer) return new StoredSentences(file, footer);
    } catch (error) {
      file.close();
      throw error;
    }
    file.close();
    return undefined;
  }

  at(index: number): Sentence | undefined {
    if (!(index >= 0 && index < this.length)) return undefined;
    const sentence = this.read(this.blocks[Math.floor(index / blockSize)]).at(index % blockSize);
    return this.check(sentence, index);
  }

  *[Symbol.iterator](): Generator<Sentence> {
    let index = 0;
    for (const range of this.blocks)
      for (const sentence of this.read(range).all()) yield this.check(sentence, index++);
  }

  close(): void {
    this.file.close();
  }

  private read({ offset, length }: BlockRange): Block {
    const message = this.file.read(offset, length);
    try {
      return new Block(message);
    } catch {
      throw damaged(this.file.path);
    }
  }

  private check(sentence: Sentence, index: number): Sentence {
    const location = { file: this.file.path, sentence: index };
    checkSentence(sentence, location);
    for (const { type } of sentence.entities)
      if (!this.types.includes(type))
        throw new CorpusError(
          location,
          `has an entity of type ${show(type)}, which the file does not list; create the file again`,
        );
    return sentence;
  }
}

interface Footer {
  readonly blocks: readonly BlockRange[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** @returns undefined for another kind of file @throws CorpusError if the file is damaged */
function footerOf(file: RandomAccess): Footer | undefined {
  const { path, size } = file;
  if (size < 2 * endBytes || file.read(0, magic.length).toString("latin1") !== magic) return undefined;
  const end = file.read(size - endBytes, endBytes);
  const length = end.readInt32LE(0);
  if (end.toString("latin1", 4) !== magic || length < 1 || length > size - 2 * endBytes) throw damaged(path);
  const footer = file.read(size - endBytes - length, length + endBytes);
  // checked first, because a damaged file can make its reader request more memory than exists
  const intact = isFileIntact(file, footer);
  if (intact === false) throw damaged(path);
  const parsed = intact ? parseFooter(footer, size) : undefined;
  return parsed?.metadata.get("version") === blocksVersion ? parsed : undefined;
}

function typesOf(metadata: ReadonlyMap<string, string>, file: string): string[] {
  try {
    return z.array(z.string()).parse(parseJson(metadata.get("types") ?? ""));
  } catch {
    throw damaged(file);
  }
}

/** Parses only the footer of a file. @returns undefined if it has dictionaries, which would have to be read first */
function parseFooter(bytes: Uint8Array, size: number): Footer | undefined {
  try {
    checkArrowFooter(bytes, size);
    const file = Buffer.concat([Buffer.from(`${magic}\0\0`), bytes]);
    const { schema, footer } = arrow().RecordBatchReader.from(file).open();
    const blocks = [...footer!.recordBatches()].map(({ offset, metaDataLength, bodyLength }) => ({
      offset,
      length: metaDataLength + bodyLength,
    }));
    return { metadata: schema.metadata, blocks };
  } catch {
    return undefined;
  }
}

function damaged(file: string): CorpusError {
  return new CorpusError(
    { file },
    "is damaged or truncated: it does not match its checksum; get the file again",
  );
}
