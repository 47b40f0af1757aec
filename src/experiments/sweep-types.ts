import type { ScoreInterval } from "../evaluation/score-types";
import type { PaperCorpus, PaperSetting } from "./paper";

/** Precision, recall and F1 in percent. */
export interface SweepScore {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** A setting of a sweep. */
export interface SweepSetting {
  /** Name of the row, e.g. "-Gated Update", "[2,3]", "3", shown with the paper's row of the same name. */
  readonly name: string;
  /** The swept value, if it is a number: layers, heads. */
  readonly value?: number;
  /** The line of a curve to which the setting belongs, e.g. "span classifier". Without it, curves have a line per entity length. */
  readonly series?: string;
}

/** A corpus that the settings were run on. */
export interface SweepCorpus {
  readonly name: string;
  /** The corpus of the paper that this is or stands for, if any. */
  readonly paper?: PaperCorpus;
  /** Whether its scores can be compared with the paper's: same corpus, split, encoder and scale. */
  readonly comparable: boolean;
}

/** Scores of a run: one setting on one corpus with one seed. */
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

/** Intervals of the mean of a setting on a corpus, over seeds and sentences. */
export interface SweepInterval {
  readonly setting: string;
  readonly corpus: string;
  readonly overall: ScoreInterval;
  readonly byLength?: Readonly<Record<string, ScoreInterval>>;
}

/** Results of a sweep as plain data, complete or not. The settings and corpora of all runs are listed, and no run occurs twice. */
export interface SweepResults {
  /** For example "Table 6: ablations". */
  readonly title: string;
  /** The property that the settings vary, e.g. "kernel sizes", "regressor layers". */
  readonly variable: string;
  /** The settings in the order of the rows. The first is the one that the others are compared with. */
  readonly settings: readonly SweepSetting[];
  readonly corpora: readonly SweepCorpus[];
  readonly runs: readonly SweepRun[];
  readonly intervals?: readonly SweepInterval[];
  /** Nominal coverage of the intervals, e.g. 0.95. */
  readonly level?: number;
  /** The paper's values; absent for its figures, which print none. */
  readonly paper?: readonly PaperSetting[];
}
