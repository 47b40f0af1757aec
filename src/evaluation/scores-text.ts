import { alignedTable } from "../base/aligned-table";
import type { Score, Scores } from "./score-types";

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
