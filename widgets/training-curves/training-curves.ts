import { choice, toggle } from "../shared/controls";
import { display } from "../shared/display";
import { fittingWidth } from "../shared/figure";
import { type Measure, measureNames } from "../shared/scores";
import { listNames } from "../shared/text";
import type { DataTable, View, Widget, WidgetInstance } from "../shared/widget";
import {
  type CurvePoint,
  type EpochPoint,
  hasDev,
  keptPoint,
  type PackedCurves,
  packRun,
  type State,
  type TrainingRun,
} from "./curves-data";
import { curvesFigure } from "./curves-figure";

const lossTexts = { epochs: "epoch", steps: "step" };

const view: View<State, PackedCurves> = {
  controls: ({ runs }, { log, loss, rate, runs: display, measure }) => {
    const hasSteps = runs.some(({ steps }) => steps);
    const several = runs.length > 1;
    return [
      toggle("log", "logarithmic loss", log),
      ...(hasSteps
        ? [choice("loss", "loss per", lossTexts, loss), toggle("rate", "learning rate", rate)]
        : []),
      ...(several ? [choice("runs", "runs", ["each", "mean"], display)] : []),
      ...(several && runs.some(hasDev)
        ? [choice("measure", "score", measureNames, measure, "vertical")]
        : []),
    ];
  },
  change: (_, state, control, value) => (control in state ? { ...state, [control]: value } : state),
};

/** One line per epoch; several runs one after another, each below its name. */
function curvesText({ runs }: PackedCurves): string {
  if (runs.length === 1) return runs[0].points.map(epochText).join("\n");
  return runs
    .map((run) => {
      const keptEpoch = keptPoint(run);
      const best = keptEpoch?.dev
        ? `: kept epoch ${keptEpoch.epoch}, dev F1 ${keptEpoch.dev.f1.toFixed(2)}`
        : "";
      return [`${run.name}${best}`, ...run.points.map((point) => `  ${epochText(point)}`)].join("\n");
    })
    .join("\n");
}

function epochText({ epoch, loss, seconds, best, dev }: CurvePoint): string {
  const scores = dev
    ? `  dev P ${dev.precision.toFixed(2)}  R ${dev.recall.toFixed(2)}  F1 ${dev.f1.toFixed(2)}`
    : "";
  return `epoch ${epoch}  loss ${loss?.toFixed(4) ?? "not finite"}${scores}  ${seconds.toFixed(1)} s${best ? "  best so far" : ""}`;
}

/** One row per run and epoch; or one row per block of steps, if those are shown. */
function curvesTable({ runs }: PackedCurves, { loss }: State): DataTable {
  if (loss === "steps") {
    const rows = runs.flatMap(({ name, steps }) =>
      (steps?.at ?? []).map((epochs, i) => ({ name, epochs, loss: steps?.loss[i], rate: steps?.rate[i] })),
    );
    return {
      name: "training-steps",
      columns: {
        run: rows.map(({ name }) => name),
        epochs: rows.map(({ epochs }) => epochs),
        loss: rows.map(({ loss }) => loss ?? null),
        learning_rate: rows.map(({ rate }) => rate ?? null),
      },
      fractions: ["epochs", "loss", "learning_rate"],
    };
  }
  const rows = runs.flatMap((run) => {
    const keptEpoch = keptPoint(run);
    return run.points.map((point) => ({ run, ...point, kept: keptEpoch === point }));
  });
  return {
    name: "training-curves",
    columns: {
      run: rows.map(({ run }) => run.name),
      epoch: rows.map(({ epoch }) => epoch),
      loss: rows.map(({ loss }) => loss),
      dev_precision: rows.map(({ dev }) => dev?.precision ?? null),
      dev_recall: rows.map(({ dev }) => dev?.recall ?? null),
      dev_f1: rows.map(({ dev }) => dev?.f1 ?? null),
      kept: rows.map(({ kept }) => kept),
      seconds: rows.map(({ seconds }) => seconds),
    },
    fractions: ["loss", "dev_precision", "dev_recall", "dev_f1", "seconds"],
  };
}

/** Loss, learning rate and dev scores of training runs. */
export const trainingCurvesWidget: Widget<PackedCurves, State> = {
  kind: "training-curves",
  open: (packed) => packed,
  title: ({ runs }) =>
    runs.length === 1 ? "Training curves" : `Training curves of ${listNames(runs.map(({ name }) => name))}`,
  build: (data, state, theme, available) => [
    { figure: curvesFigure(data, state, theme, fittingWidth(available)) },
  ],
  text: curvesText,
  table: curvesTable,
  view,
};

export interface TrainingCurvesOptions {
  /** Loss of each epoch or, if a run has them, of its steps. Default "epochs". */
  readonly loss?: State["loss"];
  /** Whether the loss has a logarithmic axis. Default false. */
  readonly log?: boolean;
  /** Whether the learning rate is shown, if a run has steps. Default false. */
  readonly rate?: boolean;
  /** Each of several runs, or their mean and range. Default "each". */
  readonly runs?: State["runs"];
  /** Dev score shown for several runs. Default "f1". */
  readonly measure?: Measure;
}

/**
 * The loss and, with a dev split, the scores of each epoch, of one or several runs.
 * @param runs the epochs of one run, or several runs with names
 * @throws RangeError without epochs, and for steps or a learning rate that no run has
 */
export function trainingCurves(
  runs: readonly EpochPoint[] | readonly TrainingRun[],
  options: TrainingCurvesOptions = {},
): WidgetInstance<PackedCurves, State> {
  const { loss = "epochs", log = false, rate = false, runs: display = "each", measure = "f1" } = options;
  const namedRuns = isNamed(runs) ? runs : [{ name: "training", epochs: runs }];
  if (!namedRuns.some(({ epochs }) => epochs.length)) throw new RangeError("runs: there is no epoch to show");
  const packed = { runs: namedRuns.map((run) => packRun(run)) };
  if ((loss === "steps" || rate) && !packed.runs.some(({ steps }) => steps)) {
    throw new RangeError(`${rate ? "rate" : "loss"}: no run has \`steps\`, the reports of train's onStep`);
  }
  return { widget: trainingCurvesWidget, packed, state: { loss, log, rate, runs: display, measure } };
}

function isNamed(runs: readonly EpochPoint[] | readonly TrainingRun[]): runs is readonly TrainingRun[] {
  return runs.length > 0 && "epochs" in runs[0];
}

/** Shows {@link trainingCurves} in the running cell; outside a notebook, prints the text description. */
export async function showTrainingCurves(
  runs: readonly EpochPoint[] | readonly TrainingRun[],
  options?: TrainingCurvesOptions,
): Promise<void> {
  await display(trainingCurves(runs, options));
}
