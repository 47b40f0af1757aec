import { existsSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { type Command, Option } from "commander";
import { InputError } from "../../base/errors";
import type { Sentence } from "../../corpus";
import {
  type ReadOptions,
  type WriteOptions,
  writerNamed,
  writtenFormats,
} from "../../corpus/formats/registry";
import { corpusInput } from "../shared/corpus-input";
import { addReadOptions, addWriteOptions, readOptions, writeOptions } from "../shared/corpus-options";
import { addExamples, oneOf, requireOptions } from "../shared/options";
import { note, printText } from "../shared/output";

interface ConvertOptions extends ReadOptions, WriteOptions {
  readonly out: string;
}

export function addCorpusConvert(corpus: Command): void {
  const convert = corpus
    .command("convert")
    .summary("write a corpus in another format")
    .description(
      "Reads a corpus of any format, a folder with splits or one file, and writes it in another format. Reports on standard error, " +
        "with counts, what it recognized, what it repaired, and what the other format cannot represent. JSON Lines may be of any " +
        "length.",
    )
    .argument("<corpus>", "the corpus: a folder with splits, or one file; for brat a folder of documents")
    .addOption(
      new Option("--to <format>", `${writtenFormats.join(", ")} (required)`).argParser(oneOf(writtenFormats)),
    )
    .option("--out <path>", "the output file, or folder for splits and for brat (required)")
    .action(run);
  addWriteOptions(convert);
  addReadOptions(convert);
  requireOptions(convert, "to", "out");
  addExamples(
    convert,
    ["CoNLL-2003 as JSON", "pnr corpus convert conll2003 --to json --out corpora/conll03"],
    [
      "WeiboNER as published, each character a token",
      "pnr corpus convert weiboNER_2nd_conll.dev --level char --to jsonl --out dev.jsonl",
    ],
    ["to brat, for viewing and correction", "pnr corpus convert data/sample --to brat --out out/brat"],
  );
}

async function run(path: string, options: ConvertOptions): Promise<void> {
  const { readSentences } = await import("../../corpus/formats/registry.js");
  const { Reading } = await import("../../corpus/formats/reading.js");
  const { writeSentences } = await import("../../corpus/formats/registry.js");
  const { to } = options;
  const { ending } = writerNamed({ to, ...writeOptions(options) });
  for (const [parts, out] of await conversions(path, options, ending)) {
    if (parts.some((from) => isSame(from, out)))
      throw new InputError(`${out}: is the corpus itself; choose another output`);
    const readings = parts.map((from) => ({ from, reading: new Reading() }));
    async function* sentences(): AsyncGenerator<Sentence> {
      for (const { from, reading } of readings) yield* readSentences(from, readOptions(options), reading);
    }
    const writing = new Reading();
    const count = await writeSentences(out, sentences(), { to, ...writeOptions(options) }, writing);
    for (const { from, reading } of readings) for (const line of reading.lines()) note(`${from}: ${line}`);
    for (const line of writing.lines()) note(`${out}: ${line}`);
    printText(`${count} sentences of ${parts.join(", ")} are in ${out}`);
  }
}

/** Whether two paths lead to the same file or folder, even through links. */
function isSame(one: string, other: string): boolean {
  const [first, second] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false, bigint: true }));
  return first !== undefined && first.ino === second?.ino && first.dev === second.dev;
}

/** Where each split of a corpus is written. A split may consist of parts. */
async function conversions(
  path: string,
  { to, out, ...options }: ConvertOptions,
  ending: string,
): Promise<[parts: readonly string[], out: string][]> {
  const input = await corpusInput(path, readOptions(options));
  if ("splits" in input) {
    if (existsSync(out) && !statSync(out).isDirectory())
      throw new InputError(`${out}: is a file; a corpus with splits needs a folder`);
    return Object.entries(input.splits).map(([split, files]) => [files, join(out, split + ending)]);
  }
  const isFolder = to !== "brat" && existsSync(out) && statSync(out).isDirectory();
  const name = basename(input.file, extname(input.file));
  return [[[input.file], isFolder ? join(out, name + ending) : out]];
}
