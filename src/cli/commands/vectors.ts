import type { Command } from "commander";
import { alignedTable } from "../../base/aligned-table";
import { Progress, showBytes } from "../../base/progress";
import type { SelectOptions, VectorStatistics } from "../../corpus";
import type { ReadOptions } from "../../corpus/formats/registry";
import { splitNames } from "../../corpus/types";
import { caseForms } from "../../corpus/vocabulary";
import { corpusAt } from "../shared/corpus-input";
import { addReadOptions, readOptions } from "../shared/corpus-options";
import { coverageTable } from "../shared/coverage-table";
import { Interrupted } from "../shared/failure";
import { interruptible } from "../shared/interrupt";
import { addExamples, corpusOption, jsonOption } from "../shared/options";
import { printJson, printText } from "../shared/output";

interface InfoOptions extends ReadOptions {
  readonly corpus?: string;
  readonly json?: true;
}

export function addVectors(program: Command): void {
  const vectors = program.command("vectors").description("inspect a file of word vectors").helpCommand(false);
  const info = vectors
    .command("info")
    .summary("check a file of word vectors and describe its content")
    .description(
      "Reads a file of word vectors (GloVe's text, word2vec's text or binary format, or any of these as .gz) in constant " +
        "memory, validates every number, and prints format, number of words, dimensions, norms and SHA-256. With --corpus, also " +
        "prints the share of the corpus's words that have vectors, as written or in another spelling, as for " +
        "`pnr train --word-vectors`.",
    )
    .argument("<file>", "the file")
    .addOption(corpusOption("report how many words of this corpus have a vector"))
    .addOption(jsonOption())
    .action(run);
  addReadOptions(info);
  addExamples(
    info,
    ["check a download", "pnr vectors info glove.6B.100d.txt"],
    ["its coverage of a corpus", "pnr vectors info PubMed-w2v.bin --corpus data/sample"],
  );
}

async function run(file: string, options: InfoOptions): Promise<void> {
  const { selectVectors, vectorCoverage, vectorStatistics } = await import("../../corpus/index.js");
  const corpus =
    options.corpus === undefined ? undefined : await corpusAt(options.corpus, readOptions(options));
  const progress = new Progress();
  const read = <T>(task: (reading: Reading) => Promise<T>): Promise<T> =>
    interruptible(progress, "part of the file", async (signal) => {
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

function statisticsTable(statistics: VectorStatistics): string {
  const count = (number: number): string => number.toLocaleString("en");
  const share = (part: number): string => `${count(part)} (${((100 * part) / statistics.rows).toFixed(1)}%)`;
  const rows = [
    ["format", `${statistics.format}${statistics.zipped ? ", gzip" : ""}`],
    ["words", count(statistics.rows)],
    ["dimensions", count(statistics.dimension)],
    [
      "smallest and largest number",
      `${statistics.smallest.toPrecision(4)} ${statistics.largest.toPrecision(4)}`,
    ],
    ["mean norm", statistics.meanNorm.toPrecision(4)],
    ["zero vectors", share(statistics.zero)],
    ["words with a capital letter", share(statistics.capitals)],
    ["words with a space", share(statistics.spaced)],
    ["words that are not UTF-8", share(statistics.unreadable)],
    ["first words", statistics.first.map((word) => JSON.stringify(word)).join(" ")],
    ["SHA-256", statistics.sha256],
  ];
  return `${statistics.file}\n\n${alignedTable(rows, 2)}`;
}
