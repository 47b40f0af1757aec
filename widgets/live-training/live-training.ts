import type { BeginReport, EpochReport, StepReport } from "../../src/training/training-reports";
import { LivePanel } from "../live-panel/live-panel";
import { kernelLink } from "../shared/kernel-link";
import { progressHtml, progressPicture } from "./progress-drawing";
import { epochText, type LossPoint, type Progress, type RunState, runText } from "./progress-text";

/** Watches one training run: `await train(config, corpus, liveTraining())`. In a notebook, a bare `train` is watched, too. */
export interface LiveTraining {
  readonly onBegin: (report: BeginReport) => void;
  readonly onStep: (report: StepReport) => void;
  readonly onEpoch: (report: EpochReport) => void;
  readonly onEnd: (error?: unknown) => Promise<void>;
  /** Aborted when the user interrupts the cell; undefined outside our kernel. */
  readonly signal: AbortSignal | undefined;
}

export interface LiveTrainingOptions {
  /** Names the run above its progress, such as the setting that it trains. */
  readonly name?: string;
  /** The current time in milliseconds. */
  readonly now?: () => number;
}

/**
 * Shows the progress of a training run below its name and seed: in a notebook, a bar and charts that update in place; elsewhere, one line per epoch.
 * With PNR_REPRODUCIBLE=1 in the environment, the final output contains no times.
 */
export function liveTraining({ name, now = Date.now }: LiveTrainingOptions = {}): LiveTraining {
  const kernel = kernelLink();
  const signal = kernel?.signal;
  const panel = kernel && new LivePanel(kernel, now);
  const timed = process.env.PNR_REPRODUCIBLE !== "1";
  const began = now();
  const losses: LossPoint[] = [];
  const epochs: EpochReport[] = [];
  let state: RunState = "running";
  let [resumedAfter, resumedSteps] = [0, 0];
  let title = name;
  let last: StepReport | undefined;
  const currentProgress = (): Progress => {
    const seconds = timed ? (now() - began) / 1000 : undefined;
    return { title, state, resumedAfter, resumedSteps, last, losses, epochs, seconds };
  };
  const show = (): void => {
    const progress = currentProgress();
    panel?.update(progressHtml(progress), runText(progress));
  };
  const onInterrupt = (): void => {
    state = "stopping";
    show();
  };
  signal?.addEventListener("abort", onInterrupt, { once: true });
  return {
    onBegin: (report) => {
      ({ resumedAfter, resumedSteps = 0 } = report);
      title = [name, `seed ${report.seed}`].filter(Boolean).join(", ");
      // the charts of a resumed run include its earlier epochs, each with its mean loss
      for (const earlier of report.earlier ?? []) {
        epochs.push(earlier);
        losses.push({ epoch: earlier.epoch - 0.5, loss: earlier.loss });
      }
      show();
    },
    onStep: (report) => {
      last = report;
      losses.push({ epoch: report.epoch - 1 + report.step / report.steps, loss: report.loss });
      if (panel?.isDue) show();
    },
    onEpoch: (report) => {
      epochs.push(report);
      if (kernel) show();
      else console.log(epochText(report));
    },
    onEnd: async (error) => {
      signal?.removeEventListener("abort", onInterrupt);
      if (error === undefined) state = "done";
      else state = signal?.aborted ? "stopped" : "failed";
      if (!panel?.isShown) return;
      const { pngOutput } = await import("../shared/cell.js");
      const progress = currentProgress();
      const picture = progressPicture(progress);
      const png = picture && pngOutput(picture);
      panel.complete(
        progressHtml(progress),
        { ...png?.data, "text/plain": runText(progress) },
        png?.metadata,
      );
    },
    signal,
  };
}
