import type { Command } from "commander";
import { Progress, showBytes } from "../base/progress";
import type { SelectOptions, VectorStatistics } from "../corpus";
import type { ReadOptions } from "../corpus/formats/registry";
import { splitNames } from "../corpus/types";
import { caseForms } from "../corpus/vocabulary";
import { corpusAt } from "./corpus-input";
import { corpusOption } from "./corpus-option";
import { addReadOptions, readOptions } from "./corpus-options";
import { coverageTable } from "./coverage-table";
import { Interrupted } from "./failure";
import { interruptible } from "./interrupt";
import { addExamples, jsonOption } from "./options";
import { printJson, printText } from "./output";

interface InfoOptions extends ReadOptions {
  readonly corpus?: string;
  readonly json?: true;
}

export function addVectors(program: Command): void {
  const vectors = program.command("vectors").description("inspect a file of word vectors").helpCommand(false);
  const info = vectors
    .command("info")
    .summary("check a file of word vectors and tell what it holds")
    .description(
      "Reads a file of word vectors, GloVe's text or word2vec's text or binary format, as it is or as .gz, whatever its size " +
        "in constant memory, and checks every number: format, words, numbers of a vector, SHA-256, length of the vectors. With " +
        "--corpus also which part of the corpus has vectors, as written or in another spelling, as `pnr train --word-vectors` " +
        "will find it.",
    )
    .argument("<file>", "the file")
    .addOption(corpusOption("tell how many of the corpus's words have a vector"))
    .addOption(jsonOption())
    .action(run);
  addReadOptions(info);
  addExamples(
    info,
    ["is the download whole?", "pnr vectors info glove.6B.100d.txt"],
    ["how much of a corpus does it know?", "pnr vectors info PubMed-w2v.bin --corpus data/sample"],
  );
}

async function run(file: string, options: InfoOptions): Promise<void> {
  const { selectVectors, vectorCoverage, vectorStatistics } = await import("../corpus/index.js");
  const corpus =
    options.corpus === undefined ? undefined : await corpusAt(options.corpus, readOptions(options));
  const progress = new Progress();
  const read = <T>(task: (reading: Reading) => Promise<T>): Promise<T> =>
    interruptible(progress, "piece of the file", async (signal) => {
      const onProgress: Reading["onProgress"] = (done, total) =>
        progress.update({ done, total, place: `reading ${file}`, figures: showBytes(done) });
      try {
        return await task({ signal, onProgress });
      } catch (error) {
        throw signal.aborted ? new Interrupted("stopped", { cause: error }) : error;
      }
    });
  const statistics = await read((reading) => vectorStatistics(file, reading));
  const words = corpus && splitNames.flatMap((split) => corpus.splits[split].flatMap(({ tokens }) => tokens));
  const vectors = words && (await read((reading) => selectVectors(file, words, caseForms, reading)));
  const coverage = vectors && vectorCoverage(vectors, caseForms, corpus!);
  if (options.json) printJson({ ...statistics, coverage });
  else {
    printText(statisticsTable(statistics));
    if (coverage) printText(`\n${coverageTable({ ...vectors.source, coverage })}`);
  }
}

type Reading = Required<Pick<SelectOptions, "signal" | "onProgress">>;

function statisticsTable(found: VectorStatistics): string {
  const count = (number: number): string => number.toLocaleString("en");
  const share = (part: number): string => `${count(part)} (${((100 * part) / found.rows).toFixed(1)}%)`;
  const rows = [
    ["format", `${found.format}${found.zipped ? ", gzip" : ""}`],
    ["words", count(found.rows)],
    ["numbers a vector", count(found.dimension)],
    ["numbers, least and greatest", `${found.smallest.toPrecision(4)} ${found.largest.toPrecision(4)}`],
    ["length of a vector, mean", found.meanNorm.toPrecision(4)],
    ["vectors of zeros", share(found.zero)],
    ["words with a capital letter", share(found.capitals)],
    ["words with a space", share(found.spaced)],
    ["words that are not UTF-8", share(found.unreadable)],
    ["first words", found.first.map((word) => JSON.stringify(word)).join(" ")],
    ["SHA-256", found.sha256],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [found.file, "", ...rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`)].join("\n");
}
