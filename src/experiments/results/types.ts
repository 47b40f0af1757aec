import type { LengthGroup } from "../../corpus/spans";
import type { SplitName } from "../../corpus/types";
import type { SpuriousLength } from "../../evaluation/outcomes";
import type { Score } from "../../evaluation/score-types";
import type { Config } from "../../training";
import type { Case } from "../run/cases";
import type { Measures } from "../run/measures";
import type { Provenance } from "../run/result";
import type { SentenceCounts } from "./sentence-counts";

/** An epoch of a run; what `trainingCurves` draws. */
export interface EpochRecord {
  /** Counts from 1. */
  readonly epoch: number;
  /** Mean over the epoch's sentences. */
  readonly loss: number;
  readonly seconds: number;
  /** Whether its weights were the best so far. */
  readonly best: boolean;
  /** In percent; absent where no dev split was scored. */
  readonly dev?: { readonly overall: Pick<Score, "precision" | "recall" | "f1"> };
}

/** A complete run with its results, whether read from its folder or from the tables of many. */
export interface RunRecord {
  readonly id: string;
  readonly scale: string;
  readonly corpus: { readonly name: string; readonly hash: string };
  readonly seed: number;
  readonly engine: string;
  readonly resultsVersion: number;
  readonly config: Config;
  /** What the scores are of. */
  readonly split: SplitName;
  readonly overall: Score;
  /** Each length group, those without entities too. */
  readonly byLength: Readonly<Record<LengthGroup, Score>>;
  /** Mean tokens of a gold entity among the sentences scored. */
  readonly goldLength: number;
  /** What every sentence adds to these scores. */
  readonly counts: SentenceCounts;
  /** The same under each rule for the length of a false prediction; tables of earlier versions have one rule alone. */
  readonly countsUnder: Readonly<Partial<Record<SpuriousLength, SentenceCounts>>>;
  readonly epochs: readonly EpochRecord[];
  readonly bestEpoch: number;
  /** Seconds in training and its evaluations. */
  readonly seconds: number;
  /** Sentences learned from, each in every epoch. */
  readonly sentences: number;
  readonly parameters: number;
  readonly measures: Measures | null;
  readonly cases: readonly Case[];
  readonly provenance: Provenance;
}

/** Complete runs, each once, sorted by id, and how they were scored. */
export interface Results {
  readonly runs: readonly RunRecord[];
  readonly scoring: Scoring;
  /** What people wrote beside them in `notes.md`, a paragraph each: what the runs themselves cannot know. */
  readonly notes: readonly string[];
}

/** How predictions are held against gold entities. The paper says none of it. */
export interface Scoring {
  /** What must be equal for a match: boundaries and type, or boundaries alone. */
  readonly match: "exact" | "boundary";
  /** Whether proposals that agree are one prediction, as in Algorithm 2's set, or each but the first a false one. */
  readonly duplicates: "once" | "each";
  readonly spuriousLength: SpuriousLength;
}

/** The paper's scores by length come from the released code, so that ours are counted as there. */
export const usualScoring: Scoring = { match: "exact", duplicates: "once", spuriousLength: "released" };
