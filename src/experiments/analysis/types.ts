import type { ExperimentCorpus } from "../corpora";
import type { Scoring } from "../results/types";
import type { Scale } from "../scales";
import type { ResultCell } from "./cells";
import type { Contrast } from "./draws";
import type { Finding } from "./findings";

/** An ablation against the full model. */
export interface Comparison {
  readonly corpus: ExperimentCorpus;
  /** As in Table 6. */
  readonly setting: string;
  /** Without the part less with it. */
  readonly contrast: Contrast;
  /** The contrast's p value by Holm's correction for all ablations on the corpus. */
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
  readonly corpora: readonly ExperimentCorpus[];
  /** Every setting of every plan on every corpus. */
  readonly cells: readonly ResultCell[];
  readonly comparisons: readonly Comparison[];
  readonly conclusions: readonly Conclusion[];
}
