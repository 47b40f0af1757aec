import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { CorpusError } from "../base/errors";
import { reason } from "../base/files";
import { sentencesFromArrow } from "./arrow";
import { cachedSentences } from "./cache";
import { corpusHash } from "./hash";
import type { Corpus, Sentence, SplitName } from "./types";
import { splitNames } from "./types";

const contents =
  "a corpus is a folder with train.json (and dev.json, test.json) or train.arrow (and dev.arrow, test.arrow)";

export interface LoadOptions {
  /** Folder where JSON corpora are kept as Arrow for the next load; default `.cache/corpora` below the current one. */
  readonly cache?: string;
}

/**
 * Loads a corpus: a folder with a train split, and dev and test splits where there are, each as JSON in the format of the
 * paper's authors or as Arrow IPC. The corpus has the folder's name.
 * @throws CorpusError when the folder, its train split or any sentence is not as it must be.
 */
export async function loadCorpus(
  path: string,
  { cache = join(".cache", "corpora") }: LoadOptions = {},
): Promise<Corpus> {
  requireFolder(path);
  const [train, dev, test] = await Promise.all(splitNames.map((split) => readSplit(path, split, cache)));
  if (train === undefined) throw new CorpusError({ file: path }, `has no train split; ${contents}`);
  if (train.length === 0)
    throw new CorpusError({ file: path }, "train holds no sentences; there is nothing to learn");
  return corpusOf(basename(resolve(path)), { train, dev: dev ?? [], test: test ?? [] });
}

/** A corpus of these sentences, with its types and hash. */
export function corpusOf(name: string, splits: Readonly<Record<SplitName, readonly Sentence[]>>): Corpus {
  const types = splitNames.flatMap((split) =>
    splits[split].flatMap((sentence) => sentence.entities.map((entity) => entity.type)),
  );
  return { name, types: [...new Set(types)].sort(), splits, hash: corpusHash(splits) };
}

function requireFolder(path: string): void {
  if (!existsSync(path)) throw new CorpusError({ file: path }, `no such folder; ${contents}`);
  if (!statSync(path).isDirectory()) throw new CorpusError({ file: path }, `is a file; ${contents}`);
}

async function readSplit(folder: string, split: SplitName, cache: string): Promise<Sentence[] | undefined> {
  const [json, arrow] = ["json", "arrow"].map((ending) => join(folder, `${split}.${ending}`));
  if (existsSync(json) && existsSync(arrow)) {
    throw new CorpusError({ file: json }, `stands beside ${split}.arrow; remove one of the two`);
  }
  if (existsSync(json)) return cachedSentences(await readWhole(json), json, cache);
  if (existsSync(arrow)) return sentencesFromArrow(await readWhole(arrow), arrow);
  return undefined;
}

async function readWhole(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new CorpusError({ file }, `cannot be read (${reason(error)})`, { cause: error });
  }
}
