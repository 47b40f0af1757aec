import type { Score } from "../../src/evaluation/score-types";
import type { EpochReport, StepReport } from "../../src/training/training-reports";

/** What the curves need of an epoch's report. */
export type EpochPoint = Pick<EpochReport, "epoch" | "loss" | "seconds" | "best"> & {
  readonly dev?: { readonly overall: Pick<Score, "precision" | "recall" | "f1"> };
};

/** What the curves show of an epoch. Scores are in percent, on dev. */
export interface CurvePoint {
  readonly epoch: number;
  /** Null where it was no number, or endless: JSON can say neither. */
  readonly loss: number | null;
  readonly seconds: number;
  /** The best so far, by dev F1. */
  readonly best: boolean;
  readonly dev?: { readonly precision: number; readonly recall: number; readonly f1: number };
}

/** What the curves need of a step's report. */
export type StepPoint = Pick<StepReport, "epoch" | "step" | "steps" | "loss" | "learningRate">;

/** A training run, under the name that it is shown by. */
export interface TrainingRun {
  readonly name: string;
  readonly epochs: readonly EpochPoint[];
  /** As `onStep` reported them, where they were kept. */
  readonly steps?: readonly StepPoint[];
}

/** Steps in blocks, few enough to draw. */
export interface StepCurve {
  /** Epochs done when the block ends. */
  readonly at: readonly number[];
  /** Mean over the block's steps; null where one of them is no number. */
  readonly loss: readonly (number | null)[];
  /** At the block's last step. */
  readonly rate: readonly number[];
  /** Steps a block. */
  readonly block: number;
}

export interface CurveRun {
  readonly name: string;
  readonly points: readonly CurvePoint[];
  readonly steps?: StepCurve;
}

export interface PackedCurves {
  readonly runs: readonly CurveRun[];
}

export function curvePoints(reports: readonly EpochPoint[]): CurvePoint[] {
  return reports.map(({ epoch, loss, seconds, best, dev }) => {
    const point = { epoch, loss: Number.isFinite(loss) ? loss : null, seconds, best };
    if (!dev) return point;
    const { precision, recall, f1 } = dev.overall;
    return { ...point, dev: { precision, recall, f1 } };
  });
}

/** The epoch whose weights were kept: the last that was the best so far; undefined where dev did not choose. */
export function keptPoint({ points }: Pick<CurveRun, "points">): CurvePoint | undefined {
  return points.findLast(({ best, dev }) => best && dev);
}

/** @param most blocks at most */
export function stepCurve(steps: readonly StepPoint[], most = 300): StepCurve {
  const block = Math.max(1, Math.ceil(steps.length / most));
  const count = Math.ceil(steps.length / block);
  const blocks = Array.from({ length: count }, (_, at) => steps.slice(at * block, (at + 1) * block));
  const last = blocks.map((one) => one[one.length - 1]);
  return {
    at: last.map(({ epoch, step, steps }) => epoch - 1 + step / steps),
    loss: blocks.map((one) => {
      const losses = one.map(({ loss }) => loss);
      return losses.every(Number.isFinite) ? mean(losses) : null;
    }),
    rate: last.map(({ learningRate }) => learningRate),
    block,
  };
}

/** The first epoch whose loss is no number; undefined where there is none. */
export function divergedAt({ points, steps }: CurveRun): number | undefined {
  const step = steps?.loss.indexOf(null) ?? -1;
  return (
    points.find(({ loss }) => loss === null)?.epoch ?? (step < 0 ? undefined : Math.ceil(steps!.at[step]))
  );
}

export function epochs(points: readonly CurvePoint[]): number[] {
  return points.map(({ epoch }) => epoch);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
