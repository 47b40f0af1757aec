import { alignedTable } from "../../base/aligned-table";
import type { Coverage } from "../../corpus";
import { coveredShare } from "../../corpus/vectors/vector-coverage";
import type { WordVectorsReport } from "../../training";

/** The share of each split's words and tokens that have vectors, and under which spelling. */
export function coverageTable({
  file,
  rows,
  dimension,
  unreadable,
  repeated,
  coverage,
}: Omit<WordVectorsReport, "sha256">): string {
  const row = (name: string, counts: Coverage["words"]): string[] => {
    const { written, lower, capitalized, upper, missing } = counts;
    const share = `${(100 * coveredShare(counts)).toFixed(1)}%`;
    return [name, share, ...[written, lower, capitalized, upper, missing].map(String)];
  };
  const title = [
    `word vectors: ${file}, ${rows.toLocaleString("en")} words, ${dimension} dimensions`,
    ...(unreadable ? [`${unreadable} words skipped because they are not UTF-8`] : []),
    ...(repeated ? [`${repeated} words of the corpus occur twice; their first vectors count`] : []),
  ];
  const splits = Object.entries(coverage).filter(([, { words }]) => Object.values(words).some(Boolean));
  return [
    title.join("; "),
    alignedTable([
      ["", "covered", "as written", "lower", "capitalized", "upper", "missing"],
      ...splits.flatMap(([split, { words, occurrences }]) => [
        row(`${split}, words`, words),
        row(`${split}, tokens`, occurrences),
      ]),
    ]),
  ].join("\n");
}
