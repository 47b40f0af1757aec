import { setTimeout as sleep } from "node:timers/promises";
import { reason } from "../../base/files";
import { type RunState, stateOf } from "../run/run-state";
import type { Executor, Job } from "./executor";

/** A run counts as failed after this many attempts without an outcome. A killed process, for example, leaves none. */
const maximumAttempts = 3;

export interface DriveOptions {
  readonly jobs: readonly Job[];
  readonly executor: Executor;
  /** Stops the sweep after the current steps. */
  readonly signal: AbortSignal;
  /** Called after every check of the folders, with each job's state. */
  readonly onLook?: (states: ReadonlyMap<string, RunState>) => void;
  /** Called when the executor fails, once per sequence of equal messages. The sweep tries again. */
  readonly onTrouble?: (message: string) => void;
  /** Milliseconds between two checks. */
  readonly interval?: number;
}

/**
 * Drives every run until it is complete or has failed: checks the folders, submits the runs without an attempt, and repeats. The
 * folders hold all state, so this process may end at any moment, start again, or even run twice. Runs that failed in an earlier
 * sweep are tried again; runs that fail in this sweep are not.
 * @returns each run's last state, by id
 */
export async function drive(options: DriveOptions): Promise<ReadonlyMap<string, RunState>> {
  const { signal, interval = 250 } = options;
  const driver = new Driver(options);
  while (!(await driver.check())) {
    await sleep(interval, undefined, { signal }).catch(() => sleep(Math.min(interval, 1000)));
  }
  return driver.states;
}

class Driver {
  readonly states = new Map<string, RunState>();
  /** Attempts of each run before this sweep. */
  private readonly earlierAttempts = new Map<string, number>();
  private readonly submissions = new Map<string, number>();
  private readonly troubles = new Map<string, string>();

  constructor(private readonly options: DriveOptions) {}

  /** Checks the folders and submits what is missing. @returns whether the sweep has ended */
  async check(): Promise<boolean> {
    const { executor, onLook, signal } = this.options;
    // Before the folders, because the folder of an attempt that ends in between has its outcome.
    const live = await this.attempt("live", () => executor.live());
    this.readStates(live);
    onLook?.(this.states);
    if (signal.aborted) {
      await this.attempt("cancel", () => executor.cancel());
      return live?.size === 0;
    }
    return live !== undefined && this.submitMissing(live);
  }

  /** @param live undefined if unknown; then every run counts as live */
  private readStates(live: ReadonlySet<string> | undefined): void {
    for (const { id, folder } of this.options.jobs) {
      if (this.states.get(id)?.kind === "done") continue;
      const state = stateOf(folder);
      const earlier = this.earlierAttempts.get(id) ?? (state.kind === "done" ? 0 : state.attempts);
      this.earlierAttempts.set(id, earlier);
      const submissions = this.submissions.get(id) ?? 0;
      this.states.set(id, stateInSweep(state, earlier, submissions, live?.has(id) ?? true));
    }
  }

  /** @returns whether nothing is left to submit or to wait for */
  private async submitMissing(live: ReadonlySet<string>): Promise<boolean> {
    const { jobs, executor } = this.options;
    const jobsIn = (...kinds: RunState["kind"][]): Job[] =>
      jobs.filter(({ id }) => kinds.includes(this.states.get(id)!.kind));
    const open = jobsIn("new", "stopped");
    const missing = open.filter(({ id }) => !live.has(id));
    if (missing.length)
      await this.attempt("submit", async () => {
        await executor.submit(missing);
        for (const { id } of missing) this.submissions.set(id, (this.submissions.get(id) ?? 0) + 1);
      });
    return open.length === 0 && jobsIn("running").length === 0;
  }

  /** @returns undefined if the executor fails, which is reported */
  private async attempt<T>(what: keyof Executor, action: () => Promise<T>): Promise<T | undefined> {
    try {
      const value = await action();
      this.troubles.delete(what);
      return value;
    } catch (error) {
      const trouble = reason(error);
      if (trouble !== this.troubles.get(what)) this.options.onTrouble?.(trouble);
      this.troubles.set(what, trouble);
      return undefined;
    }
  }
}

/** Earlier failures count as attempts only. Several attempts of this sweep without an outcome count as a failure. */
function stateInSweep(state: RunState, earlier: number, submissions: number, live: boolean): RunState {
  if (state.kind === "failed" && state.attempts <= earlier) return { kind: "stopped", attempts: earlier };
  if ((state.kind !== "stopped" && state.kind !== "new") || live || submissions < maximumAttempts)
    return state;
  const message = `ended ${submissions} times without an error message; was it killed, out of memory, or is the disk full?`;
  return {
    kind: "failed",
    attempts: state.attempts,
    failure: { attempt: state.attempts, message, expected: false },
  };
}

/**
 * Submits the runs without an attempt and does not wait for them: for an executor whose jobs outlive this process.
 * @returns the numbers of submitted runs and of those that already have an attempt
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
