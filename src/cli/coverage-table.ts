import type { Coverage } from "../corpus";
import { coveredShare } from "../corpus/vectors/vector-coverage";
import type { WordVectorsReport } from "../training";
import { alignedTable } from "./table";

/** Which part of each split has vectors, and by which spelling it was found. */
export function coverageTable({
  file,
  rows,
  dimension,
  unreadable,
  repeated,
  coverage,
}: Omit<WordVectorsReport, "sha256">): string {
  const splits = Object.entries(coverage).filter(([, { words }]) => Object.values(words).some(Boolean));
  const oddities = [
    ...(unreadable ? [`${unreadable} words that are not UTF-8 passed over`] : []),
    ...(repeated ? [`${repeated} wanted words met twice, the first kept`] : []),
  ];
  const title = `word vectors: ${file}, ${rows.toLocaleString("en")} words, ${dimension} numbers each`;
  return [
    [title, ...oddities].join("; "),
    alignedTable([
      ["", "have one", "as written", "lower", "capitalized", "upper", "missing"],
      ...splits.flatMap(([split, found]) => [
        row(`${split}, words`, found.words),
        row(`${split}, tokens`, found.occurrences),
      ]),
    ]),
  ].join("\n");
}

function row(name: string, counts: Coverage["words"]): string[] {
  const { written, lower, capitalized, upper, missing } = counts;
  const share = `${(100 * coveredShare(counts)).toFixed(1)}%`;
  return [name, share, ...[written, lower, capitalized, upper, missing].map((count) => String(count))];
}
