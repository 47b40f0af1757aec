import { basename, resolve } from "node:path";
import { CorpusError } from "../../base/errors";
import { command } from "../../base/shell";
import { discoverSplits } from "../formats/discover-splits";
import { formatOf } from "../formats/registry";
import { corpusHash } from "../hash";
import { assertFolder, type LoadOptions, readSplit, remarkSkipped, trainMissing } from "../load";
import type { TrainingCorpus } from "../types";
import { StoredSentences } from "./stored-sentences";

/** A corpus whose train split is read from disk during training. */
export interface OpenCorpus extends TrainingCorpus {
  readonly splits: TrainingCorpus["splits"] & { readonly train: StoredSentences };
}

/**
 * Opens a corpus whose train split need not fit in memory. It must be an Arrow file of `pnr corpus convert --to arrow`. Dev, test and
 * the hash are the same as those of {@link loadCorpus}, and training gives the same numbers to the last bit. Close `splits.train` after
 * use.
 * @throws CorpusError if the folder or a split is missing or faulty
 */
export async function openCorpus(path: string, options: LoadOptions = {}): Promise<OpenCorpus> {
  assertFolder(path);
  const discovery = discoverSplits(path, options);
  const { splits: files } = discovery;
  if (files.train === undefined) throw trainMissing(discovery);
  const [file, ...parts] = files.train;
  if (parts.length || formatOf(file).name !== "arrow") {
    throw new CorpusError(
      { file },
      `cannot be read from disk in this format; run ${command`pnr corpus convert ${path} --to arrow --out ${`${path}-arrow`}`}`,
    );
  }
  const train = StoredSentences.open(file);
  try {
    if (train.length === 0)
      throw new CorpusError({ file: path }, "train holds no sentences; there is nothing to learn");
    remarkSkipped(discovery, options);
    const readSplits = await Promise.all(
      [files.dev, files.test].map((split) => split && readSplit(split, options)),
    );
    for (const split of readSplits) for (const line of split?.remarks ?? []) options.onRemark?.(line);
    const [dev, test] = readSplits.map((split) => split?.sentences ?? []);
    const others = [...dev, ...test].flatMap(({ entities }) => entities.map(({ type }) => type));
    const types = [...new Set([...train.types, ...others])].sort();
    const splits = { train, dev, test };
    return { name: basename(resolve(path)), types, splits, hash: corpusHash(splits) };
  } catch (error) {
    train.close();
    throw error;
  }
}
