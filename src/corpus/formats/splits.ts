import { readdirSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { CorpusError } from "../../base/errors";
import { type SplitName, splitNames } from "../types";
import { corpusEndings, formatOf, type ReadOptions } from "./registry";

/** What splits are called; a and b are how CoNLL-2003 calls dev and test. */
const aliases: Readonly<Record<SplitName, readonly string[]>> = {
  train: ["train", "training", "trainset", "traindata", "trn"],
  dev: [
    ...["dev", "devel", "development", "devset", "devdata"],
    ...["val", "valid", "validation", "validset", "testa"],
  ],
  test: ["test", "testing", "testset", "testdata", "tst", "testb"],
};

/** A file or folder of a corpus folder that was not read, and why. */
export interface PassedOver {
  readonly name: string;
  readonly reason: string;
  /** Whether its name holds the name of a split, so that its maker may have meant it to be read. */
  readonly namesSplit: boolean;
}

/** Every entry of a corpus folder but hidden ones: the splits, and what was passed over. */
export interface Discovery {
  readonly folder: string;
  /** The files (for brat, the folders) of each split: one, or the parts of one in their order. */
  readonly splits: Readonly<Partial<Record<SplitName, readonly string[]>>>;
  readonly passedOver: readonly PassedOver[];
}

/** A file or folder that may be a split: its whole name is the split's, or holds it among other words. */
interface Candidate {
  readonly name: string;
  readonly split: SplitName;
  readonly exact: boolean;
}

/**
 * Looks for the splits of a corpus folder by their names: `train.json`, `valid.txt`, `eng.testa`, `msra_train_bio`, `dev/`. A name
 * that is the split's goes before one that only holds it. A split may be cut into parts (`train-00000-of-00002.txt`).
 * @param options with a format named, files of unknown endings and contents are taken too
 * @throws CorpusError where two are equally good, or a part is missing
 */
export function discoverSplits(folder: string, options: ReadOptions = {}): Discovery {
  const names = readdirSync(folder).filter((name) => !name.startsWith("."));
  const entries = names.sort(byPreference).map((name) => entryOf(folder, name, options));
  const candidates = entries.filter((entry) => "split" in entry);
  const splits: Partial<Record<SplitName, readonly string[]>> = {};
  const passedOver = entries.filter((entry) => "reason" in entry);
  for (const split of splitNames) {
    const own = candidates.filter((candidate) => candidate.split === split);
    if (!own.length) continue;
    const exact = own.filter((candidate) => candidate.exact);
    const files = filesOf(
      split,
      (exact.length ? exact : own).map(({ name }) => name),
      folder,
    );
    splits[split] = files.map((name) => join(folder, name));
    for (const { name } of own.filter((candidate) => !files.includes(candidate.name)))
      passedOver.push({ name, reason: `${files[0]} is ${split}`, namesSplit: true });
  }
  return { folder, splits, passedOver };
}

/** A part of a file that was cut: `train-00000-of-00002.txt`. */
const partName = /^(.*?)(\d+)[-_]of[-_](\d+)(.*)$/i;

/** The one file of a split, or all parts of it in their order. */
function filesOf(split: SplitName, names: readonly string[], folder: string): readonly string[] {
  const parts = names.map((name) => {
    const [, before, number, count, after] = partName.exec(name) ?? [];
    return { name, number: Number(number), count: Number(count), whole: `${before} ${count} ${after}` };
  });
  const [{ name: first, count, whole }, ...others] = parts;
  const isCut = !Number.isNaN(count) && parts.every((part) => part.whole === whole);
  if (!isCut && others.length)
    throw new CorpusError(
      { file: join(folder, first) },
      `is a second file for ${split}, next to ${others.map(({ name }) => name).join(", ")}; keep one of them in the folder, or number ` +
        `parts of one corpus, as in ${split}-0-of-2${extname(first)} and ${split}-1-of-2${extname(first)}`,
    );
  if (!isCut) return [first];
  parts.sort((one, other) => one.number - other.number);
  const isWhole = parts.length === count && parts.every(({ number }, at) => number === parts[0].number + at);
  if (isWhole && parts[0].number <= 1) return parts.map(({ name }) => name);
  throw new CorpusError(
    { file: join(folder, first) },
    `is a part of ${split}, of which the folder has ${parts.length} of ${count} (${parts.map(({ number }) => number).join(", ")}); add the missing ones, or rename it to take it alone`,
  );
}

/** "passed over notes.md (its name names no split), …" or nothing. */
export function passedOverText(passedOver: readonly PassedOver[]): string {
  if (!passedOver.length) return "";
  const shown = passedOver.slice(0, 8).map(({ name, reason }) => `${name} (${reason})`);
  const more = passedOver.length - shown.length;
  return `passed over ${[...shown, ...(more ? [`${more} more`] : [])].join(", ")}`;
}

function entryOf(folder: string, name: string, options: ReadOptions): Candidate | PassedOver {
  const words = wordsOf(name);
  const named = splitNames.filter((split) => words.some((word) => aliases[split].includes(word)));
  const passed = (reason: string): PassedOver => ({ name, reason, namesSplit: named.length > 0 });
  if (named.length === 0) return passed("its name names no split");
  if (named.length > 1) return passed(`its name names ${named.join(" and ")}`);
  const [split] = named;
  const path = join(folder, name);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return passed("a broken link");
  if (stat.isDirectory()) {
    const isBrat = readdirSync(path).some((file) => file.endsWith(".ann"));
    return isBrat
      ? { name, split, exact: aliases[split].includes(name.toLowerCase()) }
      : passed("a folder without annotation files (.ann)");
  }
  if (!stat.isFile()) return passed("not a regular file");
  const plain = name.toLowerCase().replace(/\.gz$/, "");
  const ending = extname(plain);
  if (/^\.(?:bak|old|orig|swp|tmp)$|~$/.test(ending) || name.endsWith("~")) return passed("a backup");
  const isKnown =
    options.from !== undefined || corpusEndings.includes(ending) || aliases[split].includes(ending.slice(1));
  if (!isKnown) {
    const problem = formatProblem(path, options);
    if (problem !== undefined) return passed(problem);
  }
  const stem = plain.slice(0, plain.length - ending.length);
  return { name, split, exact: aliases[split].includes(stem) };
}

/** The words of a file's name, in lower case: "conll2003-devSet.v1.txt" has conll, dev, set, v and txt. */
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

/** JSON first, for the message reads better so. */
function byPreference(one: string, other: string): number {
  const rank = (name: string): number => {
    const at = corpusEndings.indexOf(extname(name).toLowerCase());
    return at < 0 ? corpusEndings.length : at;
  };
  return rank(one) - rank(other) || (one < other ? -1 : 1);
}
