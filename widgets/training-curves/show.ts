import { display } from "../shared/show";
import type { Shown } from "../shared/widget";
import { curvePoints, type EpochPoint, type PackedCurves, stepCurve, type TrainingRun } from "./data";
import type { Measure, State } from "./state";
import { trainingCurvesWidget } from "./widget";

export interface TrainingCurvesOptions {
  /** Loss of each epoch or, where a run has them, of its steps. Default "epochs". */
  readonly loss?: State["loss"];
  /** Whether the loss has a logarithmic axis. Default false. */
  readonly log?: boolean;
  /** Whether the learning rate is shown, where a run has its steps. Default false. */
  readonly rate?: boolean;
  /** Several runs each by itself, or as their mean with its range. Default "each". */
  readonly runs?: State["runs"];
  /** Dev score shown of several runs. Default "f1". */
  readonly measure?: Measure;
}

/**
 * Loss and, where there is a dev split, scores of each epoch, of one or several runs.
 * @param runs the epochs of one run, or runs with their names
 * @throws RangeError for no run or epoch, and for steps or a learning rate that no run has
 */
export function trainingCurves(
  runs: readonly EpochPoint[] | readonly TrainingRun[],
  options: TrainingCurvesOptions = {},
): Shown<PackedCurves, State> {
  const { loss = "epochs", log = false, rate = false, runs: shown = "each", measure = "f1" } = options;
  const named = isNamed(runs) ? runs : [{ name: "training", epochs: runs }];
  if (!named.some(({ epochs }) => epochs.length)) throw new RangeError("runs: there is no epoch to show");
  const packed = {
    runs: named.map(({ name, epochs, steps }) => ({
      name,
      points: curvePoints(epochs),
      ...(steps?.length ? { steps: stepCurve(steps) } : {}),
    })),
  };
  if ((loss === "steps" || rate) && !packed.runs.some(({ steps }) => steps)) {
    throw new RangeError(
      `${rate ? "rate" : "loss"}: no run has its steps; they are what train's onStep reports`,
    );
  }
  return { widget: trainingCurvesWidget, packed, state: { loss, log, rate, runs: shown, measure } };
}

/** Shows {@link trainingCurves} in the running cell; outside a notebook, prints them. */
export async function showTrainingCurves(
  runs: readonly EpochPoint[] | readonly TrainingRun[],
  options?: TrainingCurvesOptions,
): Promise<void> {
  await display(trainingCurves(runs, options));
}

function isNamed(runs: readonly EpochPoint[] | readonly TrainingRun[]): runs is readonly TrainingRun[] {
  return runs.length > 0 && "epochs" in runs[0];
}
