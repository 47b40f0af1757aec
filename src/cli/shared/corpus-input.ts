import { existsSync, readdirSync, statSync } from "node:fs";
import { basename } from "node:path";
import { CorpusError, InputError } from "../../base/errors";
import type { Corpus, Sentence, SplitName } from "../../corpus";
import type { Discovery } from "../../corpus/formats/discover-splits";
import type { ReadOptions } from "../../corpus/formats/registry";
import type { LoadOptions } from "../../corpus/load";
import { note } from "./output";

/** The corpus of a command: the splits of a folder, or one file (for brat, one folder) without splits. */
export type CorpusInput = Discovery | { readonly file: string };

/** @throws CorpusError if nothing exists at the path, or only a folder without splits */
export async function corpusInput(path: string, options: ReadOptions): Promise<CorpusInput> {
  const { discoverSplits, describeSkipped } = await import("../../corpus/formats/discover-splits.js");
  if (!existsSync(path)) throw new CorpusError({ file: path }, "no such file or folder");
  if (!statSync(path).isDirectory()) return { file: path };
  const discovery = discoverSplits(path, options);
  if (Object.keys(discovery.splits).length) return discovery;
  if (readdirSync(path).some((name) => name.endsWith(".ann"))) return { file: path };
  const content = describeSkipped(discovery.skipped) || "the folder is empty";
  throw new CorpusError(
    { file: path },
    `holds neither splits (train.json, valid.txt, …) nor annotations of brat (.ann): ${content}; name its files as splits, or give one file`,
  );
}

/**
 * Reads a whole corpus: the splits of a folder, or one file as train.
 * @throws CorpusError if nothing exists at the path, or the corpus has no sentences
 */
export async function corpusAt(path: string, options: LoadOptions = {}): Promise<Corpus> {
  const { corpusOf, loadCorpus, readSplit } = await import("../../corpus/load.js");
  const input = await corpusInput(path, options);
  if ("splits" in input) return loadCorpus(path, { ...options, optionalTrain: true, onRemark: note });
  const { sentences, remarks } = await readSplit([input.file], options);
  for (const line of remarks) note(line);
  if (sentences.length === 0) throw new CorpusError({ file: path }, "holds no sentences");
  return corpusOf(basename(path), { train: sentences, dev: [], test: [] });
}

/** The sentences of a command. */
export interface ChosenSentences {
  readonly sentences: readonly Sentence[];
  /** `undefined` for a file without splits. */
  readonly split?: SplitName;
  /** Name for messages about a sentence: the file, or the folder and the split if the split has several files. */
  readonly file: string;
  /** Name for messages about all sentences: "corpora/genia, test". */
  readonly title: string;
}

/**
 * Reads one split of a corpus folder, or a file without splits.
 * @param requested the split that the user named
 * @param order in which to look for a split otherwise
 * @throws CorpusError if the split does not exist or has no sentences
 */
export async function chosenSentences(
  path: string,
  requested: SplitName | undefined,
  order: readonly SplitName[],
  options: LoadOptions = {},
): Promise<ChosenSentences> {
  const { readSplit } = await import("../../corpus/load.js");
  const input = await corpusInput(path, options);
  if ("file" in input && requested)
    throw new InputError(`${path}: is one file without splits; omit --split ${requested}`);
  const split = "file" in input ? undefined : chosenSplit(path, input, requested, order);
  const files = "file" in input ? [input.file] : input.splits[split!]!;
  const file = files.length === 1 ? files[0] : `${path}, ${split}`;
  const { sentences, remarks } = await readSplit(files, options);
  for (const line of remarks) note(line);
  if (sentences.length === 0) throw new CorpusError({ file }, "holds no sentences");
  return split ? { sentences, file, split, title: `${path}, ${split}` } : { sentences, file, title: path };
}

/**
 * The corpus's train split, for the entities and sentences that the model has seen. Undefined for a single file, for a corpus
 * without a train split, and if train itself is scored.
 */
export async function trainingSentences(
  path: string,
  { split }: ChosenSentences,
  options: LoadOptions = {},
): Promise<readonly Sentence[] | undefined> {
  if (split === undefined || split === "train") return undefined;
  const input = await corpusInput(path, options);
  if ("file" in input || !input.splits.train) return undefined;
  return (await chosenSentences(path, "train", ["train"], options)).sentences;
}

function chosenSplit(
  path: string,
  { splits }: Discovery,
  requested: SplitName | undefined,
  order: readonly SplitName[],
): SplitName {
  if (requested) {
    if (splits[requested]) return requested;
    const advice = Object.keys(splits).join(" or ");
    throw new InputError(`${path}: has no ${requested} split; choose --split ${advice}`);
  }
  const split = order.find((name) => splits[name])!;
  if (split !== order[0]) note(`${path}: has no ${order[0]} split; using ${split}`);
  return split;
}
