import { RecordBatchReader } from "apache-arrow";
import { z } from "zod";
import { CorpusError, show } from "../../base/errors";
import { parseJson } from "../../base/json";
import { RandomAccess } from "../../base/tensor-files";
import { checkArrowFooter } from "../arrow-metadata";
import { isContentHash, rememberHash } from "../hash";
import { isFileIntact } from "../seal";
import type { Sentence, Sentences } from "../types";
import { checkSentence } from "../validate";
import { Block, blockSize } from "./blocks";
import { blocksVersion } from "./write";

const magic = "ARROW1";
/** The footer's length and the magic bytes, which end a file. */
const endBytes = 4 + magic.length;

/** A record batch's place in the file, in bytes. */
interface Place {
  readonly offset: number;
  readonly length: number;
}

/**
 * The sentences of an Arrow file of blocks (`writeBlocks`), read from disk whenever they are asked for: in memory are only
 * where each block lies and how many tokens each sentence has, 4 bytes a sentence.
 */
export class StoredSentences implements Sentences {
  readonly length: number;
  readonly tokenCounts: Int32Array;
  /** Entity types, sorted. */
  readonly types: readonly string[];
  private readonly places: readonly Place[];

  private constructor(
    private readonly file: RandomAccess,
    { places, metadata }: Footer,
  ) {
    this.places = places;
    this.types = typesOf(metadata, file.path);
    this.tokenCounts = new Int32Array(blockSize * places.length);
    let length = 0;
    for (const place of places) {
      // all but the last are full, so that a sentence's number tells its block
      if (length % blockSize) throw damaged(file.path);
      const counts = this.block(place).tokenCounts();
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
   * Opens a file, whose checksum is compared with all of it first.
   * @throws CorpusError when it is damaged, or no Arrow file of blocks
   */
  static open(path: string): StoredSentences {
    const stored = StoredSentences.openBlocks(path);
    if (stored) return stored;
    throw new CorpusError(
      { file: path },
      "holds no sentences that can be read from disk one by one; write it anew with pnr corpus convert --to arrow",
    );
  }

  /** The same, but undefined for a whole file that has no blocks. */
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
    const sentence = this.block(this.places[Math.floor(index / blockSize)]).at(index % blockSize);
    return this.checked(sentence, index);
  }

  *[Symbol.iterator](): Generator<Sentence> {
    let index = 0;
    for (const place of this.places)
      for (const sentence of this.block(place).all()) yield this.checked(sentence, index++);
  }

  close(): void {
    this.file.close();
  }

  private block({ offset, length }: Place): Block {
    const message = this.file.read(offset, length);
    try {
      return new Block(message);
    } catch {
      throw damaged(this.file.path);
    }
  }

  private checked(sentence: Sentence, index: number): Sentence {
    const place = { file: this.file.path, sentence: index };
    checkSentence(sentence, place);
    for (const { type } of sentence.entities)
      if (!this.types.includes(type))
        throw new CorpusError(
          place,
          `has an entity of type ${show(type)}, which the file does not list; make it anew`,
        );
    return sentence;
  }
}

/** Where a file's blocks lie, and what it says about itself. */
interface Footer {
  readonly places: readonly Place[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** @returns undefined for a file of another kind. @throws CorpusError when it is damaged */
function footerOf(file: RandomAccess): Footer | undefined {
  const { path, size } = file;
  if (size < 2 * endBytes || file.read(0, magic.length).toString("latin1") !== magic) return undefined;
  const end = file.read(size - endBytes, endBytes);
  const length = end.readInt32LE(0);
  if (end.toString("latin1", 4) !== magic || length < 1 || length > size - 2 * endBytes) throw damaged(path);
  const footer = file.read(size - endBytes - length, length + endBytes);
  // before any of it is read, for a damaged file can make its reader ask for more memory than there is
  const intact = isFileIntact(file, footer);
  if (intact === false) throw damaged(path);
  const read = intact ? readFooter(footer, size) : undefined;
  return read?.metadata.get("version") === blocksVersion ? read : undefined;
}

function typesOf(metadata: ReadonlyMap<string, string>, file: string): string[] {
  const types = z.array(z.string()).safeParse(parsed(metadata.get("types") ?? ""));
  if (types.data) return types.data;
  throw damaged(file);
}

function parsed(json: string): unknown {
  try {
    return parseJson(json);
  } catch {
    return undefined;
  }
}

/** Looks at the beginning of a file and at its footer alone; undefined where it has dictionaries, which would have to be read first. */
function readFooter(bytes: Uint8Array, size: number): Footer | undefined {
  try {
    checkArrowFooter(bytes, size);
    const { schema, footer } = RecordBatchReader.from(
      Buffer.concat([Buffer.from(`${magic}\0\0`), bytes]),
    ).open();
    const places = [...footer!.recordBatches()].map(({ offset, metaDataLength, bodyLength }) => ({
      offset,
      length: metaDataLength + bodyLength,
    }));
    return { metadata: schema.metadata, places };
  } catch {
    return undefined;
  }
}

function damaged(file: string): CorpusError {
  return new CorpusError(
    { file },
    "is damaged or cut off: it does not have its checksum; get the file again",
  );
}
