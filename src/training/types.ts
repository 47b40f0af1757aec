import type { Scores } from "../evaluation/types";

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
  /** Scores on dev; absent when the corpus has none. */
  readonly dev?: Scores;
  /** Whether this epoch's weights are the best so far and were saved. */
  readonly best: boolean;
}
