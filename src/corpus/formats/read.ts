import { existsSync } from "node:fs";
import { CorpusError } from "../../base/errors";
import { openFile, readBytes } from "../../base/files";
import { linesOf } from "../../base/streams";
import { sentencesFromArrow } from "../arrow";
import { StoredSentences } from "../disk/stored-sentences";
import type { Sentence } from "../types";
import { readBrat } from "./brat";
import { readColumns } from "./conll";
import { readGenia } from "./genia";
import { sentencesFromJson, sentencesFromJsonLines } from "./json";
import type { ReadOptions } from "./options";
import { Reading } from "./reading";
import { recogniseFormat } from "./recognise";
import { readWeibo } from "./weibo";

/**
 * The sentences of a file (of a folder, where the format is brat), one after the other: JSON, Arrow in one piece and a document
 * of brat are held whole, all else is read as a stream.
 * @param reading is told what was recognised and what was mended
 * @throws CorpusError when the file is missing, of no known format, or at fault
 */
export async function* readSentences(
  path: string,
  options: ReadOptions = {},
  reading: Reading = new Reading(),
): AsyncGenerator<Sentence> {
  if (!existsSync(path)) throw new CorpusError({ file: path }, "no such file");
  const from = options.from ?? recogniseFormat(path);
  const told = { ...options, from };
  if (from === "brat") return yield* readBrat(path, told, reading);
  if (from === "json") return yield* sentencesFromJson(readBytes(path), path, reading);
  if (from === "arrow") return yield* readArrow(path);
  const { stream } = openFile(path);
  try {
    if (from === "jsonl") yield* sentencesFromJsonLines(stream, path, reading);
    else if (from === "genia") yield* readGenia(stream, path, told, reading);
    else if (from === "weibo") yield* readWeibo(linesOf(stream, path), path, told, reading);
    else yield* readColumns(linesOf(stream, path), path, told, reading);
  } finally {
    stream.destroy();
  }
}

function* readArrow(path: string): Generator<Sentence> {
  const stored = StoredSentences.openBlocks(path);
  if (!stored) return yield* sentencesFromArrow(readBytes(path), path);
  try {
    yield* stored;
  } finally {
    stored.close();
  }
}
