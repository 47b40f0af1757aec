import type { EpochReport, StepReport } from "../../src/training/types";
import { kernelLink } from "../shared/kernel-link";
import { curvePoints } from "../training-curves/data";
import { trainingCurvesText } from "../training-curves/words";
import { buildProgress, type Progress, progressText } from "./build";

/** Spread into the options of `train`: `await train({ …, ...liveTraining() })`. */
export interface LiveTraining {
  readonly onStep: (report: StepReport) => void;
  readonly onEpoch: (report: EpochReport) => void;
  /** Shows what the last steps brought; needed only where training stops within an epoch. */
  readonly done: () => void;
  /** Aborted when the user interrupts the cell; undefined outside our kernel. */
  readonly signal: AbortSignal | undefined;
}

const millisecondsBetweenUpdates = 250;

let displays = 0;

/**
 * Shows a training run while it goes on: in a notebook a bar and curves that update in place, elsewhere a line an epoch.
 * @param now milliseconds now
 */
export function liveTraining(now: () => number = Date.now): LiveTraining {
  const kernel = kernelLink();
  const id = `pnr-training-${kernel?.execution ?? 0}-${++displays}`;
  const losses: number[] = [];
  const epochs: EpochReport[] = [];
  let last: StepReport | undefined;
  let shownAt: number | undefined;
  const show = (): void => {
    const progress: Progress = { last, losses, epochs };
    const text = `${epochLines(epochs)}\n${progressText(progress)}`.trim();
    const update = shownAt !== undefined;
    kernel?.display({ "text/html": buildProgress(progress), "text/plain": text }, { id, update });
    shownAt = now();
  };
  return {
    onStep: (report) => {
      last = report;
      losses.push(report.loss);
      if (shownAt === undefined || now() - shownAt >= millisecondsBetweenUpdates) show();
    },
    onEpoch: (report) => {
      epochs.push(report);
      if (kernel) show();
      else console.log(epochLines([report]));
    },
    done: show,
    signal: kernel?.signal,
  };
}

function epochLines(reports: readonly EpochReport[]): string {
  return trainingCurvesText(curvePoints(reports));
}
