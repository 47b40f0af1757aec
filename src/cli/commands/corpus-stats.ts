import type { Command } from "commander";
import type { SplitName, SplitStatistics } from "../../corpus";
import type { ReadOptions } from "../../corpus/formats/registry";
import { corpusAt } from "../shared/corpus-input";
import { addReadOptions, readOptions } from "../shared/corpus-options";
import { addExamples, jsonOption } from "../shared/options";
import { printJson, printText } from "../shared/output";

export function addCorpusStats(corpus: Command): void {
  const stats = corpus
    .command("stats")
    .summary("print the statistics of a corpus, as in the paper's Table 1")
    .description(
      "Reads a corpus, validates every sentence, and prints for each split the numbers of the paper's Table 1 (sentences, their mean " +
        "length, entities, their mean length, maximum number of entities per sentence), the share of nested entities, and the number " +
        "of entities by type and length. An entity is nested if it shares a token with another one. With --as-released, the columns " +
        "of dev and test are swapped, as in the paper.",
    )
    .argument("<corpus>", "a folder with splits, or one file; for brat a folder of documents")
    .addOption(jsonOption())
    .action(run);
  addReadOptions(stats);
  addExamples(
    stats,
    ["the bundled sample corpus", "pnr corpus stats data/sample"],
    ["for a script", "pnr corpus stats data/sample --json"],
    ["a file of another format", "pnr corpus stats GENIAcorpus3.02.merged.xml"],
  );
}

async function run(path: string, options: ReadOptions & { json?: true }): Promise<void> {
  const { corpusStatistics } = await import("../../corpus/index.js");
  const { statisticsTable } = await import("../../corpus/statistics-table.js");
  const corpus = await corpusAt(path, readOptions(options));
  const splits = corpusStatistics(corpus);
  if (options.json) printJson({ name: corpus.name, hash: corpus.hash, types: corpus.types, splits });
  else
    printText(
      `${corpus.name}\n\n${statisticsTable(corpus.types, options.asReleased ? swapped(splits) : splits)}`,
    );
}

/** Table 1 of the paper swaps the headings of dev and test. */
function swapped({
  train,
  dev,
  test,
}: Readonly<Record<SplitName, SplitStatistics>>): Record<SplitName, SplitStatistics> {
  return { train, test: dev, dev: test };
}
