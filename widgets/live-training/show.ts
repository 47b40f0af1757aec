import type { BeginReport, EpochReport, StepReport } from "../../src/training/training-reports";
import { kernelLink } from "../shared/kernel-link";
import { buildProgress } from "./build";
import type { Picture } from "./cell";
import { epochText, type LossPoint, type Progress, type RunState, runText } from "./progress";

/** Watches one training run; `await train(config, corpus, { ...liveTraining() })` says so by itself, and a bare `train` in a cell does too. */
export interface LiveTraining {
  readonly onBegin: (report: BeginReport) => void;
  readonly onStep: (report: StepReport) => void;
  readonly onEpoch: (report: EpochReport) => void;
  readonly onEnd: (error?: unknown) => Promise<void>;
  /** Aborted when the user interrupts the cell; undefined outside our kernel. */
  readonly signal: AbortSignal | undefined;
}

const millisecondsBetweenUpdates = 250;

let displays = 0;

/**
 * Shows a training run while it goes on: in a notebook a bar and curves that update in place, elsewhere a line an epoch.
 * With PNR_REPRODUCIBLE=1 in the environment, what stays in the notebook holds no times.
 * @param now milliseconds now
 */
export function liveTraining(now: () => number = Date.now): LiveTraining {
  const kernel = kernelLink();
  const signal = kernel?.signal;
  const id = `pnr-training-${kernel?.execution ?? 0}-${++displays}`;
  const timed = process.env.PNR_REPRODUCIBLE !== "1";
  const began = now();
  const losses: LossPoint[] = [];
  const epochs: EpochReport[] = [];
  let state: RunState = "running";
  let [resumedAfter, resumedSteps] = [0, 0];
  let last: StepReport | undefined;
  let shownAt: number | undefined;
  const known = (): Progress => {
    const seconds = timed ? (now() - began) / 1000 : undefined;
    return { state, resumedAfter, resumedSteps, last, losses, epochs, seconds };
  };
  const show = (picture?: Picture): void => {
    const progress = known();
    const update = shownAt !== undefined;
    const bundle = {
      "text/html": buildProgress(progress),
      ...picture?.data,
      "text/plain": runText(progress),
    };
    kernel?.display(bundle, { id, update, metadata: picture?.metadata });
    shownAt = now();
  };
  const stopping = (): void => {
    state = "stopping";
    show();
  };
  signal?.addEventListener("abort", stopping, { once: true });
  return {
    onBegin: (report) => {
      ({ resumedAfter, resumedSteps = 0 } = report);
      // of a run that goes on, the curves begin where it began: with one loss an epoch, its mean
      for (const earlier of report.earlier ?? []) {
        epochs.push(earlier);
        losses.push({ epoch: earlier.epoch - 0.5, loss: earlier.loss });
      }
      show();
    },
    onStep: (report) => {
      last = report;
      losses.push({ epoch: report.epoch - 1 + report.step / report.steps, loss: report.loss });
      if (shownAt === undefined || now() - shownAt >= millisecondsBetweenUpdates) show();
    },
    onEpoch: (report) => {
      epochs.push(report);
      if (kernel) show();
      else console.log(epochText(report));
    },
    onEnd: async (error) => {
      signal?.removeEventListener("abort", stopping);
      if (error === undefined) state = "done";
      else state = signal?.aborted ? "stopped" : "failed";
      if (!kernel || shownAt === undefined) return;
      const { pictureOf } = await import("./cell.js"); // large, and not for pages, as in widgets/shared/show.ts
      show(pictureOf(known()));
    },
    signal,
  };
}
