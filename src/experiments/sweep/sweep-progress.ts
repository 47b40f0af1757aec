import { sum } from "../../base/sum";
import type { SweepRunLabel } from "../grid";
import type { RunProgress, RunState } from "../run/run-state";

/** A run that ended since the last look. */
export interface EndedRun {
  readonly run: SweepRunLabel;
  readonly state: RunState & { readonly kind: "done" | "failed" };
}

/** The state of a sweep at a moment. */
export interface SweepMoment {
  /** The finished part of the work, from 0 to 1. */
  readonly share: number;
  /** The finished work and all work, in sentences. */
  readonly done: number;
  readonly total: number;
  /** Numbers of runs. */
  readonly runs: number;
  readonly runsDone: number;
  readonly runsFailed: number;
  /** Estimated; unknown until some work is done. */
  readonly secondsLeft?: number;
  readonly running: readonly {
    readonly label: string;
    readonly share: number;
    readonly progress?: RunProgress;
  }[];
  /** Empty at the first look, at which runs of earlier sweeps have ended. */
  readonly ended: readonly EndedRun[];
}

/** Follows the states of a sweep's runs. */
export class SweepProgress {
  private readonly began: number;
  private readonly ended = new Set<string>();
  private doneBefore: number | undefined;

  /** @param clock the current time in milliseconds */
  constructor(
    private readonly runs: readonly SweepRunLabel[],
    private readonly clock: () => number = Date.now,
  ) {
    this.began = clock();
  }

  look(states: ReadonlyMap<string, RunState>): SweepMoment {
    const isFirst = this.doneBefore === undefined;
    const total = sum(this.runs.map(({ work }) => work));
    const done = sum(this.runs.map(({ id, work }) => work * shareOf(states.get(id))));
    this.doneBefore ??= done;
    const ended = this.newlyEnded(states);
    const count = (kind: RunState["kind"]): number =>
      this.runs.filter(({ id }) => states.get(id)?.kind === kind).length;
    return {
      share: done / total,
      done,
      total,
      runs: this.runs.length,
      runsDone: count("done"),
      runsFailed: count("failed"),
      secondsLeft: this.secondsLeft(done, total),
      running: this.runs.flatMap(({ id, label }) => {
        const state = states.get(id);
        return state?.kind === "running" ? [{ label, share: shareOf(state), progress: state.progress }] : [];
      }),
      ended: isFirst ? [] : ended,
    };
  }

  private newlyEnded(states: ReadonlyMap<string, RunState>): EndedRun[] {
    return this.runs.flatMap((run): EndedRun[] => {
      const state = states.get(run.id);
      if ((state?.kind !== "done" && state?.kind !== "failed") || this.ended.has(run.id)) return [];
      this.ended.add(run.id);
      return [{ run, state }];
    });
  }

  private secondsLeft(done: number, total: number): number | undefined {
    const gained = done - this.doneBefore!;
    return gained > 0 ? ((total - done) * (this.clock() - this.began)) / 1000 / gained : undefined;
  }
}

function shareOf(state: RunState | undefined): number {
  if (state?.kind === "done" || state?.kind === "failed") return 1;
  return state?.kind === "running" && state.progress ? state.progress.done / state.progress.total : 0;
}
