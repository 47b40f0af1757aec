import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Growth } from "./growth";

/** What a process of its own is to do for one reader. */
export interface Job {
  readonly reader: string;
  readonly inputs: number;
  readonly seed: number;
  readonly from: number;
  readonly growth: boolean;
}

/** What became of it. */
export interface Tally {
  readonly reader: string;
  readonly inputs: number;
  readonly read: number;
  /** Each kind of refusal and how often it came, the most frequent first. */
  readonly refused: readonly (readonly [why: string, count: number])[];
  readonly longest: { readonly milliseconds: number; readonly input: number };
  readonly seconds: number;
  /** Most bytes that the process ever held. */
  readonly memory: number;
  readonly growth: readonly Growth[];
  readonly faults: readonly { readonly input: number; readonly error: string; readonly files: string }[];
  /** How the process ended where it did not come to its end by itself. */
  readonly ended?: string;
}

export type FromChild =
  | { readonly type: "input"; readonly input: number }
  | { readonly type: "done"; readonly tally: Tally };

/** No reader needs as much; one that is led to ask for more is ended by Node, which is a fault. */
const heap = 1024;
/** What is new in the heap while times are compared: little of it is collected meanwhile, which comes by leaps, not with size. */
const young = 256;
/** Seconds that an input may take on a machine that does much else. */
const patience = 120;

/** @param onInput is told once in a while how far it is */
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
  let stuck = false;
  const late = (): void => {
    stuck = true;
    child.kill("SIGKILL");
  };
  let timer = setTimeout(late, patience * 1000);
  child.on("message", (message: FromChild) => {
    clearTimeout(timer);
    timer = setTimeout(late, patience * 1000);
    if (message.type === "done") tally = message.tally;
    else {
      input = message.input;
      onInput(input);
    }
  });
  const [code, signal] = await once(child, "exit");
  clearTimeout(timer);
  if (tally) return tally;
  const how = stuck ? `took more than ${patience} s` : `ended with ${signal ?? code}`;
  return {
    ...{
      reader: job.reader,
      inputs: input - job.from,
      read: 0,
      refused: [],
      seconds: 0,
      memory: 0,
      growth: [],
    },
    ...{ longest: { milliseconds: 0, input }, faults: [], ended: `${how} near input ${input}` },
  };
}
