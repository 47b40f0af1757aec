import { createHash } from "node:crypto";
import { AsyncByteQueue, RecordBatchFileWriter } from "apache-arrow";
import { AtomicFile } from "../../base/files";
import { windowsOf } from "../../base/streams";
import { ContentHash } from "../hash";
import { openSeal, sealedBy } from "../seal";
import type { Sentence } from "../types";
import { requireWellFormed } from "../validate";
import { blockOf, blockSchema, blockSize } from "./blocks";

/** The format's version where a file holds blocks; "1" is a file in one piece. */
export const blocksVersion = "2";

/**
 * Writes sentences as they come, of any number, in constant memory: an Arrow IPC file of a record batch every 256 sentences,
 * with the columns and metadata of {@link sentencesToArrow}, but strings as they are. The same sentences give the same bytes.
 * @returns how many there were
 */
export async function writeBlocks(
  path: string,
  sentences: Iterable<Sentence> | AsyncIterable<Sentence>,
): Promise<number> {
  const file = new AtomicFile(path);
  try {
    const hash = createHash("sha256");
    const footer: Uint8Array[] = [];
    let ending = false;
    const writer = new RecordBatchFileWriter();
    const metadata = new Map<string, string>();
    const schema = blockSchema(metadata);
    const sink = new Sink((bytes) => {
      hash.update(bytes);
      if (ending) footer.push(bytes.slice());
      else file.write(bytes);
    });
    writer.reset(sink, schema);

    const content = new ContentHash();
    const types = new Set<string>();
    let count = 0;
    for await (const block of windowsOf(sentences, blockSize)) {
      for (const [at, sentence] of block.entries()) {
        requireWellFormed(sentence, { file: path, sentence: count + at });
        content.add(sentence);
        for (const { type } of sentence.entities) types.add(type);
      }
      writer.write(blockOf(block, schema));
      count += block.length;
    }
    // the footer holds the metadata, which are known only now
    metadata.set("version", blocksVersion);
    metadata.set("types", JSON.stringify([...types].sort()));
    metadata.set("hash", content.digest());
    metadata.set("checksum", openSeal);
    ending = true;
    writer.finish();
    file.write(sealedBy(hash, Buffer.concat(footer)));
    file.commit();
    return count;
  } finally {
    file.discard();
  }
}

/** Hands on what a writer makes at once, where Arrow's own queue would gather it. */
class Sink extends AsyncByteQueue {
  constructor(private readonly take: (bytes: Uint8Array) => void) {
    super();
  }

  override write(bytes: Uint8Array): void {
    this.take(bytes);
  }
}
