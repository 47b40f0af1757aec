import { readdirSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { CorpusError } from "../../base/errors";
import { type SplitName, splitNames } from "../types";
import { corpusEndings, formatOf } from "./registry";

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
  /** The file (for brat, the folder) of each split. */
  readonly splits: Readonly<Partial<Record<SplitName, string>>>;
  readonly passedOver: readonly PassedOver[];
}

/** A file or folder that may be a split: its whole name is the split's, or holds it among other words. */
interface Candidate {
  readonly name: string;
  readonly split: SplitName;
  readonly exact: boolean;
}

/**
 * Looks for the splits of a corpus folder by their names: `train.json`, `valid.txt`, `eng.testa`, `msra_train_bio`,
 * `train-00000-of-00001.txt`, `dev/`. A name that is the split's goes before one that only holds it.
 * @throws CorpusError where two are equally good
 */
export function discoverSplits(folder: string): Discovery {
  const names = readdirSync(folder).filter((name) => !name.startsWith("."));
  const entries = names.sort(byPreference).map((name) => entryOf(folder, name));
  const candidates = entries.filter((entry) => "split" in entry);
  const splits: Partial<Record<SplitName, string>> = {};
  const passedOver = entries.filter((entry) => "reason" in entry);
  for (const split of splitNames) {
    const own = candidates.filter((candidate) => candidate.split === split);
    const exact = own.filter((candidate) => candidate.exact);
    const [first, ...others] = (exact.length ? exact : own).map(({ name }) => name);
    if (first === undefined) continue;
    if (others.length)
      throw new CorpusError(
        { file: join(folder, first) },
        `is a second file for ${split}, next to ${others.join(", ")}; keep one of them in the folder`,
      );
    splits[split] = join(folder, first);
    for (const { name } of own.filter((candidate) => candidate.name !== first))
      passedOver.push({ name, reason: `${first} is ${split}`, namesSplit: true });
  }
  return { folder, splits, passedOver };
}

/** "passed over notes.md (its name names no split), …" or nothing. */
export function passedOverText(passedOver: readonly PassedOver[]): string {
  if (!passedOver.length) return "";
  const shown = passedOver.slice(0, 8).map(({ name, reason }) => `${name} (${reason})`);
  const more = passedOver.length - shown.length;
  return `passed over ${[...shown, ...(more ? [`${more} more`] : [])].join(", ")}`;
}

function entryOf(folder: string, name: string): Candidate | PassedOver {
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
  const isKnown = corpusEndings.includes(ending) || aliases[split].includes(ending.slice(1));
  if (!isKnown && !hasKnownFormat(path)) return passed("of no known format");
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

function hasKnownFormat(path: string): boolean {
  try {
    formatOf(path);
    return true;
  } catch (error) {
    if (error instanceof CorpusError) return false;
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
