// cspell:ignore licence
import { join } from "node:path";
import type { Command } from "commander";
import { InputError } from "../../base/errors";
import { Progress } from "../../base/progress";
import { nearest } from "../../base/schema";
import { shellWord } from "../../base/shell";
import type { CorpusSource } from "../../corpus/fetch/corpus-sources";
import { addExamples } from "../shared/options";
import { printText } from "../shared/output";

interface FetchCommandOptions {
  readonly out?: string;
  readonly acceptLicence?: true;
  readonly anyChecksum?: true;
  readonly mirror?: string;
}

export function addCorpusFetch(corpus: Command): void {
  const fetch = corpus
    .command("fetch")
    .summary("download a public corpus: weibo, genia")
    .description(
      "Prints a corpus's license and, if you accept it, downloads the files from their authors, verifies their checksums and prints " +
        "the next step. Resumes an interrupted download. Without internet, the error message names the files to copy and their folder.",
    )
    .argument("<name>", "weibo or genia")
    .option("--accept-licence", "you have read the license and agree to it")
    .option("--out <folder>", "output folder (default: corpora/<name>)")
    .option("--mirror <address>", "address of a mirror with the same file names")
    .option("--any-checksum", "accept files with a different checksum")
    .action(run);
  addExamples(
    fetch,
    ["read the license first", "pnr corpus fetch weibo"],
    ["download it", "pnr corpus fetch weibo --accept-licence"],
  );
}

async function run(name: string, options: FetchCommandOptions): Promise<void> {
  const { corpusSources } = await import("../../corpus/fetch/corpus-sources.js");
  const names = Object.keys(corpusSources);
  if (!Object.hasOwn(corpusSources, name))
    throw new InputError(`There is no corpus "${name}" to fetch${nearest(name, names)}`);
  const source = corpusSources[name];
  printText([source.title, source.home, "", ...source.license, ""].join("\n"));
  if (!options.acceptLicence)
    throw new InputError("nothing was downloaded; add --accept-licence if you agree to the license above");
  await fetchInto(options.out ?? join("corpora", name), source, options);
}

async function fetchInto(folder: string, source: CorpusSource, options: FetchCommandOptions): Promise<void> {
  const { fetchCorpus } = await import("../../corpus/fetch/fetch-corpus.js");
  const progress = new Progress();
  const { mirror, anyChecksum } = options;
  try {
    const fetched = await fetchCorpus(source, folder, {
      ...(mirror !== undefined && { mirror }),
      ...(anyChecksum && { anyChecksum }),
      onProgress: (place, done, total) =>
        progress.update({ done, total, place, figures: `${(done / 2 ** 20).toFixed(1)} MiB` }),
    });
    progress.stop();
    for (const { path, sha256, existed } of fetched)
      printText(`${path}  ${existed ? "exists" : "downloaded"}  ${sha256}`);
    printText(`\nNext: ${source.next.replace("{folder}", () => shellWord(folder))}`);
  } finally {
    progress.stop();
  }
}
