import { createHash } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { CorpusError } from "../base/errors";
import { readBytes } from "../base/files";
import { sentencesFromJson } from "./json";
import type { Corpus, Sentence, SplitName } from "./types";
import { splitNames } from "./types";

const contents =
  "a corpus folder holds train.json (and dev.json, test.json) or train.arrow (and dev.arrow, test.arrow)";

/**
 * Loads a corpus: a folder with `train.json`, and `dev.json` and `test.json` where there are, in the format of the
 * paper's authors.
 * @throws CorpusError when the folder, its train split or any sentence is not as it must be.
 */
export async function loadCorpus(path: string): Promise<Corpus> {
  requireFolder(path);
  const splits: Record<SplitName, readonly Sentence[]> = { train: [], dev: [], test: [] };
  for (const split of splitNames) splits[split] = readSplit(path, split);
  return corpusOf(basename(resolve(path)), splits);
}

/** A corpus of these sentences, with its types and hash. */
export function corpusOf(name: string, splits: Readonly<Record<SplitName, readonly Sentence[]>>): Corpus {
  const types = splitNames.flatMap((split) =>
    splits[split].flatMap((sentence) => sentence.entities.map((entity) => entity.type)),
  );
  return { name, types: [...new Set(types)].sort(), splits, hash: contentHash(splits) };
}

/** Lists in a fixed order, so that the order of an object's keys cannot change the hash. */
function contentHash(splits: Readonly<Record<SplitName, readonly Sentence[]>>): string {
  const content = splitNames.map((split) =>
    splits[split].map(({ tokens, pos, entities, previous, next, id }) => [
      tokens,
      pos,
      entities.map(({ start, end, type }) => [start, end, type]),
      previous,
      next,
      id,
    ]),
  );
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}

function requireFolder(path: string): void {
  if (!existsSync(path)) throw new CorpusError({ file: path }, `no such folder; ${contents}`);
  if (!statSync(path).isDirectory())
    throw new CorpusError({ file: path }, `is a file, not a folder; ${contents}`);
  if (!readdirSync(path).some((file) => file === "train.json")) {
    throw new CorpusError({ file: path }, `has no train split; ${contents}`);
  }
}

function readSplit(folder: string, split: SplitName): Sentence[] {
  const file = join(folder, `${split}.json`);
  if (!existsSync(file)) return [];
  const sentences = sentencesFromJson(readBytes(file), file);
  if (split === "train" && sentences.length === 0) {
    throw new CorpusError({ file }, "holds no sentences; there is nothing to train on");
  }
  return sentences;
}
