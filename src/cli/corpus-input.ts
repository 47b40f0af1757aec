import { existsSync, readdirSync, statSync } from "node:fs";
import { basename } from "node:path";
import { CorpusError, InputError } from "../base/errors";
import type { Corpus, Sentence, SplitName } from "../corpus";
import type { Discovery } from "../corpus/formats/discover-splits";
import type { ReadOptions } from "../corpus/formats/registry";
import type { LoadOptions } from "../corpus/load";
import { note } from "./output";

/** What a command was given: the splits of a corpus folder, or one file (for brat, one folder) without splits. */
export type CorpusInput = Discovery | { readonly file: string };

/** @throws CorpusError when there is nothing, or a folder that holds no split */
export async function corpusInput(path: string, options: ReadOptions): Promise<CorpusInput> {
  const { discoverSplits, describeSkipped } = await import("../corpus/formats/discover-splits.js");
  if (!existsSync(path)) throw new CorpusError({ file: path }, "no such file or folder");
  if (!statSync(path).isDirectory()) return { file: path };
  const discovery = discoverSplits(path, options);
  if (Object.keys(discovery.splits).length) return discovery;
  if (readdirSync(path).some((name) => name.endsWith(".ann"))) return { file: path };
  const seen = describeSkipped(discovery.skipped) || "the folder is empty";
  throw new CorpusError(
    { file: path },
    `holds neither splits (train.json, valid.txt, …) nor annotations of brat (.ann): ${seen}; name its files as splits, or give one file`,
  );
}

/**
 * All of a corpus: whichever splits a folder has, or one file, which counts as train.
 * @throws CorpusError when there is nothing, or a file without sentences
 */
export async function corpusAt(path: string, options: LoadOptions = {}): Promise<Corpus> {
  const { corpusOf, loadCorpus, readSplit } = await import("../corpus/load.js");
  const input = await corpusInput(path, options);
  if ("splits" in input) return loadCorpus(path, { ...options, optionalTrain: true, onRemark: note });
  const { sentences, remarks } = await readSplit([input.file], options);
  for (const line of remarks) note(line);
  if (sentences.length === 0) throw new CorpusError({ file: path }, "holds no sentences");
  return corpusOf(basename(path), { train: sentences, dev: [], test: [] });
}

/** The sentences that a command works on. */
export interface ChosenSentences {
  readonly sentences: readonly Sentence[];
  /** Absent for a file without splits. */
  readonly split?: SplitName;
  /** For messages about a sentence: the file, or the folder and the split where that is in parts. */
  readonly file: string;
  /** What to call them as a whole: "corpora/genia, test". */
  readonly title: string;
}

/**
 * Reads one split of a corpus folder, or a file without splits; the other splits need not exist.
 * @param asked the split that the user named
 * @param preferred where none was named, the first of these that the folder has
 * @throws CorpusError when there is no such split, or it holds no sentence
 */
export async function chosenSentences(
  path: string,
  asked: SplitName | undefined,
  preferred: readonly SplitName[],
  options: LoadOptions = {},
): Promise<ChosenSentences> {
  const { readSplit } = await import("../corpus/load.js");
  const input = await corpusInput(path, options);
  if ("file" in input && asked)
    throw new InputError(`${path}: is one file without splits; leave --split ${asked} out`);
  const split = "file" in input ? undefined : chosenSplit(path, input, asked, preferred);
  const files = "file" in input ? [input.file] : input.splits[split!]!;
  const file = files.length === 1 ? files[0] : `${path}, ${split}`;
  const { sentences, remarks } = await readSplit(files, options);
  for (const line of remarks) note(line);
  if (sentences.length === 0) throw new CorpusError({ file }, "holds no sentences");
  return split ? { sentences, file, split, title: `${path}, ${split}` } : { sentences, file, title: path };
}

function chosenSplit(
  path: string,
  { splits }: Discovery,
  asked: SplitName | undefined,
  preferred: readonly SplitName[],
): SplitName {
  if (asked) {
    if (splits[asked]) return asked;
    const advice = Object.keys(splits).join(" or ");
    throw new InputError(`${path}: has no ${asked} split; choose --split ${advice}`);
  }
  const split = preferred.find((name) => splits[name])!;
  if (split !== preferred[0]) note(`${path}: has no ${preferred[0]} split; ${split} is taken`);
  return split;
}
