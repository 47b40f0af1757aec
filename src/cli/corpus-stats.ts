import type { Command } from "commander";
import type { Corpus, SplitName, SplitStatistics } from "../corpus";
import type { ReadOptions } from "../corpus/formats/registry";
import { corpusAt } from "./corpus-input";
import { addReadOptions, readOptions } from "./corpus-options";
import { addExamples, jsonOption } from "./options";
import { printJson, printText } from "./output";
import { alignedTable } from "./table";

export function addStats(corpus: Command): void {
  const stats = corpus
    .command("stats")
    .summary("print the statistics of a corpus, as the paper's Table 1")
    .description(
      "Reads a corpus, checks every sentence, and prints for each split what the paper's Table 1 reports: sentences, their mean " +
        "length, entities, their mean length, the most entities in one sentence; besides the share of nested entities and the " +
        "entities of each type and length. An entity counts as nested if it shares a token with another one: contains it, lies in " +
        "it, crosses it, or has the same span. With --as-released the columns of dev and test have each other's name, as in the paper.",
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
  const { corpusStatistics } = await import("../corpus/index.js");
  const corpus = await corpusAt(path, readOptions(options));
  const splits = corpusStatistics(corpus);
  if (options.json) printJson({ name: corpus.name, hash: corpus.hash, types: corpus.types, splits });
  else
    printText(`${corpus.name}\n\n${statisticsTable(corpus, options.asReleased ? swapped(splits) : splits)}`);
}

/** The paper's Table 1 heads the numbers of dev with Test and those of test with Dev. */
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
    row("tokens a sentence, mean", (s) => s.averageTokens.toFixed(2)),
    row("tokens a sentence, most", (s) => s.maxTokens),
    row("entities", (s) => s.entities),
    row("tokens an entity, mean", (s) => s.averageEntityLength.toFixed(2)),
    row("tokens an entity, most", (s) => s.maxEntityLength),
    row("entities a sentence, most", (s) => s.maxEntities),
    row("nested entities", (s) => `${(100 * s.nestedShare).toFixed(1)}%`),
    ...corpus.types.map((type) => row(`type ${type}`, (s) => s.byType[type])),
    ...lengths.map((length) => row(`length ${length}`, (s) => s.byLength[length])),
  ]);
}
