import type { Command } from "commander";
import type { Corpus, SplitName, SplitStatistics } from "../../corpus";
import type { ReadOptions } from "../../corpus/formats/registry";
import { corpusAt } from "../shared/corpus-input";
import { addReadOptions, readOptions } from "../shared/corpus-options";
import { addExamples, jsonOption } from "../shared/options";
import { printJson, printText } from "../shared/output";
import { alignedTable } from "../shared/tables";

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
  const corpus = await corpusAt(path, readOptions(options));
  const splits = corpusStatistics(corpus);
  if (options.json) printJson({ name: corpus.name, hash: corpus.hash, types: corpus.types, splits });
  else
    printText(`${corpus.name}\n\n${statisticsTable(corpus, options.asReleased ? swapped(splits) : splits)}`);
}

/** Table 1 of the paper swaps the headings of dev and test. */
function swapped({
  train,
  dev,
  test,
}: Readonly<Record<SplitName, SplitStatistics>>): Record<SplitName, SplitStatistics> {
  return { train, test: dev, dev: test };
}

function statisticsTable(corpus: Corpus, splits: Readonly<Record<string, SplitStatistics>>): string {
  const present = Object.entries(splits).filter(([, { sentences }]) => sentences > 0);
  const row = (name: string, value: (statistics: SplitStatistics) => string | number): string[] => [
    name,
    ...present.map(([, statistics]) => String(value(statistics))),
  ];
  const lengths = Object.keys(present[0][1].byLength) as (keyof SplitStatistics["byLength"])[];
  return alignedTable([
    ["", ...present.map(([split]) => split)],
    row("sentences", (s) => s.sentences),
    row("tokens", (s) => s.tokens),
    row("tokens per sentence, mean", (s) => s.averageTokens.toFixed(2)),
    row("tokens per sentence, max", (s) => s.maxTokens),
    row("entities", (s) => s.entities),
    row("tokens per entity, mean", (s) => s.averageEntityLength.toFixed(2)),
    row("tokens per entity, max", (s) => s.maxEntityLength),
    row("entities per sentence, max", (s) => s.maxEntities),
    row("nested entities", (s) => `${(100 * s.nestedShare).toFixed(1)}%`),
    ...corpus.types.map((type) => row(`type ${type}`, (s) => s.byType[type])),
    ...lengths.map((length) => row(`length ${length}`, (s) => s.byLength[length])),
  ]);
}
