import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Command } from "commander";
import { PnrError } from "../../src/base/errors";
import { wholeNumber } from "../../src/cli/shared/options";
import { note, printText } from "../../src/cli/shared/output";
import { Random } from "../../src/engine";
import type { Counts, Fault } from "./faults";
import { outcomeOf, requireEnd, type Task, trainElsewhere } from "./task";

/** Where a training process is killed. */
export type Point = (Fault & { readonly what: string }) | { readonly kind: "clock"; readonly after: number };

const setting = {
  config: { training: { accumulate: 2 } },
  sizes: [24, 8, 8],
  checkpoint: { steps: 4 },
} as const;

export function addResume(program: Command): void {
  program
    .command("resume")
    .summary("training killed at random moments ends with the same weights")
    .description(
      "Trains a tiny model in a process that is killed (SIGKILL): in a pass of a step, between the passes of one that accumulates, " +
        "in the middle of a write, around a rename, or by the clock. The same is started again and must end with the weights, " +
        "moments, losses and scores of a run that was never killed, to the last bit.",
    )
    .option(
      "--points <number>",
      "moments to kill at, beside one run that is killed again and again",
      wholeNumber(1),
      30,
    )
    .option("--seed <number>", "which moments", wholeNumber(0), 1)
    .action(run);
}

async function run({ points, seed }: { points: number; seed: number }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "pnr-resume-"));
  try {
    const random = new Random(seed);
    const whole = await wholeRun(join(folder, "whole"));
    const drawn = drawPoints(whole, points, random);
    for (const [at, point] of drawn.entries()) {
      const told = await killedOnce(join(folder, String(at)), whole, point);
      note(`${at + 1}/${drawn.length} ${told}`);
    }
    const chain = await killedAgainAndAgain(join(folder, "chain"), whole, random);
    const of = (kind: Point["kind"]): number => drawn.filter((point) => point.kind === kind).length;
    printText(
      `killed at ${drawn.length} moments (${of("pass")} in a step, ${of("file")} at a file, ${of("clock")} by the clock), and one run ` +
        `${chain} times: all ended with the same weights, moments, losses and scores to the last bit`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A run that was never killed. */
export interface WholeRun {
  readonly outcome: Readonly<Record<string, string>>;
  readonly counts: Counts;
  /** Milliseconds from its first step to its end. */
  readonly time: number;
}

export async function wholeRun(directory: string): Promise<WholeRun> {
  let began = 0;
  const ending = await trainElsewhere(
    { ...setting, directory, fault: { kind: "pass", at: 0 } },
    {
      onBegin: () => {
        began = performance.now();
      },
    },
  );
  requireEnd(ending, "the run that is not killed");
  const counts = JSON.parse(ending.stdout.trim().split("\n").at(-1)!) as Counts;
  return { outcome: outcomeOf(directory), counts, time: performance.now() - began };
}

/** A third each: passes of a step, operations on files (of the best model, of the last, of others in turn), and the clock. */
export function drawPoints({ counts, time }: WholeRun, points: number, random: Random): Point[] {
  const files = [/ (best|\.best)/, / (last|previous|\.last|\.previous)/, / \.?(run|log|result)/].map((of) =>
    counts.files.flatMap((what, at) => (of.test(what) ? [{ kind: "file" as const, at: at + 1, what }] : [])),
  );
  return Array.from({ length: points }, (_, at): Point => {
    if (at % 3 === 0) {
      const pass = 1 + random.below(counts.passes);
      return {
        kind: "pass",
        at: pass,
        what: pass % 2 ? "between the passes of a step" : "before a step's update",
      };
    }
    if (at % 3 === 2) return { kind: "clock", after: random.below(Math.max(1, Math.floor(time))) };
    const group = files[Math.floor(at / 3) % files.length];
    return group[random.below(group.length)];
  });
}

/**
 * Kills a run at a moment and lets it go on.
 * @returns a line about it
 * @throws PnrError where it does not end as the whole run
 */
export async function killedOnce(directory: string, whole: WholeRun, point: Point): Promise<string> {
  const task: Task = { ...setting, directory };
  const killed = await isKilled(task, point);
  const what =
    point.kind === "clock"
      ? `after ${point.after} ms of ${Math.round(whole.time)}`
      : `${point.kind} ${point.at}: ${point.what}`;
  requireEnd(await trainElsewhere(task), `the run killed ${what}`);
  requireSame(directory, whole, what);
  return `${killed ? "killed" : "had ended before"} ${what}: the same to the last bit`;
}

/** @returns whether it was killed; by the clock it may have ended before */
async function isKilled(task: Task, point: Point): Promise<boolean> {
  const ending =
    point.kind === "clock"
      ? await trainElsewhere(task, {
          onBegin: (pid) => setTimeout(() => kill(pid), point.after),
        })
      : await trainElsewhere({ ...task, fault: { kind: point.kind, at: point.at } });
  if (ending.signal === "SIGKILL") return true;
  requireEnd(ending, "a run to be killed");
  return false;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Kills each process of one run at a random file operation until one gets to its end. @returns how often */
async function killedAgainAndAgain(directory: string, whole: WholeRun, random: Random): Promise<number> {
  const task: Task = { ...setting, directory };
  for (let kills = 0; ; kills++) {
    const at = 1 + random.below(60);
    const ending = await trainElsewhere({ ...task, fault: { kind: "file", at } });
    if (ending.signal === "SIGKILL") continue;
    requireEnd(ending, `the run killed ${kills} times`);
    requireSame(directory, whole, `${kills} times`);
    return kills;
  }
}

function requireSame(directory: string, { outcome }: WholeRun, what: string): void {
  const found = outcomeOf(directory);
  if (isDeepStrictEqual(found, outcome)) return;
  const odd = Object.keys(outcome).filter((key) => found[key] !== outcome[key]);
  throw new PnrError(`killed ${what}: ${odd.join(", ")} differ from the run that was not killed`);
}
