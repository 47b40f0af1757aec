import { constants } from "node:os";
import type { Progress } from "../base/progress";
import { brokenPipeExitCode, outliveOutput } from "./broken-pipe";

/** What asks a program to end: Ctrl-C; systemd, docker stop and scancel; a lost terminal. */
const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
type StopSignal = (typeof stopSignals)[number];

let received: StopSignal | undefined;

/** What a shell reports for a program that was stopped: by a signal, or else by the loss of its output. */
export function stopExitCode(): number {
  return received === undefined ? brokenPipeExitCode : 128 + constants.signals[received];
}

/**
 * Runs a task with a signal that Ctrl-C, SIGTERM, SIGHUP and the loss of the output abort. A second Ctrl-C leaves at once, also from
 * a long computation; a second SIGTERM or SIGHUP does not, because shells and schedulers send them twice.
 * @param step what the task finishes before it stops: "step", "batch"
 */
export async function interruptible<T>(
  progress: Pick<Progress, "print" | "stop">,
  step: string,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const handle = (signal: StopSignal): void => {
    if (stop.signal.aborted) {
      if (signal !== "SIGINT") return;
      progress.stop();
      process.exit(stopExitCode());
    }
    received = signal;
    progress.print(stopping(signal, step));
    stop.abort();
    // a computation keeps handlers waiting, but not the system; what has come meanwhile is handled first
    setImmediate(() => process.off("SIGINT", handle));
  };
  for (const signal of stopSignals) process.on(signal, handle);
  outliveOutput(() => stop.abort());
  try {
    return await task(stop.signal);
  } finally {
    progress.stop();
    outliveOutput(undefined);
    for (const signal of stopSignals) process.off(signal, handle);
  }
}

function stopping(signal: StopSignal, step: string): string {
  return signal === "SIGINT"
    ? `stopping after this ${step}; Ctrl-C again leaves at once`
    : `${signal}: stopping after this ${step}`;
}
