import type { Interval } from "../evaluation/score-types";

/** The outcome of a comparison of two settings. */
export type Outcome = "better" | "worse" | "equivalent" | "undecided" | "too few seeds";

/** A setting compared with the reference on the same seeds and sentences, in points of F1. */
export interface Difference {
  readonly setting: string;
  readonly corpus: string;
  /** F1 of the setting minus that of the reference. */
  readonly estimate: number;
  /** null for fewer than three seeds. */
  readonly interval: Interval | null;
  /** p value of a difference from 0, corrected for all settings of the corpus; null for fewer than three seeds. */
  readonly p: number | null;
  /** Corrected p value of a difference as large as the smallest effect of interest. */
  readonly pEquivalent: number | null;
  readonly outcome: Outcome;
  readonly seeds: number;
}

/** Differences of a table or figure as plain data, for a forest plot. */
export interface DifferenceResults {
  /** For example "Table 6: ablations". */
  readonly title: string;
  /** The setting that the others are compared with. */
  readonly reference: string;
  /** In points of F1. */
  readonly smallestEffect: number;
  /** Nominal coverage of the intervals, e.g. 0.95. */
  readonly level: number;
  /** A caveat, such as that runs of this scale do not judge the paper. */
  readonly note?: string;
  readonly differences: readonly Difference[];
}
