import type { SweepBegin } from "../../src/experiments/sweep/host";
import type { SweepMoment } from "../../src/experiments/sweep/sweep-progress";

/** "done", even if every run was complete before. */
export type SweepState = "running" | "stopping" | "stopped" | "failed" | "done";

/** The content of a sweep's panel. */
export interface ShownSweep {
  readonly state: SweepState;
  readonly begin: SweepBegin;
  /** Undefined before the first look at the runs. */
  readonly moment: SweepMoment | undefined;
  /** "label: message" of each run that failed. */
  readonly failures: readonly string[];
  /** Since the start; undefined to get the same text every time. */
  readonly seconds: number | undefined;
}

/**
 * The number of runs and the estimated time, before the start.
 * @param timed false to get the same text every time, whatever was done before
 */
export function planText({ runs, done, workers, seconds, from }: SweepBegin, timed: boolean): string {
  if (!timed) return `${runs} runs`;
  const missing = runs - done;
  const count = done ? `${runs} runs, ${done} of them done before` : `${runs} runs`;
  if (!missing) return count;
  const time = seconds ? `, about ${clock(seconds)} (estimated from ${from})` : "";
  return `${count}, ${workers} at a time${time}`;
}

/** The progress of the whole sweep on one line. */
export function progressText({ state, begin, moment, seconds }: ShownSweep): string {
  if (!moment) return state === "running" ? "starting …" : state;
  const { runs, runsDone, runsFailed, running, secondsLeft } = moment;
  const failed = runsFailed ? [`${runsFailed} failed`] : [];
  const counts = [`${runsDone} of ${runs} runs done`, ...failed];
  const parts = {
    running: [
      ...counts,
      `${running.length} running`,
      ...(secondsLeft === undefined ? [] : [`${clock(secondsLeft)} left`]),
    ],
    stopping: [...counts, "stopping after the current steps"],
    stopped: ["stopped", ...counts, "run the cell again to resume"],
    failed: ["failed", ...counts, "run the cell again to retry"],
    done: [...counts, ...(seconds === undefined || runs === begin.done ? [] : [`in ${clock(seconds)}`])],
  };
  return parts[state].join(" · ");
}

/** The progress of a run: "epoch 2/5 · loss 3.21 · 12 s left". */
export function runText({ progress }: SweepMoment["running"][number]): string {
  if (!progress) return "starting";
  const { phase, loss, secondsLeft } = progress;
  return [
    phase,
    ...(loss === undefined ? [] : [`loss ${loss.toFixed(2)}`]),
    ...(secondsLeft === undefined ? [] : [`${clock(secondsLeft)} left`]),
  ].join(" · ");
}

/** Text description of the panel. */
export function sweepText(sweep: ShownSweep): string {
  const { begin, moment, failures, seconds } = sweep;
  return [
    `${begin.title}: ${planText(begin, seconds !== undefined)}`,
    ...begin.remarks,
    progressText(sweep),
    ...(moment?.running ?? []).map((run) => `  ${run.label}: ${runText(run)}`),
    ...failures.map((line) => `failed: ${line}`),
  ].join("\n");
}

function clock(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
