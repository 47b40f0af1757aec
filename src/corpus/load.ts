import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { cacheFolder } from "../base/caches";
import { CorpusError } from "../base/errors";
import { reason } from "../base/files";
import { cachedSentences } from "./cache";
import { Reading } from "./formats/reading";
import { formatOf, type ReadOptions } from "./formats/registry";
import { Source } from "./formats/source";
import { type Discovery, discoverSplits, passedOverText } from "./formats/splits";
import { corpusHash } from "./hash";
import type { Corpus, Sentence, SplitName, Tokenizer } from "./types";
import { splitNames } from "./types";

const contents =
  "a corpus is a folder with train.json (and dev.json, test.json) or train.arrow (and dev.arrow, test.arrow), or such files " +
  "of another format (train.txt, train.jsonl, …)";

/** Sentences are shorter; longer ones take much memory. */
export const longSentence = 500;

export interface LoadOptions extends ReadOptions {
  /** Folder where JSON corpora are kept as Arrow for the next load; default `corpora` in the folder of all caches (`PNR_CACHE`). */
  readonly cache?: string;
  /** Is told what a reader recognised and mended, a line each. */
  readonly onRemark?: (line: string) => void;
  /** Loads a folder without a train split too, as to score a model on. Default false. */
  readonly optionalTrain?: boolean;
}

/**
 * Loads a corpus: a folder with a train split, and dev and test splits where there are, each a file of one of the formats.
 * The corpus has the folder's name.
 * @throws CorpusError when the folder, its train split or any sentence is not as it must be.
 */
export async function loadCorpus(path: string, options: LoadOptions = {}): Promise<Corpus> {
  requireFolder(path);
  const discovery = discoverSplits(path, options);
  const { splits: files } = discovery;
  if (!options.optionalTrain && files.train === undefined) throw trainMissing(discovery);
  remarkOverlooked(discovery, options);
  const read = await Promise.all(
    splitNames.map((split) => (files[split] === undefined ? undefined : readSplit(files[split], options))),
  );
  for (const split of read) for (const line of split?.remarks ?? []) options.onRemark?.(line);
  const [train, dev, test] = read.map((split) => split?.sentences ?? []);
  if (files.train !== undefined && train.length === 0)
    throw new CorpusError({ file: path }, "train holds no sentences; there is nothing to learn");
  const { tokenizer } = read.find((split) => split !== undefined)!;
  return { ...corpusOf(basename(resolve(path)), { train, dev, test }), ...(tokenizer && { tokenizer }) };
}

/** Says which files may have been meant as splits. */
export function remarkOverlooked({ folder, passedOver }: Discovery, { onRemark }: LoadOptions): void {
  const overlooked = passedOverText(passedOver.filter(({ namesSplit }) => namesSplit));
  if (overlooked) onRemark?.(`${folder}: ${overlooked}`);
}

/** The error for a folder without a train split, with all that lies in it. */
export function trainMissing({ folder, splits, passedOver }: Discovery): CorpusError {
  const present = Object.keys(splits);
  const seen = [present.length ? `has ${present.join(" and ")}` : "", passedOverText(passedOver)].filter(
    Boolean,
  );
  return new CorpusError(
    { file: folder },
    `has no train split (${seen.join("; ") || "the folder is empty"}); ${contents}`,
  );
}

/** A corpus of these sentences, with its types and hash. */
export function corpusOf(name: string, splits: Readonly<Record<SplitName, readonly Sentence[]>>): Corpus {
  const types = splitNames.flatMap((split) =>
    splits[split].flatMap((sentence) => sentence.entities.map((entity) => entity.type)),
  );
  return { name, types: [...new Set(types)].sort(), splits, hash: corpusHash(splits) };
}

export function requireFolder(path: string): void {
  if (!existsSync(path)) throw new CorpusError({ file: path }, `no such folder; ${contents}`);
  if (!statSync(path).isDirectory()) throw new CorpusError({ file: path }, `is a file; ${contents}`);
}

export interface ReadSplit {
  readonly sentences: Sentence[];
  readonly remarks: readonly string[];
  /** Of a raw text. */
  readonly tokenizer?: Tokenizer;
}

/** @param files one, or the parts of one in their order */
export async function readSplit(
  files: readonly string[],
  { cache = cacheFolder("corpora"), onRemark, optionalTrain, ...options }: LoadOptions,
): Promise<ReadSplit> {
  const sentences: Sentence[] = [];
  const lines = new Map<string, string[]>();
  let tokenizer: Tokenizer | undefined;
  for (const file of files) {
    const reading = new Reading();
    const own = await sentencesOf(file, cache, options, reading);
    const longest = own.reduce((most, { tokens }) => Math.max(most, tokens.length), 0);
    if (longest > longSentence)
      reading.states(`the longest sentence has ${longest} tokens, which is odd; pnr corpus check names it`);
    for (const line of reading.lines()) lines.set(line, [...(lines.get(line) ?? []), file]);
    for (const sentence of own) sentences.push(sentence);
    tokenizer ??= reading.tokenizer;
  }
  const remarks = [...lines].map(([line, [first, ...others]]) => {
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
