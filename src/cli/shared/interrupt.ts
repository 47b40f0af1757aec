import { constants } from "node:os";
import type { Progress } from "../../base/progress";
import { brokenPipeExitCode, onOutputLoss } from "./broken-pipe";

/** Sent by Ctrl-C; by systemd, docker stop and scancel; by a terminal that closes. */
const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
type StopSignal = (typeof stopSignals)[number];

let received: StopSignal | undefined;

/** Exit code of a program that was stopped, by a signal or by the loss of its output. */
export function stopExitCode(): number {
  return received === undefined ? brokenPipeExitCode : 128 + constants.signals[received];
}

/**
 * Runs a task with an abort signal for Ctrl-C, SIGTERM, SIGHUP and the loss of the output. A second Ctrl-C exits at once, even
 * from a long computation. A second SIGTERM or SIGHUP does not, because shells and schedulers send them twice.
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
    progress.print(
      signal === "SIGINT"
        ? `stopping after this ${step}; Ctrl-C again exits at once`
        : `${signal}: stopping after this ${step}`,
    );
    stop.abort();
    // A long computation blocks handlers but not the system's default action. Signals that arrived before are handled first.
    setImmediate(() => process.off("SIGINT", handle));
  };
  for (const signal of stopSignals) process.on(signal, handle);
  onOutputLoss(() => stop.abort());
  try {
    return await task(stop.signal);
  } finally {
    progress.stop();
    onOutputLoss(undefined);
    for (const signal of stopSignals) process.off(signal, handle);
  }
}
