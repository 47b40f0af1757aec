import type { DataTable } from "../shared/widget";
import { type CurvePoint, keptPoint, type PackedCurves } from "./data";
import type { State } from "./state";

/** One line an epoch. */
function trainingCurvesText(points: readonly CurvePoint[]): string {
  return points
    .map(({ epoch, loss, seconds, best, dev }) => {
      const scores =
        dev && `  dev P ${dev.precision.toFixed(2)}  R ${dev.recall.toFixed(2)}  F1 ${dev.f1.toFixed(2)}`;
      return `epoch ${epoch}  loss ${loss?.toFixed(4) ?? "is no number"}${scores ?? ""}  ${seconds.toFixed(1)} s${best ? "  best so far" : ""}`;
    })
    .join("\n");
}

/** One line an epoch; several runs one after the other, under their names. */
export function curvesText({ runs }: PackedCurves): string {
  if (runs.length === 1) return trainingCurvesText(runs[0].points);
  return runs
    .map((run) => {
      const kept = keptPoint(run);
      const best = kept?.dev ? `: kept epoch ${kept.epoch}, dev F1 ${kept.dev.f1.toFixed(2)}` : "";
      return `${run.name}${best}\n${trainingCurvesText(run.points).replace(/^/gm, "  ")}`;
    })
    .join("\n");
}

/** A row an epoch and run; a row a block of steps where those are shown. */
export function curvesTable({ runs }: PackedCurves, { loss }: Pick<State, "loss">): DataTable {
  if (loss === "steps") {
    const rows = runs.flatMap(({ name, steps }) =>
      (steps?.at ?? []).map((epochs, at) => ({ name, epochs, loss: steps?.loss[at], rate: steps?.rate[at] })),
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
  const rows = runs.flatMap((run) => run.points.map((point) => ({ run, point })));
  return {
    name: "training-curves",
    columns: {
      run: rows.map(({ run }) => run.name),
      epoch: rows.map(({ point }) => point.epoch),
      loss: rows.map(({ point }) => point.loss),
      dev_precision: rows.map(({ point }) => point.dev?.precision ?? null),
      dev_recall: rows.map(({ point }) => point.dev?.recall ?? null),
      dev_f1: rows.map(({ point }) => point.dev?.f1 ?? null),
      kept: rows.map(({ run, point }) => keptPoint(run) === point),
      seconds: rows.map(({ point }) => point.seconds),
    },
    fractions: ["loss", "dev_precision", "dev_recall", "dev_f1", "seconds"],
  };
}
