import { basename, resolve } from "node:path";
import { CorpusError } from "../../base/errors";
import { command } from "../../base/shell";
import { formatOf } from "../formats/registry";
import { discoverSplits } from "../formats/splits";
import { corpusHash } from "../hash";
import { type LoadOptions, readSplit, remarkOverlooked, requireFolder, trainMissing } from "../load";
import type { TrainingCorpus } from "../types";
import { StoredSentences } from "./stored-sentences";

/** A corpus whose train split is read from disk while it is trained on. */
export interface OpenCorpus extends TrainingCorpus {
  readonly splits: TrainingCorpus["splits"] & { readonly train: StoredSentences };
}

/**
 * Opens a corpus whose train split need not fit into memory; that must be an Arrow file as `pnr corpus convert --to arrow`
 * writes it. Dev and test are read as by {@link loadCorpus}, and so is the corpus's hash: training on it gives the same numbers
 * to the last bit. Close `splits.train` when it is no longer needed.
 * @throws CorpusError when the folder or a split is not as it must be
 */
export async function openCorpus(path: string, options: LoadOptions = {}): Promise<OpenCorpus> {
  requireFolder(path);
  const discovery = discoverSplits(path, options);
  const { splits: files } = discovery;
  if (files.train === undefined) throw trainMissing(discovery);
  const [file, ...parts] = files.train;
  if (parts.length || formatOf(file).name !== "arrow") {
    throw new CorpusError(
      { file },
      `cannot be read from disk as it is; run ${command`pnr corpus convert ${path} --to arrow --out ${`${path}-arrow`}`}`,
    );
  }
  const train = StoredSentences.open(file);
  try {
    if (train.length === 0)
      throw new CorpusError({ file: path }, "train holds no sentences; there is nothing to learn");
    remarkOverlooked(discovery, options);
    const read = await Promise.all(
      [files.dev, files.test].map((split) => split && readSplit(split, options)),
    );
    for (const split of read) for (const line of split?.remarks ?? []) options.onRemark?.(line);
    const [dev, test] = read.map((split) => split?.sentences ?? []);
    const others = [...dev, ...test].flatMap(({ entities }) => entities.map(({ type }) => type));
    const types = [...new Set([...train.types, ...others])].sort();
    const splits = { train, dev, test };
    return { name: basename(resolve(path)), types, splits, hash: corpusHash(splits) };
  } catch (error) {
    train.close();
    throw error;
  }
}
