import { join } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { InputError } from "../base/errors";
import type { PartitionOptions } from "../corpus";
import { type ReadOptions, type WriteOptions, writerNamed, writtenFormats } from "../corpus/formats/registry";
import { corpusInput } from "./corpus-input";
import { addReadOptions, readOptions } from "./corpus-options";
import { addExamples, oneOf, requireOptions, wholeNumber } from "./options";
import { note, printText } from "./output";

interface SplitOptions extends ReadOptions, WriteOptions {
  readonly out: string;
  readonly parts: readonly [number, number, number];
  readonly by: "document" | "sentence";
  readonly seed: number;
  readonly inOrder?: true;
}

export function addSplit(corpus: Command): void {
  const split = corpus
    .command("split")
    .summary("cut a corpus without splits into train, dev and test")
    .description(
      "Draws whole documents, so that no document lies in two splits, or single sentences, by a seed: the same seed gives the same " +
        "splits. With --in-order nothing is drawn: the first part is train, as the literature does with GENIA's sentences.",
    )
    .argument("<file>", "the corpus as one file; for brat a folder of documents")
    .option("--out <folder>", "the corpus folder to write (required)")
    .addOption(
      new Option("--parts <list>", "percent of train, dev and test")
        .argParser(partList)
        .default([80, 10, 10], "80,10,10"),
    )
    .addOption(
      new Option("--by <unit>", "what stays together: document, sentence")
        .argParser(oneOf(["document", "sentence"] as const))
        .default("document"),
    )
    .addOption(new Option("--seed <number>", "what decides the draw").argParser(wholeNumber(0)).default(1))
    .option("--in-order", "cut in the corpus's own order instead")
    .addOption(
      new Option("--to <format>", writtenFormats.join(", ")).argParser(oneOf(writtenFormats)).default("json"),
    )
    .action(run);
  addReadOptions(split);
  requireOptions(split, "out");
  addExamples(
    split,
    ["by documents, 80 : 10 : 10", "pnr corpus split annotated --from brat --out corpora/mine"],
    [
      "GENIA as the literature does",
      "pnr corpus split GENIAcorpus3.02.merged.xml --by sentence --in-order --parts 81,9,10 --out corpora/genia",
    ],
  );
}

function partList(text: string): [number, number, number] {
  const parts = text.split(",").map(Number);
  if (!/^[\d.]+,[\d.]+,[\d.]+$/.test(text) || parts.some((part) => !Number.isFinite(part)))
    throw new InvalidArgumentError("It must be three percentages, as in 80,10,10.");
  return [parts[0], parts[1], parts[2]];
}

async function run(path: string, options: SplitOptions): Promise<void> {
  const { partition, Random, readSentences, Reading, writeSentences } = await library();
  const input = await corpusInput(path, readOptions(options));
  if ("splits" in input)
    throw new InputError(`${path}: has splits already (${Object.keys(input.splits).join(", ")})`);
  const reading = new Reading();
  const sentences = [];
  for await (const sentence of readSentences(input.file, readOptions(options), reading))
    sentences.push(sentence);
  for (const line of reading.lines()) note(`${input.file}: ${line}`);
  const { parts, by, seed, inOrder, out, to } = options;
  const how: PartitionOptions = { parts, by, ...(!inOrder && { random: new Random(seed) }) };
  for (const [split, own] of Object.entries(partition(sentences, how))) {
    if (own.length === 0) continue;
    const file = join(out, split + writerNamed({ to }).ending);
    const writing = new Reading();
    await writeSentences(file, own, { to }, writing);
    for (const line of writing.lines()) note(`${file}: ${line}`);
    printText(`${own.length} of ${sentences.length} sentences are in ${file}`);
  }
}

async function library() {
  const { partition } = await import("../corpus/index.js");
  const { Random } = await import("../engine/random.js");
  const { readSentences } = await import("../corpus/formats/registry.js");
  const { Reading } = await import("../corpus/formats/reading.js");
  const { writeSentences } = await import("../corpus/formats/registry.js");
  return { partition, Random, readSentences, Reading, writeSentences };
}
