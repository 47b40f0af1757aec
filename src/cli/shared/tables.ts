import { oneLine } from "../../base/printable";
import type { Coverage } from "../../corpus";
import { coveredShare } from "../../corpus/vectors/vector-coverage";
import type { Score, Scores } from "../../evaluation/score-types";
import type { WordVectorsReport } from "../../training";

/** Rows of cells as aligned text. @param left number of columns to align left; the others align right */
export function alignedTable(rows: readonly (readonly string[])[], left = 1): string {
  const lines = rows.map((row) => row.map(oneLine));
  const widths = lines.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)),
    [],
  );
  return lines
    .map((row) =>
      row
        .map((cell, column) => (column < left ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Scores in percent: overall, by length, by type, nested and flat. */
export function scoresTable(scores: Scores): string {
  const row = (name: string, { precision, recall, f1, gold, predicted, correct }: Score): string[] => [
    name,
    ...[precision, recall, f1].map(percent),
    ...[gold, predicted, correct].map(String),
  ];
  return alignedTable([
    ["", "P", "R", "F1", "gold", "predicted", "correct"],
    row("overall", scores.overall),
    ...Object.entries(scores.byLength).map(([length, score]) => row(`length ${length}`, score)),
    ...Object.entries(scores.byType).map(([type, score]) => row(`type ${type}`, score)),
    ...Object.entries(scores.byNesting).map(([nesting, score]) => row(nesting, score)),
  ]);
}

export function percent(value: number): string {
  return value.toFixed(2);
}

/** "P 61.20  R 58.90  F1 60.03" */
export function scoreLine({ precision, recall, f1 }: Score): string {
  return `P ${percent(precision)}  R ${percent(recall)}  F1 ${percent(f1)}`;
}

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
