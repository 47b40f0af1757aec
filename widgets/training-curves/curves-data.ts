import type { Score } from "../../src/evaluation/score-types";
import type { EpochReport, StepReport } from "../../src/training/training-reports";
import { type Measure, mean } from "../shared/scores";

/** The fields of an epoch's report that the curves use. */
export type EpochPoint = Pick<EpochReport, "epoch" | "loss" | "seconds" | "best"> & {
  readonly dev?: { readonly overall: Pick<Score, Measure> };
};

/** The fields of a step's report that the curves use. */
export type StepPoint = Pick<StepReport, "epoch" | "step" | "steps" | "loss" | "learningRate">;

export interface TrainingRun {
  readonly name: string;
  readonly epochs: readonly EpochPoint[];
  /** The reports of `onStep`. */
  readonly steps?: readonly StepPoint[];
}

/** An epoch. Scores are on dev, in percent. */
export interface CurvePoint {
  readonly epoch: number;
  /** Null if it was not finite, which JSON cannot hold. */
  readonly loss: number | null;
  readonly seconds: number;
  /** Whether this is the best epoch so far, by dev F1. */
  readonly best: boolean;
  readonly dev?: Readonly<Record<Measure, number>>;
}

/** Steps combined into blocks, few enough to draw. */
export interface StepCurve {
  /** End of each block, in epochs. */
  readonly at: readonly number[];
  /** Mean over each block; null if a loss in it was not finite. */
  readonly loss: readonly (number | null)[];
  /** Learning rate of each block's last step. */
  readonly rate: readonly number[];
  /** Steps per block. */
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

export interface State {
  readonly loss: "epochs" | "steps";
  /** Whether the loss has a logarithmic axis. */
  readonly log: boolean;
  /** Whether the learning rate is shown. */
  readonly rate: boolean;
  /** With several runs: each run, or their mean and range. */
  readonly runs: "each" | "mean";
  /** The score that is shown with several runs; a single run shows all scores. */
  readonly measure: Measure;
}

/** @param mostBlocks steps are joined into at most this many blocks */
export function packRun({ name, epochs, steps }: TrainingRun, mostBlocks = 300): CurveRun {
  return {
    name,
    points: epochs.map(packEpoch),
    ...(steps?.length ? { steps: stepCurve(steps, mostBlocks) } : {}),
  };
}

function packEpoch({ epoch, loss, seconds, best, dev }: EpochPoint): CurvePoint {
  const point = { epoch, loss: Number.isFinite(loss) ? loss : null, seconds, best };
  if (!dev) return point;
  const { precision, recall, f1 } = dev.overall;
  return { ...point, dev: { precision, recall, f1 } };
}

function stepCurve(steps: readonly StepPoint[], most: number): StepCurve {
  const block = Math.max(1, Math.ceil(steps.length / most));
  const count = Math.ceil(steps.length / block);
  const blocks = Array.from({ length: count }, (_, i) => steps.slice(i * block, (i + 1) * block));
  const last = blocks.map((points) => points[points.length - 1]);
  return {
    at: last.map(({ epoch, step, steps }) => epoch - 1 + step / steps),
    loss: blocks.map((points) => {
      const losses = points.map(({ loss }) => loss);
      return losses.every(Number.isFinite) ? mean(losses) : null;
    }),
    rate: last.map(({ learningRate }) => learningRate),
    block,
  };
}

/** The epoch whose weights were kept: the last that was the best so far; undefined if there was no dev split. */
export function keptPoint({ points }: CurveRun): CurvePoint | undefined {
  return points.findLast(({ best, dev }) => best && dev);
}

/** The first epoch whose loss was not finite. */
export function divergedAt({ points, steps }: CurveRun): number | undefined {
  const epoch = points.find(({ loss }) => loss === null)?.epoch;
  const block = steps?.loss.indexOf(null) ?? -1;
  return epoch ?? (steps && block >= 0 ? Math.ceil(steps.at[block]) : undefined);
}

export function hasDev({ points }: CurveRun): boolean {
  return points.some(({ dev }) => dev);
}

export function epochsOf(points: readonly CurvePoint[]): number[] {
  return points.map(({ epoch }) => epoch);
}
