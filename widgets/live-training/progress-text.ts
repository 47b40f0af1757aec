import type { EpochReport, StepReport } from "../../src/training/training-reports";

export type RunState = "running" | "stopping" | "stopped" | "failed" | "done";

export interface LossPoint {
  /** Position of the step in the run, in epochs. */
  readonly epoch: number;
  readonly loss: number;
}

export interface Progress {
  /** The name of the run and its seed, once they are known. */
  readonly title?: string;
  readonly state: RunState;
  /** Epochs that an earlier, interrupted run completed, and its steps of the next epoch. */
  readonly resumedAfter: number;
  readonly resumedSteps?: number;
  readonly last: StepReport | undefined;
  readonly losses: readonly LossPoint[];
  readonly epochs: readonly EpochReport[];
  /** Seconds since the start; undefined to get the same text every time. */
  readonly seconds: number | undefined;
}

/** The finished part of the run, from 0 to 1. */
export function finishedShare({ last }: Progress): number {
  return last ? ((last.epoch - 1) * last.steps + last.step) / (last.epochs * last.steps) : 0;
}

/** The progress on one line: position, losses and scores, time. */
export function progressText(progress: Progress): string {
  const { state, last, seconds } = progress;
  if (!last) return state === "running" ? startText(progress) : textWithoutSteps[state];
  const { epoch, epochs, step, steps, loss, sentencesPerSecond, secondsLeft } = last;
  const position = `epoch ${epoch}/${epochs}, step ${step}/${steps}`;
  const scores = [`loss ${lossText(loss)}`, ...bestDevText(progress)];
  const parts = {
    running: [
      position,
      ...scores,
      `${sentencesPerSecond.toFixed(0)} sentences/s`,
      step < steps ? `${clock(secondsLeft)} left` : "scoring dev",
    ],
    stopping: [`${position}: stopping after this step`, ...scores],
    stopped: [`stopped after ${position}`, ...scores, "train into the same folder to resume"],
    failed: [
      `failed after ${position}`,
      ...scores,
      "train into the same folder to resume from the last checkpoint",
    ],
    done: [
      `${epoch === 1 ? "1 epoch" : `${epoch} epochs`} of ${steps} steps${seconds === undefined ? "" : ` in ${clock(seconds)}`}`,
      ...scores,
    ],
  };
  return parts[state].join(" · ");
}

function startText({ resumedAfter, resumedSteps }: Progress): string {
  if (resumedSteps) return `training resumes after step ${resumedSteps} of epoch ${resumedAfter + 1} …`;
  return resumedAfter ? `training resumes after epoch ${resumedAfter} …` : "training starts …";
}

const textWithoutSteps: Readonly<Record<Exclude<RunState, "running">, string>> = {
  stopping: "training stops …",
  stopped: "stopped before the first step",
  failed: "failed before the first step",
  done: "there was nothing left to train",
};

function bestDevText({ epochs }: Progress): string[] {
  const best = epochs.findLast((report) => report.best && report.dev);
  return best?.dev ? [`best dev F1 ${best.dev.overall.f1.toFixed(2)} % (epoch ${best.epoch})`] : [];
}

export function epochText({ epoch, loss, dev, best }: EpochReport): string {
  const percent = (value: number): string => value.toFixed(2).padStart(6);
  const scores = dev
    ? `  dev P ${percent(dev.overall.precision)}  R ${percent(dev.overall.recall)}  F1 ${percent(dev.overall.f1)}`
    : "";
  return `epoch ${String(epoch).padStart(2)}  loss ${lossText(loss).padStart(8)}${scores}${best ? "  best so far" : ""}`;
}

/** Text description of the run: one line per epoch, then its progress. */
export function runText(progress: Progress): string {
  return [...progress.epochs.map(epochText), progressText(progress)].join("\n");
}

/** Three decimals; an exponent for very large and very small numbers. */
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
