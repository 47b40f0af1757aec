import { readdirSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { CorpusError } from "../../base/errors";
import { type SplitName, splitNames } from "../types";
import { corpusEndings } from "./registry";

/** What splits are called; a and b are how CoNLL-2003 calls dev and test. */
const aliases: Readonly<Record<SplitName, readonly string[]>> = {
  train: ["train", "training"],
  dev: ["dev", "devel", "development", "val", "valid", "validation", "testa"],
  test: ["test", "testing", "testb"],
};

/** How well a file's name says that it is a split: its name is the split's, or holds it among other words. */
interface Candidate {
  readonly name: string;
  readonly exact: boolean;
}

/**
 * The file (for brat, the folder) of each split in a corpus folder: `train.json`, `valid.txt`, `eng.testa`,
 * `weiboNER_2nd_conll.train`, `dev/`. A name that is the split's goes before one that only holds it.
 * @throws CorpusError where two are equally good
 */
export function splitFiles(folder: string): Partial<Record<SplitName, string>> {
  const names = readdirSync(folder).filter((name) => !name.startsWith("."));
  const found: Partial<Record<SplitName, string>> = {};
  for (const split of splitNames) {
    const candidates = names.flatMap((name) => candidateOf(folder, name, split));
    const exact = candidates.filter((candidate) => candidate.exact);
    const [first, second] = (exact.length ? exact : candidates).map(({ name }) => name).sort(byPreference);
    if (second !== undefined)
      throw new CorpusError({ file: join(folder, first) }, `stands beside ${second}; remove one of the two`);
    if (first !== undefined) found[split] = join(folder, first);
  }
  return found;
}

function candidateOf(folder: string, name: string, split: SplitName): Candidate[] {
  const words = name.toLowerCase().split(/[._-]+/);
  const splits = splitNames.filter((other) => words.some((word) => aliases[other].includes(word)));
  if (splits.length !== 1 || splits[0] !== split) return [];
  if (statSync(join(folder, name), { throwIfNoEntry: false })?.isDirectory()) {
    const isBrat =
      words.length === 1 && readdirSync(join(folder, name)).some((file) => file.endsWith(".ann"));
    return isBrat ? [{ name, exact: true }] : [];
  }
  const ending = extname(name).toLowerCase();
  const known = corpusEndings.includes(ending) || aliases[split].includes(ending.slice(1));
  return known ? [{ name, exact: aliases[split].includes(name.toLowerCase().slice(0, -ending.length)) }] : [];
}

/** JSON first, for the message reads better so. */
function byPreference(one: string, other: string): number {
  const rank = (name: string): number => corpusEndings.indexOf(extname(name).toLowerCase());
  return rank(one) - rank(other) || (one < other ? -1 : 1);
}
