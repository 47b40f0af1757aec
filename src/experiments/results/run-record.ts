import type { LengthGroup } from "../../corpus/spans";
import type { SplitName } from "../../corpus/types";
import type { SameTypeInner } from "../../evaluation/inner-mentions";
import type { SpuriousLength } from "../../evaluation/outcomes";
import type { Score } from "../../evaluation/score-types";
import type { Config } from "../../training";
import type { Case } from "../run/cases";
import type { Measures } from "../run/measures";
import type { ScoredSentence } from "../run/predictions";
import type { Provenance } from "../run/run-result";
import type { SentenceCounts } from "./sentence-counts";

/** An epoch of a run, for `trainingCurves`. */
export interface EpochRecord {
  /** Counts from 1. */
  readonly epoch: number;
  /** Mean over the epoch's sentences. */
  readonly loss: number;
  readonly seconds: number;
  /** Whether its weights are the best so far. */
  readonly best: boolean;
  /** Scores in percent; absent if dev was not scored. */
  readonly dev?: { readonly overall: Pick<Score, "precision" | "recall" | "f1"> };
}

/** A complete run with its results, read from its folder or from tables. */
export interface RunRecord {
  readonly id: string;
  readonly scale: string;
  readonly corpus: { readonly name: string; readonly hash: string };
  readonly seed: number;
  readonly engine: string;
  readonly resultsVersion: number;
  readonly config: Config;
  /** The scored split. */
  readonly split: SplitName;
  readonly overall: Score;
  /** All length groups, including those without entities. */
  readonly byLength: Readonly<Record<LengthGroup, Score>>;
  /** Mean tokens of a gold entity in the scored sentences. */
  readonly goldLength: number;
  /** The counts of each sentence, from which these scores come. */
  readonly counts: SentenceCounts;
  /** All sentences of the split, from which the counts come; null in tables of earlier versions. */
  readonly predictions: readonly ScoredSentence[] | null;
  /** Counts of a run without predictions, under each rule for the length of a false prediction that its tables have. */
  readonly countsUnder: Readonly<Partial<Record<SpuriousLength, SentenceCounts>>>;
  readonly epochs: readonly EpochRecord[];
  readonly bestEpoch: number;
  /** Seconds in training and its evaluations. */
  readonly seconds: number;
  /** Training sentences per epoch. */
  readonly sentences: number;
  readonly parameters: number;
  readonly measures: Measures | null;
  readonly cases: readonly Case[];
  readonly provenance: Provenance;
}

/** Complete runs, sorted by id, and how they were scored. */
export interface Results {
  readonly runs: readonly RunRecord[];
  readonly scoring: Scoring;
  /** The paragraphs of the file `notes.md` next to the results. */
  readonly notes: readonly string[];
}

/** How predictions are compared with gold entities. The paper does not say. */
export interface Scoring {
  /** What must match: boundaries and type, or only boundaries. */
  readonly match: "exact" | "boundary";
  /** Whether duplicate proposals are one prediction, as in Algorithm 2, or all but one of them are false predictions. */
  readonly duplicates: "once" | "each";
  readonly spuriousLength: SpuriousLength;
  readonly sameTypeInner: SameTypeInner;
  /** All sentences, or those whose words no training sentence has. */
  readonly sentences: "all" | "unseen";
}

/** Scores by length follow the released code, as the paper's do. */
export const usualScoring: Scoring = {
  match: "exact",
  duplicates: "once",
  spuriousLength: "released",
  sameTypeInner: "scored",
  sentences: "all",
};
