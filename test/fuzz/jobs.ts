import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Growth } from "./growth";

/** The task of a process: one reader. */
export interface Job {
  readonly reader: string;
  readonly inputs: number;
  readonly seed: number;
  readonly from: number;
  readonly growth: boolean;
}

/** The result of a job. */
export interface Tally {
  readonly reader: string;
  readonly inputs: number;
  readonly read: number;
  /** Number of rejections by kind of error, the most frequent first. */
  readonly rejected: readonly (readonly [why: string, count: number])[];
  readonly longest: { readonly milliseconds: number; readonly input: number };
  readonly seconds: number;
  /** Peak memory of the process in bytes. */
  readonly memory: number;
  readonly growth: readonly Growth[];
  readonly faults: readonly { readonly input: number; readonly error: string; readonly files: string }[];
  /** How the process ended, unless it completed. */
  readonly ended?: string;
}

export type FromChild =
  | { readonly type: "input"; readonly input: number }
  | { readonly type: "done"; readonly tally: Tally };

/** MiB; no reader needs as much. Node ends a process that needs more, which is a fault. */
const heap = 1024;
/** MiB of young heap while times are compared, so that collections, whose time does not grow with size, are rare. */
const young = 256;
/** Timeout for an input in seconds, on a busy machine. */
const timeout = 120;

/** @param onInput called from time to time with the number of the current input */
export async function runJob(job: Job, onInput: (input: number) => void): Promise<Tally> {
  const child = fork(join(__dirname, "child.js"), [JSON.stringify(job)], {
    execArgv: [
      `--max-old-space-size=${heap}`,
      ...(job.growth ? [`--min-semi-space-size=${young}`, `--max-semi-space-size=${young}`] : []),
    ],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  let tally: Tally | undefined;
  let input = job.from;
  let hasTimedOut = false;
  const stop = (): void => {
    hasTimedOut = true;
    child.kill("SIGKILL");
  };
  let timer = setTimeout(stop, timeout * 1000);
  child.on("message", (message: FromChild) => {
    clearTimeout(timer);
    timer = setTimeout(stop, timeout * 1000);
    if (message.type === "done") tally = message.tally;
    else {
      input = message.input;
      onInput(input);
    }
  });
  const [code, signal] = await once(child, "exit");
  clearTimeout(timer);
  if (tally) return tally;
  const ended = hasTimedOut ? `took more than ${timeout} s` : `ended with ${signal ?? code}`;
  return {
    reader: job.reader,
    inputs: input - job.from,
    read: 0,
    rejected: [],
    longest: { milliseconds: 0, input },
    seconds: 0,
    memory: 0,
    growth: [],
    faults: [],
    ended: `${ended} near input ${input}`,
  };
}
