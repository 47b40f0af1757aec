import { join } from "node:path";
import type { Command } from "commander";
import { InputError } from "../base/errors";
import { Progress } from "../base/progress";
import { nearest } from "../base/schema";
import { shellWord } from "../base/shell";
import type { CorpusSource } from "../corpus/fetch/corpus-sources";
import { addExamples } from "./options";
import { printText } from "./output";

interface FetchCommandOptions {
  readonly out?: string;
  readonly acceptLicence?: true;
  readonly anyChecksum?: true;
  readonly mirror?: string;
}

export function addFetch(corpus: Command): void {
  const fetch = corpus
    .command("fetch")
    .summary("get a public corpus: weibo, genia")
    .description(
      "Prints a corpus's licence and, where it is accepted, downloads its files from their makers, checks their checksums and says " +
        "what to do with them. A download that was cut off is gone on with. Without internet it says what to put where.",
    )
    .argument("<name>", "weibo or genia")
    .option("--accept-licence", "you have read the licence and agree to it")
    .option("--out <folder>", "where the files go (default: corpora/<name>)")
    .option("--mirror <address>", "where the files lie instead, under the same names")
    .option("--any-checksum", "take files that have another checksum than the known one")
    .action(run);
  addExamples(
    fetch,
    ["read the licence first", "pnr corpus fetch weibo"],
    ["get it", "pnr corpus fetch weibo --accept-licence"],
  );
}

async function run(name: string, options: FetchCommandOptions): Promise<void> {
  const { corpusSources } = await import("../corpus/fetch/corpus-sources.js");
  const names = Object.keys(corpusSources);
  if (!Object.hasOwn(corpusSources, name))
    throw new InputError(`There is no corpus "${name}" to fetch${nearest(name, names)}`);
  const source = corpusSources[name];
  printText([source.title, source.home, "", ...source.license, ""].join("\n"));
  if (!options.acceptLicence)
    throw new InputError("nothing was fetched; give --accept-licence if you agree to the licence above");
  await fetchInto(options.out ?? join("corpora", name), source, options);
}

async function fetchInto(folder: string, source: CorpusSource, options: FetchCommandOptions): Promise<void> {
  const { fetchCorpus } = await import("../corpus/fetch/fetch-corpus.js");
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
      printText(`${path}  ${existed ? "was there" : "fetched"}  ${sha256}`);
    printText(`\nNext: ${source.next.replace("{folder}", () => shellWord(folder))}`);
  } finally {
    progress.stop();
  }
}
