import type { PaperScore } from "./types";

/** A cell group as the tables print it: precision, recall, F1. */
export function score(precision: number | null, recall: number | null, f1: number): PaperScore {
  return { precision, recall, f1 };
}
