import type { Score, Scores } from "../evaluation/score-types";
import { alignedTable } from "./table";

/** Scores as an aligned table: overall, per length, per type, nested and flat. Percent. */
export function scoresTable(scores: Scores): string {
  return alignedTable([
    ["", "P", "R", "F1", "gold", "predicted", "correct"],
    row("overall", scores.overall),
    ...Object.entries(scores.byLength).map(([length, score]) => row(`length ${length}`, score)),
    ...Object.entries(scores.byType).map(([type, score]) => row(`type ${type}`, score)),
    ...Object.entries(scores.byNesting).map(([nesting, score]) => row(nesting, score)),
  ]);
}

function row(name: string, score: Score): string[] {
  const { precision, recall, f1, gold, predicted, correct } = score;
  return [name, ...[precision, recall, f1].map(percent), ...[gold, predicted, correct].map(String)];
}

export function percent(value: number): string {
  return value.toFixed(2);
}

/** "P 61.20  R 58.90  F1 60.03" */
export function scoreLine({ precision, recall, f1 }: Score): string {
  return `P ${percent(precision)}  R ${percent(recall)}  F1 ${percent(f1)}`;
}
