import type { Scores } from "../evaluation/score-types";
import type { InitReport } from "./init-record";
import type { WordVectorsReport } from "./lexicon";
import type { CutOffs, Unreachable } from "./sentences";

/** Reported after every optimizer step. */
export interface StepReport {
  /** Counts from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Step within the epoch, from 1. */
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
  /** Scores on dev; absent if the corpus has no dev split, or dev is trained on. */
  readonly dev?: Scores;
  /** Scores on test; present only if they choose the best epoch. */
  readonly test?: Scores;
  /** Whether this epoch's weights are the best so far by {@link BeginReport.selection}, and were therefore saved. */
  readonly best: boolean;
}

/** How the best epoch is chosen: by F1 on a split, or always the last one. */
export type Selection = "dev" | "test" | "last";

/** Reported once, before the first step. */
export interface BeginReport {
  readonly seed: number;
  /** Numbers in all parameters, frozen ones included. */
  readonly parameters: number;
  /** Numbers in the parameters that training changes. */
  readonly trainedParameters: number;
  /** Sentences to learn from, after limits. */
  readonly sentences: number;
  readonly engine: string;
  /** How the best epoch is chosen. It is "last", too, if the corpus lacks the split that `training.selectOn` names. */
  readonly selection: Selection;
  /** Only for a model with word vectors. */
  readonly wordVectors?: WordVectorsReport;
  /** Epochs completed before the run was interrupted, and their reports. */
  readonly resumedAfter: number;
  readonly earlier?: readonly EpochReport[];
  /** Steps completed in the next epoch. */
  readonly resumedSteps?: number;
}

export interface TrainingResult {
  readonly epochs: readonly EpochReport[];
  /** Scores of the best epoch's weights. */
  readonly scores: { readonly dev?: Scores; readonly test?: Scores };
  /** Counts from 1. */
  readonly bestEpoch: number;
  /** Time in training and its evaluations, summed over interruptions. */
  readonly seconds: number;
  /** Numbers in all parameters, frozen ones included. */
  readonly parameters: number;
  /** Identities of the engines that computed it, in order; more than one after an `allowEngineChange`. */
  readonly engines: readonly string[];
  readonly corpus: { readonly name: string; readonly hash: string };
  /** The model that the run started from; absent if it started from random weights. */
  readonly init?: InitReport;
  /** Only for a model with word vectors that did not start from another model. */
  readonly wordVectors?: WordVectorsReport;
  /** The parts of long sentences that BERT did not read; absent if it read everything, or the model has no BERT. */
  readonly cutOff?: CutOffs;
  /** Gold entities that a baseline cannot predict; absent if it can predict all. */
  readonly unreachable?: Unreachable;
  readonly directory: string;
}
