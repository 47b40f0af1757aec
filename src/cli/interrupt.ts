import type { Progress } from "../base/progress";

/**
 * Runs a task with a signal that Ctrl-C aborts; a second Ctrl-C leaves at once, also from a long computation.
 * @param step what the task finishes before it stops: "step", "batch"
 */
export async function interruptible<T>(
  progress: Pick<Progress, "print" | "stop">,
  step: string,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const interrupt = (): void => {
    if (stop.signal.aborted) {
      progress.stop();
      process.exit(130);
    }
    progress.print(`stopping after this ${step}; Ctrl-C again leaves at once`);
    stop.abort();
    // a computation keeps handlers waiting, but not the system; what has come meanwhile is handled first
    setImmediate(() => process.off("SIGINT", interrupt));
  };
  process.on("SIGINT", interrupt);
  try {
    return await task(stop.signal);
  } finally {
    progress.stop();
    process.off("SIGINT", interrupt);
  }
}
