import { join } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { InputError } from "../../base/errors";
import type { PartitionOptions } from "../../corpus";
import {
  type ReadOptions,
  type WriteOptions,
  writerNamed,
  writtenFormats,
} from "../../corpus/formats/registry";
import { corpusInput } from "../shared/corpus-input";
import { addReadOptions, readOptions } from "../shared/corpus-options";
import { addExamples, oneOf, requireOptions, wholeNumber } from "../shared/options";
import { note, printText } from "../shared/output";

interface SplitOptions extends ReadOptions, WriteOptions {
  readonly out: string;
  readonly parts: readonly [number, number, number];
  readonly by: "document" | "sentence";
  readonly seed: number;
  readonly inOrder?: true;
}

export function addCorpusSplit(corpus: Command): void {
  const split = corpus
    .command("split")
    .summary("split a corpus into train, dev and test")
    .description(
      "Draws whole documents, so that no document is in two splits, or single sentences. The same seed gives the same splits. " +
        "--in-order draws nothing: the first part becomes train, as in the literature on GENIA.",
    )
    .argument("<file>", "the corpus as one file; for brat a folder of documents")
    .option("--out <folder>", "the corpus folder to write (required)")
    .addOption(
      new Option("--parts <list>", "percentages of train, dev and test")
        .argParser(partList)
        .default([80, 10, 10], "80,10,10"),
    )
    .addOption(
      new Option("--by <unit>", "unit to draw: document, sentence")
        .argParser(oneOf(["document", "sentence"] as const))
        .default("document"),
    )
    .addOption(new Option("--seed <number>", "seed of the draw").argParser(wholeNumber(0)).default(1))
    .option("--in-order", "split in the order of the corpus")
    .addOption(
      new Option("--to <format>", writtenFormats.join(", ")).argParser(oneOf(writtenFormats)).default("json"),
    )
    .action(run);
  addReadOptions(split);
  requireOptions(split, "out");
  addExamples(
    split,
    ["by document, 80 : 10 : 10", "pnr corpus split annotated --from brat --out corpora/mine"],
    [
      "GENIA as in the literature",
      "pnr corpus split GENIAcorpus3.02.merged.xml --by sentence --in-order --parts 81,9,10 --out corpora/genia",
    ],
  );
}

function partList(text: string): [number, number, number] {
  const parts = text.split(",").map(Number);
  if (!/^[\d.]+,[\d.]+,[\d.]+$/.test(text) || parts.some((part) => !Number.isFinite(part)))
    throw new InvalidArgumentError("It must be three percentages, such as 80,10,10.");
  return [parts[0], parts[1], parts[2]];
}

async function run(path: string, options: SplitOptions): Promise<void> {
  const { partition, Random, readSentences, Reading, writeSentences } = await library();
  const input = await corpusInput(path, readOptions(options));
  if ("splits" in input)
    throw new InputError(`${path}: already has splits (${Object.keys(input.splits).join(", ")})`);
  const reading = new Reading();
  const sentences = [];
  for await (const sentence of readSentences(input.file, readOptions(options), reading))
    sentences.push(sentence);
  for (const line of reading.lines()) note(`${input.file}: ${line}`);
  const { parts, by, seed, inOrder, out, to } = options;
  const partitionOptions: PartitionOptions = { parts, by, ...(!inOrder && { random: new Random(seed) }) };
  for (const [split, part] of Object.entries(partition(sentences, partitionOptions))) {
    if (part.length === 0) continue;
    const file = join(out, split + writerNamed({ to }).ending);
    const writing = new Reading();
    await writeSentences(file, part, { to }, writing);
    for (const line of writing.lines()) note(`${file}: ${line}`);
    printText(`${part.length} of ${sentences.length} sentences are in ${file}`);
  }
}

async function library() {
  const { partition } = await import("../../corpus/index.js");
  const { Random } = await import("../../engine/random.js");
  const { readSentences } = await import("../../corpus/formats/registry.js");
  const { Reading } = await import("../../corpus/formats/reading.js");
  const { writeSentences } = await import("../../corpus/formats/registry.js");
  return { partition, Random, readSentences, Reading, writeSentences };
}
