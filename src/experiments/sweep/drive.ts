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
  /** Called when the executor does not answer or refuses, once as long as it stays the same; the sweep goes on trying. */
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
  const { jobs, executor, signal, onLook, interval = 250 } = options;
  const states = new Map<string, RunState>();
  const before = new Map<string, number>();
  const submissions = new Map<string, number>();
  const troubles = new Map<string, string>();
  const trying = async <T>(what: keyof Executor, action: () => Promise<T>): Promise<T | undefined> => {
    try {
      const value = await action();
      troubles.delete(what);
      return value;
    } catch (error) {
      const trouble = reason(error);
      if (trouble !== troubles.get(what)) options.onTrouble?.(trouble);
      troubles.set(what, trouble);
      return undefined;
    }
  };
  for (;;) {
    // before the folders: an attempt may end in between, and then its folder tells
    const live = await trying("live", () => executor.live());
    for (const { id, folder } of jobs) {
      const state = states.get(id);
      if (state?.kind === "done") continue;
      const now = stateOf(folder);
      if (!before.has(id)) before.set(id, now.kind === "done" ? 0 : now.attempts);
      states.set(id, asOfThisSweep(now, before.get(id)!, submissions.get(id) ?? 0, live?.has(id) ?? true));
    }
    onLook?.(states);
    if (signal.aborted) {
      await trying("cancel", () => executor.cancel());
      if (live?.size === 0) return states;
    } else if (live) {
      const open = jobs.filter(({ id }) => ["new", "stopped"].includes(states.get(id)!.kind));
      const missing = open.filter(({ id }) => !live.has(id));
      const atWork = jobs.some(({ id }) => states.get(id)!.kind === "running");
      if (!open.length && !atWork) return states;
      if (missing.length) {
        await trying("submit", async () => {
          await executor.submit(missing);
          for (const { id } of missing) submissions.set(id, (submissions.get(id) ?? 0) + 1);
        });
      }
    }
    await sleep(interval, undefined, { signal }).catch(() => sleep(Math.min(interval, 1000)));
  }
}

/** A failure of before this sweep is only an attempt; attempts of this sweep that end without a word are a failure at last. */
function asOfThisSweep(state: RunState, before: number, submissions: number, live: boolean): RunState {
  if (state.kind === "failed" && state.attempts <= before) return { kind: "stopped", attempts: before };
  if ((state.kind !== "stopped" && state.kind !== "new") || live || submissions < mostAttempts) return state;
  const message = `ended ${submissions} times without a word: killed, out of memory, or no room on the disk?`;
  return {
    kind: "failed",
    attempts: state.attempts,
    failure: { attempt: state.attempts, message, expected: false },
  };
}

/**
 * Has attempts made at what is missing, and leaves it at that: for an executor whose jobs outlive this process.
 * @returns how many were submitted, and at how many something is under way already
 */
export async function submitMissing(
  jobs: readonly Job[],
  executor: Executor,
): Promise<{ readonly submitted: number; readonly underWay: number }> {
  const live = await executor.live();
  const open = jobs
    .map((job) => ({ job, kind: stateOf(job.folder).kind }))
    .filter(({ kind }) => kind !== "done");
  const missing = open
    .filter(({ job, kind }) => kind !== "running" && !live.has(job.id))
    .map(({ job }) => job);
  if (missing.length) await executor.submit(missing);
  return { submitted: missing.length, underWay: open.length - missing.length };
}
