import type { ExperimentCorpus } from "../corpora";
import type { PlanName } from "../plans";
import type { Scoring } from "../results/types";
import type { Scale } from "../scales";
import type { ResultCell } from "./cells";
import type { Contrast } from "./draws";
import type { Finding } from "./findings";

/** A setting against the first of its plan: an ablation against the full model. */
export interface Comparison {
  readonly plan: PlanName;
  readonly corpus: ExperimentCorpus;
  /** Its label. */
  readonly setting: string;
  /** Its F1 minus that of the plan's first setting. */
  readonly contrast: Contrast;
  /** The contrast's p value by Holm's correction for all settings of the plan on the corpus. */
  readonly corrected: number;
}

/** What our runs say to a statement of the paper. */
export interface Conclusion extends Finding {
  readonly section: string;
  /** The statement, in our words. */
  readonly text: string;
  readonly corpus: ExperimentCorpus;
}

export interface Analysis {
  readonly scale: Scale;
  readonly scoring: Scoring;
  readonly notes: readonly string[];
  /** Draws of the bootstraps: for a cell's interval, for comparisons, and the seed of both. */
  readonly bootstrap: { readonly cells: number; readonly comparisons: number; readonly seed: number };
  readonly corpora: readonly ExperimentCorpus[];
  /** Runs that no table shows, because a table compares only runs on one ground; a line for each other ground. */
  readonly leftOut: readonly string[];
  /** Every setting of every plan on every corpus. */
  readonly cells: readonly ResultCell[];
  readonly comparisons: readonly Comparison[];
  readonly conclusions: readonly Conclusion[];
}
