import { setTimeout as sleep } from "node:timers/promises";
import { reason } from "../../base/files";
import { type RunState, stateOf } from "../run/state";
import type { Executor, Job } from "./executor";

/** Attempts at a run that end without a word, as when a process is killed, before it counts as failed. */
const mostAttempts = 3;

export interface DriveOptions {
  readonly jobs: readonly Job[];
  readonly executor: Executor;
  /** Stops the sweep after the steps under way. */
  readonly signal: AbortSignal;
  /** Called after every look at the folders, with each job's state. */
  readonly onLook?: (states: ReadonlyMap<string, RunState>) => void;
  /** Called when the executor does not answer or refuses; the sweep goes on trying. */
  readonly onTrouble?: (message: string) => void;
  /** Milliseconds between two looks. */
  readonly interval?: number;
}

/**
 * Sees to it that every run is complete or has failed: looks at the folders, has attempts made where one is missing, and looks
 * again. All that it knows stands in the folders, so it may end at any moment, be started again, and even run twice.
 * A run that failed in an earlier sweep is tried again; one that fails in this sweep is not.
 * @returns each run's last state, by id
 */
export async function drive(options: DriveOptions): Promise<ReadonlyMap<string, RunState>> {
  const { jobs, executor, signal, onLook, onTrouble, interval = 250 } = options;
  const states = new Map<string, RunState>();
  const before = new Map<string, number>();
  const submissions = new Map<string, number>();
  for (;;) {
    let live: ReadonlySet<string> | undefined;
    try {
      // before the folders: an attempt may end in between, and then its folder tells
      live = await executor.live();
    } catch (error) {
      onTrouble?.(reason(error));
    }
    for (const { id, folder } of jobs) {
      const state = states.get(id);
      if (state?.kind === "done") continue;
      const now = stateOf(folder);
      if (!before.has(id)) before.set(id, now.kind === "done" ? 0 : now.attempts);
      states.set(id, asOfThisSweep(now, before.get(id)!, submissions.get(id) ?? 0, live?.has(id) ?? true));
    }
    onLook?.(states);
    if (signal.aborted) {
      await executor.cancel();
      if (live?.size === 0) return states;
    } else if (live) {
      const open = jobs.filter(({ id }) => ["new", "stopped"].includes(states.get(id)!.kind));
      const missing = open.filter(({ id }) => !live.has(id));
      const atWork = jobs.some(({ id }) => states.get(id)!.kind === "running");
      if (!open.length && !atWork) return states;
      try {
        if (missing.length) await executor.submit(missing);
        for (const { id } of missing) submissions.set(id, (submissions.get(id) ?? 0) + 1);
      } catch (error) {
        onTrouble?.(reason(error));
      }
    }
    await sleep(interval, undefined, { signal }).catch(() => sleep(interval));
  }
}

/** A failure of before this sweep is only an attempt; attempts of this sweep that end without a word are a failure at last. */
function asOfThisSweep(state: RunState, before: number, submissions: number, live: boolean): RunState {
  if (state.kind === "failed" && state.attempts <= before) return { kind: "stopped", attempts: before };
  if ((state.kind !== "stopped" && state.kind !== "new") || live || submissions < mostAttempts) return state;
  const message = `ended ${submissions} times without a word: killed, or out of memory?`;
  return {
    kind: "failed",
    attempts: state.attempts,
    failure: { attempt: state.attempts, message, expected: false },
  };
}
