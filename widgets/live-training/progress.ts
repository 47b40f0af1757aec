import type { EpochReport, StepReport } from "../../src/training/training-reports";

/** Running, asked to stop, or ended in one of three ways. */
export type RunState = "running" | "stopping" | "stopped" | "failed" | "done";

/** A step's loss at its place in the run, counted in epochs. */
export interface LossPoint {
  readonly epoch: number;
  readonly loss: number;
}

/** What is known of a training run. */
export interface Progress {
  readonly state: RunState;
  /** Epochs that an earlier, interrupted run has done, and steps of the next. */
  readonly resumedAfter: number;
  readonly resumedSteps?: number;
  readonly last: StepReport | undefined;
  readonly losses: readonly LossPoint[];
  readonly epochs: readonly EpochReport[];
  /** Seconds since the start; undefined where a text that is the same every time is wanted. */
  readonly seconds: number | undefined;
}

/** How much of the run is done, from 0 to 1. */
export function share({ last }: Progress): number {
  return last ? ((last.epoch - 1) * last.steps + last.step) / (last.epochs * last.steps) : 0;
}

/** One line: how far, how well, how long. */
export function progressText(progress: Progress): string {
  const { state, last, seconds } = progress;
  const { resumedAfter, resumedSteps = 0 } = progress;
  if (!last && state === "running" && resumedSteps)
    return `training goes on after step ${resumedSteps} of epoch ${resumedAfter + 1} …`;
  if (!last && state === "running" && resumedAfter) return `training goes on after epoch ${resumedAfter} …`;
  if (!last) return beforeTheFirstStep[state];
  const { epoch, epochs, step, steps, loss, sentencesPerSecond, secondsLeft } = last;
  const place = `epoch ${epoch}/${epochs}, step ${step}/${steps}`;
  const figures = [`loss ${lossText(loss)}`, ...devFigures(progress)];
  switch (state) {
    case "running":
      return [
        place,
        ...figures,
        `${sentencesPerSecond.toFixed(0)} sentences/s`,
        step < steps ? `${clock(secondsLeft)} left` : "scoring dev",
      ].join(" · ");
    case "stopping":
      return [`${place}: stopping after this step`, ...figures].join(" · ");
    case "stopped":
      return [`stopped after ${place}`, ...figures, "training into the same folder goes on there"].join(
        " · ",
      );
    case "failed":
      return [
        `failed after ${place}`,
        ...figures,
        "training into the same folder goes on from what was saved last",
      ].join(" · ");
    case "done":
      return [
        `${epoch === 1 ? "1 epoch" : `${epoch} epochs`} of ${steps} steps${seconds === undefined ? "" : ` in ${clock(seconds)}`}`,
        ...figures,
      ].join(" · ");
  }
}

const beforeTheFirstStep: Readonly<Record<RunState, string>> = {
  running: "training starts …",
  stopping: "training stops …",
  stopped: "stopped before the first step",
  failed: "failed before the first step",
  done: "there was nothing left to train",
};

function devFigures({ epochs }: Progress): string[] {
  const best = epochs.findLast((report) => report.best && report.dev);
  return best?.dev ? [`best dev F1 ${best.dev.overall.f1.toFixed(2)} % (epoch ${best.epoch})`] : [];
}

/** A line for an epoch. */
export function epochText({ epoch, loss, dev, best }: EpochReport): string {
  const percent = (value: number): string => value.toFixed(2).padStart(6);
  const scores = dev
    ? `  dev P ${percent(dev.overall.precision)}  R ${percent(dev.overall.recall)}  F1 ${percent(dev.overall.f1)}`
    : "";
  return `epoch ${String(epoch).padStart(2)}  loss ${lossText(loss).padStart(8)}${scores}${best ? "  best so far" : ""}`;
}

/** The run in words: a line an epoch, then how far it is. */
export function runText(progress: Progress): string {
  return [...progress.epochs.map(epochText), progressText(progress)].join("\n");
}

/** Three decimals, unless they would say nothing of so large or so small a number. */
function lossText(loss: number): string {
  const size = Math.abs(loss);
  return size === 0 || (size >= 0.01 && size < 1e6)
    ? loss.toFixed(3)
    : loss.toExponential(2).replace("e+", "e");
}

function clock(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
