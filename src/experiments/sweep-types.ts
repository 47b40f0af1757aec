import type { ScoreInterval } from "../evaluation/score-types";
import type { PaperCorpus, PaperSetting } from "./paper/types";

/** Precision, recall and F1 in percent. */
export interface SweepScore {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** One setting of what is swept. */
export interface SweepSetting {
  /** As the row is called, e.g. "-Gated Update", "[2,3]", "3"; a paper's row of the same name stands beside. */
  readonly name: string;
  /** The swept number, where it is one: layers, heads. */
  readonly value?: number;
}

/** A corpus that the settings were run on. */
export interface SweepCorpus {
  readonly name: string;
  /** The paper's corpus that it is, or stands for; absent where the paper has none. */
  readonly paper?: PaperCorpus;
  /** Whether its scores may be held against the paper's: same corpus, split, encoder and scale. */
  readonly comparable: boolean;
}

/** Scores of one run: one setting on one corpus with one seed. */
export interface SweepRun {
  /** Name of the setting. */
  readonly setting: string;
  /** Name of the corpus. */
  readonly corpus: string;
  readonly seed: number;
  readonly overall: SweepScore;
  /** Keys "1", "2", "3", "4", "≥5"; a length without entities may be absent. */
  readonly byLength?: Readonly<Record<string, SweepScore>>;
}

/** Intervals around the mean over the seeds of a setting on a corpus, as `bootstrapScores` draws them. */
export interface SweepInterval {
  readonly setting: string;
  readonly corpus: string;
  readonly overall: ScoreInterval;
  readonly byLength?: Readonly<Record<string, ScoreInterval>>;
}

/**
 * Results of a sweep as plain data, finished or not: a setting, corpus and seed without a run has not been run. Every run's
 * setting and corpus is listed, and no run stands there twice.
 */
export interface SweepResults {
  /** What it is, e.g. "Table 6: ablation study". */
  readonly title: string;
  /** What is swept, e.g. "kernel sizes", "regressor layers". */
  readonly variable: string;
  /** In the order of the rows; the first is the one that others are held against. */
  readonly settings: readonly SweepSetting[];
  readonly corpora: readonly SweepCorpus[];
  readonly runs: readonly SweepRun[];
  readonly intervals?: readonly SweepInterval[];
  /** Probability that the intervals are meant to hold, e.g. 0.95. */
  readonly level?: number;
  /** What the paper prints; absent for its figures, which print no values. */
  readonly paper?: readonly PaperSetting[];
}
