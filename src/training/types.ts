import type { Scores } from "../evaluation/score-types";
import type { CutOffs } from "./cut-off";
import type { WordVectorsReport } from "./lexicon";

/** Reported after every optimiser step. */
export interface StepReport {
  /** Counts from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Step within the epoch, counts from 1. */
  readonly step: number;
  /** Steps of this epoch. */
  readonly steps: number;
  /** Loss of this step's batch: sum over proposals, mean over sentences (Eq. 25). */
  readonly loss: number;
  readonly learningRate: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  readonly sentencesPerSecond: number;
  /** Estimated seconds until the last epoch ends. */
  readonly secondsLeft: number;
}

/** Reported after every epoch. */
export interface EpochReport {
  readonly epoch: number;
  /** Mean loss over the epoch's sentences. */
  readonly loss: number;
  readonly seconds: number;
  readonly sentencesPerSecond: number;
  /** Scores on dev; absent when the corpus has none, or it is trained on. */
  readonly dev?: Scores;
  /** Scores on test; only where the best epoch is chosen by them. */
  readonly test?: Scores;
  /**
   * Whether this epoch's weights are the best so far and were saved: by F1 on the split that {@link BeginReport.selection}
   * names; every epoch where that is "last".
   */
  readonly best: boolean;
}

/** What chooses the epoch whose weights are kept: the F1 on a split, or nothing, so that the last one is kept. */
export type Selection = "dev" | "test" | "last";

/** Reported once, before the first step. */
export interface BeginReport {
  /** Numbers in all parameters. */
  readonly parameters: number;
  /** Sentences to learn from, after limits. */
  readonly sentences: number;
  readonly engine: string;
  /** By which split's F1 the epoch to keep is chosen; "last" also where the corpus lacks the split of `training.selectOn`. */
  readonly selection: Selection;
  /** Of a model with word vectors. */
  readonly wordVectors?: WordVectorsReport;
  /** Epochs that an earlier, interrupted run of this folder has done already. */
  readonly resumedAfter: number;
  /** Their reports. */
  readonly earlier?: readonly EpochReport[];
  /** Steps of the epoch after those that it has done as well. */
  readonly resumedSteps?: number;
}

export interface TrainingResult {
  readonly epochs: readonly EpochReport[];
  /** Scores of the best epoch's weights. */
  readonly scores: { readonly dev?: Scores; readonly test?: Scores };
  /** The best epoch, counted from 1. */
  readonly bestEpoch: number;
  /** Seconds in training and its evaluations, over all resumptions. */
  readonly seconds: number;
  readonly parameters: number;
  /** Identities of the engines that computed it, in order; several where the engine changed with `allowEngineChange`. */
  readonly engines: readonly string[];
  readonly corpus: { readonly name: string; readonly hash: string };
  /** Of a model with word vectors. */
  readonly wordVectors?: WordVectorsReport;
  /** What BERT did not read of sentences longer than its positions; absent if it read everything, or the model has no BERT. */
  readonly cutOff?: CutOffs;
  readonly directory: string;
}
