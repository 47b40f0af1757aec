import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { cacheFolder } from "../base/caches";
import { CorpusError } from "../base/errors";
import { reason } from "../base/files";
import { type Discovery, describeSkipped, discoverSplits } from "./formats/discover-splits";
import { Reading } from "./formats/reading";
import { formatOf, type ReadOptions } from "./formats/registry";
import { Source } from "./formats/source";
import { corpusHash } from "./hash";
import { cachedSentences } from "./json-cache";
import { showingCorpus } from "./show-corpus";
import { type Corpus, type Sentence, type SplitName, splitNames, type Tokenizer } from "./types";

const contents =
  "a corpus is a folder with train.json (and dev.json, test.json) or train.arrow (and dev.arrow, test.arrow), or such files " +
  "of another format (train.txt, train.jsonl, …)";

/** Longer sentences are suspicious and take much memory. */
export const longSentence = 500;

export interface LoadOptions extends ReadOptions {
  /** Cache folder for JSON corpora. Default: `corpora` in the folder of all caches (`PNR_CACHE`). */
  readonly cache?: string;
  /** Receives a line for each thing that a reader recognized or repaired. */
  readonly onRemark?: (line: string) => void;
  /** Also loads a folder without a train split. Default false. */
  readonly optionalTrain?: boolean;
}

/**
 * Loads a corpus: a folder with a train split and optional dev and test splits, in any of the formats. The corpus has the folder's
 * name.
 * @throws CorpusError if the folder or its train split is missing, or a sentence is faulty
 */
export async function loadCorpus(path: string, options: LoadOptions = {}): Promise<Corpus> {
  assertFolder(path);
  const discovery = discoverSplits(path, options);
  const { splits: files } = discovery;
  if (!options.optionalTrain && files.train === undefined) throw trainMissing(discovery);
  remarkSkipped(discovery, options);
  const readSplits = await Promise.all(
    splitNames.map((split) => (files[split] === undefined ? undefined : readSplit(files[split], options))),
  );
  for (const split of readSplits) for (const line of split?.remarks ?? []) options.onRemark?.(line);
  const [train, dev, test] = readSplits.map((split) => split?.sentences ?? []);
  if (files.train !== undefined && train.length === 0)
    throw new CorpusError({ file: path }, "train holds no sentences; there is nothing to learn");
  const { tokenizer } = readSplits.find((split) => split !== undefined)!;
  return corpusOf(basename(resolve(path)), { train, dev, test }, tokenizer);
}

/** Reports skipped files that may be intended as splits. */
export function remarkSkipped({ folder, skipped }: Discovery, { onRemark }: LoadOptions): void {
  const description = describeSkipped(skipped.filter(({ namesSplit }) => namesSplit));
  if (description) onRemark?.(`${folder}: ${description}`);
}

/** The error for a folder without a train split. Lists the folder's content. */
export function trainMissing({ folder, splits, skipped }: Discovery): CorpusError {
  const present = Object.keys(splits);
  const entries = [present.length ? `has ${present.join(" and ")}` : "", describeSkipped(skipped)];
  const content = entries.filter(Boolean).join("; ") || "the folder is empty";
  return new CorpusError({ file: folder }, `has no train split (${content}); ${contents}`);
}

/** Makes a corpus of sentences, with its types and hash. */
export function corpusOf(
  name: string,
  splits: Readonly<Record<SplitName, readonly Sentence[]>>,
  tokenizer?: Tokenizer,
): Corpus {
  const types = splitNames.flatMap((split) =>
    splits[split].flatMap((sentence) => sentence.entities.map((entity) => entity.type)),
  );
  const corpus = { name, types: [...new Set(types)].sort(), splits, hash: corpusHash(splits) };
  return showingCorpus({ ...corpus, ...(tokenizer && { tokenizer }) });
}

export function assertFolder(path: string): void {
  if (!existsSync(path)) throw new CorpusError({ file: path }, `no such folder; ${contents}`);
  if (!statSync(path).isDirectory()) throw new CorpusError({ file: path }, `is a file; ${contents}`);
}

export interface ReadSplit {
  readonly sentences: Sentence[];
  readonly remarks: readonly string[];
  readonly tokenizer?: Tokenizer;
}

/** @param files one file, or the parts of one in order */
export async function readSplit(
  files: readonly string[],
  { cache = cacheFolder("corpora"), onRemark, optionalTrain, ...options }: LoadOptions,
): Promise<ReadSplit> {
  const sentences: Sentence[] = [];
  const filesOfLine = new Map<string, string[]>();
  let tokenizer: Tokenizer | undefined;
  for (const file of files) {
    const reading = new Reading();
    const part = await sentencesOf(file, cache, options, reading);
    const longest = part.reduce((most, { tokens }) => Math.max(most, tokens.length), 0);
    if (longest > longSentence)
      reading.addFact(
        `the longest sentence has ${longest} tokens, which is suspicious; pnr corpus check names it`,
      );
    for (const line of reading.lines()) filesOfLine.set(line, [...(filesOfLine.get(line) ?? []), file]);
    for (const sentence of part) sentences.push(sentence);
    tokenizer ??= reading.tokenizer;
  }
  const remarks = [...filesOfLine].map(([line, [first, ...others]]) => {
    const more = others.length ? ` and ${others.length} more part${others.length === 1 ? "" : "s"}` : "";
    return `${first}${more}: ${line}`;
  });
  return { sentences, remarks, tokenizer };
}

async function sentencesOf(
  file: string,
  cache: string,
  options: ReadOptions,
  reading: Reading,
): Promise<Sentence[]> {
  const format = formatOf(file, options);
  if (format.readWhole) {
    const source = new Source(file, () => wholeFile(file), reading, options.encoding);
    const bytes = await source.bytes();
    const parse = (): Sentence[] => format.readWhole!(bytes, file, reading);
    return format.cached ? cachedSentences(bytes, cache, reading, parse) : parse();
  }
  const sentences: Sentence[] = [];
  for await (const sentence of format.read(Source.at(file, reading, options.encoding), options, reading))
    sentences.push(sentence);
  return sentences;
}

async function* wholeFile(file: string): AsyncGenerator<Buffer> {
  try {
    yield await readFile(file);
  } catch (error) {
    const large = (error as NodeJS.ErrnoException).code === "ERR_FS_FILE_TOO_LARGE";
    const wayOut = large ? "; leave it on disk: pnr train --from-disk" : "";
    throw new CorpusError({ file }, `cannot be read (${reason(error)})${wayOut}`, { cause: error });
  }
}
