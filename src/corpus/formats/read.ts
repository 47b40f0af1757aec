import { existsSync } from "node:fs";
import { CorpusError } from "../../base/errors";
import type { Sentence } from "../types";
import { Reading } from "./reading";
import { formatOf, type ReadOptions } from "./registry";
import { Source } from "./source";

/**
 * The sentences of a file (of a folder, where the format is brat), one after the other: JSON, Arrow in one piece and a document
 * of brat are held whole, all else is read as a stream.
 * @param reading gets what was recognized and repaired
 * @throws CorpusError when the file is missing, of no known format, or at fault
 */
export async function* readSentences(
  path: string,
  options: ReadOptions = {},
  reading: Reading = new Reading(),
): AsyncGenerator<Sentence> {
  if (!existsSync(path)) throw new CorpusError({ file: path }, "no such file");
  yield* formatOf(path, options).read(Source.at(path, reading, options.encoding), options, reading);
}
