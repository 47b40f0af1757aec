import { readdirSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { CorpusError } from "../../base/errors";
import { type SplitName, splitNames } from "../types";
import { corpusEndings, formatOf, type ReadOptions } from "./registry";

// cspell:disable
/** Names of splits. CoNLL-2003 calls dev and test a and b. */
const aliases: Readonly<Record<SplitName, readonly string[]>> = {
  train: ["train", "training", "trainset", "traindata", "trn"],
  dev: [
    ...["dev", "devel", "development", "devset", "devdata"],
    ...["val", "valid", "validation", "validset", "testa"],
  ],
  test: ["test", "testing", "testset", "testdata", "tst", "testb"],
};
// cspell:enable

/** A file or folder of a corpus folder that is not read, with the reason. */
export interface SkippedEntry {
  readonly name: string;
  readonly reason: string;
  /** Whether its name contains that of a split, so that it may be intended as one. */
  readonly namesSplit: boolean;
}

/** All entries of a corpus folder except hidden ones. */
export interface Discovery {
  readonly folder: string;
  /** The files (for brat, the folders) of each split: one, or its parts in order. */
  readonly splits: Readonly<Partial<Record<SplitName, readonly string[]>>>;
  readonly skipped: readonly SkippedEntry[];
}

/** A file or folder that may be a split. */
interface Candidate {
  readonly name: string;
  readonly split: SplitName;
  /** Whether the name consists only of the split's, without other words. */
  readonly exact: boolean;
}

/**
 * Finds the splits of a corpus folder by their names: `train.json`, `valid.txt`, `eng.testa`, `msra_train_bio`, `dev/`. Exact names
 * take precedence. A split may consist of parts (`train-00000-of-00002.txt`).
 * @param options with a named format, files with unknown endings and contents count, too
 * @throws CorpusError if several names match equally well, or a part is missing
 */
export function discoverSplits(folder: string, options: ReadOptions = {}): Discovery {
  const names = readdirSync(folder).filter((name) => !name.startsWith("."));
  const entries = names.sort(byEnding).map((name) => entryOf(folder, name, options));
  const candidates = entries.filter((entry) => "split" in entry);
  const splits: Partial<Record<SplitName, readonly string[]>> = {};
  const skipped = entries.filter((entry) => "reason" in entry);
  for (const split of splitNames) {
    const ofSplit = candidates.filter((candidate) => candidate.split === split);
    if (!ofSplit.length) continue;
    const exact = ofSplit.filter((candidate) => candidate.exact);
    const best = (exact.length ? exact : ofSplit).map(({ name }) => name);
    const files = filesOf(split, best, folder);
    splits[split] = files.map((name) => join(folder, name));
    for (const { name } of ofSplit)
      if (!files.includes(name)) skipped.push({ name, reason: `${files[0]} is ${split}`, namesSplit: true });
  }
  return { folder, splits, skipped };
}

/** The name of a part: `train-00000-of-00002.txt`. */
const partName = /^(.*?)(\d+)[-_]of[-_](\d+)(.*)$/i;

/** The one file of a split, or all its parts in order. */
function filesOf(split: SplitName, names: readonly string[], folder: string): readonly string[] {
  const parts = names.map((name) => {
    const [, before, number, count, after] = partName.exec(name) ?? [];
    return { name, number: Number(number), count: Number(count), series: `${before} ${count} ${after}` };
  });
  const [{ name: first, count, series }, ...others] = parts;
  const areParts = !Number.isNaN(count) && parts.every((part) => part.series === series);
  if (!areParts && others.length)
    throw new CorpusError(
      { file: join(folder, first) },
      `is a second file for ${split}, next to ${others.map(({ name }) => name).join(", ")}; keep one of them in the folder, or number ` +
        `parts of one corpus, as in ${split}-0-of-2${extname(first)} and ${split}-1-of-2${extname(first)}`,
    );
  if (!areParts) return [first];
  parts.sort((a, b) => a.number - b.number);
  const isComplete =
    parts.length === count && parts.every(({ number }, index) => number === parts[0].number + index);
  if (isComplete && parts[0].number <= 1) return parts.map(({ name }) => name);
  throw new CorpusError(
    { file: join(folder, first) },
    `is a part of ${split}, but the folder has ${parts.length} of ${count} parts (${parts.map(({ number }) => number).join(", ")}); add the missing ones, or rename it to use it alone`,
  );
}

/** "skipped notes.md (its name contains no split), …", or "" if nothing was skipped. */
export function describeSkipped(skipped: readonly SkippedEntry[]): string {
  if (!skipped.length) return "";
  const first = skipped.slice(0, 8).map(({ name, reason }) => `${name} (${reason})`);
  const more = skipped.length - first.length;
  return `skipped ${[...first, ...(more ? [`${more} more`] : [])].join(", ")}`;
}

function entryOf(folder: string, name: string, options: ReadOptions): Candidate | SkippedEntry {
  const words = wordsOf(name);
  const splits = splitNames.filter((split) => words.some((word) => aliases[split].includes(word)));
  const skip = (reason: string): SkippedEntry => ({ name, reason, namesSplit: splits.length > 0 });
  if (splits.length === 0) return skip("its name contains no split");
  if (splits.length > 1) return skip(`its name contains ${splits.join(" and ")}`);
  const [split] = splits;
  const path = join(folder, name);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return skip("a broken link");
  if (stat.isDirectory()) {
    const isBrat = readdirSync(path).some((file) => file.endsWith(".ann"));
    return isBrat
      ? { name, split, exact: aliases[split].includes(name.toLowerCase()) }
      : skip("a folder without annotation files (.ann)");
  }
  if (!stat.isFile()) return skip("not a regular file");
  const baseName = name.toLowerCase().replace(/\.gz$/, "");
  const ending = extname(baseName);
  if (/^\.(?:bak|old|orig|swp|tmp)$|~$/.test(ending) || name.endsWith("~")) return skip("a backup");
  const isKnown =
    options.from !== undefined || corpusEndings.includes(ending) || aliases[split].includes(ending.slice(1));
  if (!isKnown) {
    const problem = formatProblem(path, options);
    if (problem !== undefined) return skip(problem);
  }
  const stem = baseName.slice(0, baseName.length - ending.length);
  return { name, split, exact: aliases[split].includes(stem) };
}

/** The words of a file's name in lower case: "conll2003-devSet.v1.txt" has conll, dev, set, v and txt. */
function wordsOf(name: string): string[] {
  return name
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .split(/[\s\d._-]+/);
}

/** Why a file cannot be read as a corpus; undefined if it can. */
function formatProblem(path: string, { encoding }: ReadOptions): string | undefined {
  try {
    formatOf(path, { encoding });
    return undefined;
  } catch (error) {
    if (error instanceof CorpusError) return error.problem.replace(/^is (?!empty)/, "").split("; ")[0];
    throw error;
  }
}

/** Sorts by ending, JSON first, so that messages name JSON files first. */
function byEnding(a: string, b: string): number {
  const rank = (name: string): number => {
    const index = corpusEndings.indexOf(extname(name).toLowerCase());
    return index < 0 ? corpusEndings.length : index;
  };
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}
