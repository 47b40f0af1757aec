import { sentencesFromArrow } from "../arrow";
import { StoredSentences } from "../disk/stored-sentences";
import { writeBlocks } from "../disk/write";
import type { Sentence } from "../types";
import type { Format } from "./format";
import type { Source } from "./source";

/** An Arrow IPC file as we write it. */
export const arrow: Format = {
  name: "arrow",
  holds:
    "an Arrow IPC file that other tools read as well, sealed by a checksum; written in constant memory, a record batch every 256 sentences",
  sign: "`.arrow`",
  isBinary: true,
  endings: [".arrow"],
  options: {},
  recognize: ({ head }) => head.startsWith("ARROW1"),
  read: readArrow,
  // the file says its hash, which a stream of sentences must compute
  readWhole: sentencesFromArrow,
  writer: { ending: ".arrow", options: {}, write: writeBlocks },
};

async function* readArrow(source: Source): AsyncGenerator<Sentence> {
  const stored = StoredSentences.openBlocks(source.file);
  if (!stored) return yield* sentencesFromArrow(await source.bytes(), source.file);
  try {
    yield* stored;
  } finally {
    stored.close();
  }
}
