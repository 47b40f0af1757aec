import { createHash } from "node:crypto";
import type { AsyncByteQueue } from "apache-arrow";
import { AtomicFile } from "../../base/files";
import { windowsOf } from "../../base/streams";
import { arrow } from "../arrow-file";
import { checksumPlaceholder, writeChecksum } from "../checksum";
import { ContentHash } from "../hash";
import type { Sentence } from "../types";
import { assertWellFormed } from "../validate";
import { blockOf, blockSchema, blockSize } from "./blocks";

/** Version of files of blocks. Version "1" is a file in one piece. */
export const blocksVersion = "2";

/**
 * Writes any number of sentences in constant memory, as an Arrow IPC file with 256 sentences per record batch. Columns and metadata are
 * those of {@link sentencesToArrow}, but strings are plain. The same sentences give the same bytes.
 * @returns the number of sentences
 */
export async function writeBlocks(
  path: string,
  sentences: Iterable<Sentence> | AsyncIterable<Sentence>,
): Promise<number> {
  const file = new AtomicFile(path);
  try {
    const hash = createHash("sha256");
    const footer: Uint8Array[] = [];
    let isFooter = false;
    const writer = new (arrow().RecordBatchFileWriter)();
    const metadata = new Map<string, string>();
    const schema = blockSchema(metadata);
    const sink = sinkTo((bytes) => {
      hash.update(bytes);
      if (isFooter) footer.push(bytes.slice());
      else file.write(bytes);
    });
    writer.reset(sink, schema);

    const content = new ContentHash();
    const types = new Set<string>();
    let count = 0;
    for await (const block of windowsOf(sentences, blockSize)) {
      for (const [index, sentence] of block.entries()) {
        assertWellFormed(sentence, { file: path, sentence: count + index });
        content.add(sentence);
        for (const { type } of sentence.entities) types.add(type);
      }
      writer.write(blockOf(block, schema));
      count += block.length;
    }
    metadata.set("version", blocksVersion);
    metadata.set("types", JSON.stringify([...types].sort()));
    metadata.set("hash", content.digest());
    metadata.set("checksum", checksumPlaceholder);
    isFooter = true;
    writer.finish();
    file.write(writeChecksum(hash, Buffer.concat(footer)));
    file.commit();
    return count;
  } finally {
    file.discard();
  }
}

/** Passes bytes on immediately; Arrow's queue would collect them. */
function sinkTo(write: (bytes: Uint8Array) => void): AsyncByteQueue {
  return Object.assign(new (arrow().AsyncByteQueue)(), { write });
}
