import { sentencesFromArrow } from "../arrow";
import { StoredSentences } from "../disk/stored-sentences";
import { writeBlocks } from "../disk/write-blocks";
import type { Sentence } from "../types";
import type { Format } from "./format";
import type { Source } from "./source";

export const arrow: Format = {
  name: "arrow",
  holds:
    "an Arrow IPC file with a checksum, which other tools can read, too; written in constant memory, with 256 sentences per record batch",
  sign: "`.arrow`",
  isBinary: true,
  endings: [".arrow"],
  options: {},
  recognize: ({ head }) => head.startsWith("ARROW1"),
  read: readArrow,
  // takes the hash from the file, which a stream must compute
  readWhole: sentencesFromArrow,
  writer: { ending: ".arrow", options: {}, write: writeBlocks },
};

async function* readArrow(source: Source): AsyncGenerator<Sentence> {
  const blocks = StoredSentences.openBlocks(source.file);
  if (!blocks) return yield* sentencesFromArrow(await source.bytes(), source.file);
  try {
    yield* blocks;
  } finally {
    blocks.close();
  }
}
