import type { Score } from "../../src/evaluation/score-types";
import { all } from "./data";

export const measures = ["precision", "recall", "f1"] as const;

export type Measure = (typeof measures)[number];

export const titles: Readonly<Record<Measure, string>> = {
  precision: "precision",
  recall: "recall",
  f1: "F1",
};

/** Whether the score is no 0/0, which is nothing to draw. */
export function defined({ gold, predicted }: Score, measure: Measure): boolean {
  return { precision: predicted, recall: gold, f1: gold + predicted }[measure] > 0;
}

export function groupName(group: string): string {
  return group === all ? "all lengths" : `length ${group}`;
}
