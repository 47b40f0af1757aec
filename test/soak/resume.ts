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
import { outcomeOf, requireSuccess, type TrainingTask, trainInProcess } from "./training-task";

/** The moment at which a training process is killed. */
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
      "Trains a tiny model in a process that is killed (SIGKILL): in a pass of a step, between the passes of an accumulating step, in " +
        "the middle of a write, before or after a rename, or by the clock. The resumed run must end with the weights, moments, losses " +
        "and scores of a run that was never killed, to the last bit.",
    )
    .option(
      "--points <number>",
      "moments to kill at, in addition to one run that is killed repeatedly",
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
    const complete = await completeRun(join(folder, "complete"));
    const kills = drawPoints(complete, points, random);
    for (const [i, point] of kills.entries()) {
      const line = await tryKill(join(folder, String(i)), complete, point);
      note(`${i + 1}/${kills.length} ${line}`);
    }
    const repeatedKills = await tryRepeatedKills(join(folder, "repeated"), complete, random);
    const count = (kind: Point["kind"]): number => kills.filter((point) => point.kind === kind).length;
    printText(
      `killed at ${kills.length} moments (${count("pass")} in a step, ${count("file")} at a file, ${count("clock")} by the clock), and ` +
        `one run ${repeatedKills} times: all ended with the same weights, moments, losses and scores to the last bit`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A run that was never killed. */
export interface CompleteRun {
  readonly outcome: Readonly<Record<string, string>>;
  readonly counts: Counts;
  /** Milliseconds from its first step to its end. */
  readonly time: number;
}

export async function completeRun(directory: string): Promise<CompleteRun> {
  let began = 0;
  const ending = await trainInProcess(
    { ...setting, directory, fault: { kind: "pass", at: 0 } },
    {
      onBegin: () => {
        began = performance.now();
      },
    },
  );
  requireSuccess(ending, "the run that is not killed");
  const counts = JSON.parse(ending.stdout.trim().split("\n").at(-1)!) as Counts;
  return { outcome: outcomeOf(directory), counts, time: performance.now() - began };
}

/** A third each: passes of a step, operations on files (of the best model, checkpoints and others in turn), and the clock. */
export function drawPoints({ counts, time }: CompleteRun, points: number, random: Random): Point[] {
  const patterns = [/ (best|\.best)/, / (last|previous|\.last|\.previous)/, / \.?(run|log|result)/];
  const files = patterns.map((pattern) =>
    counts.files.flatMap((what, i) =>
      pattern.test(what) ? [{ kind: "file" as const, at: i + 1, what }] : [],
    ),
  );
  return Array.from({ length: points }, (_, i): Point => {
    if (i % 3 === 0) {
      const pass = 1 + random.below(counts.passes);
      return {
        kind: "pass",
        at: pass,
        what: pass % 2 ? "between the passes of a step" : "before a step's update",
      };
    }
    if (i % 3 === 2) return { kind: "clock", after: random.below(Math.max(1, Math.floor(time))) };
    const group = files[Math.floor(i / 3) % files.length];
    return group[random.below(group.length)];
  });
}

/**
 * Kills a run at a moment and resumes it.
 * @returns a line that describes the result
 * @throws PnrError if it does not end like the complete run
 */
export async function tryKill(directory: string, complete: CompleteRun, point: Point): Promise<string> {
  const task: TrainingTask = { ...setting, directory };
  const killed = await trainUntil(task, point);
  const moment =
    point.kind === "clock"
      ? `after ${point.after} ms of ${Math.round(complete.time)}`
      : `${point.kind} ${point.at}: ${point.what}`;
  requireSuccess(await trainInProcess(task), `the run killed ${moment}`);
  requireSame(directory, complete, moment);
  return `${killed ? "killed" : "ended before"} ${moment}: the same to the last bit`;
}

/** @returns whether it was killed; by the clock, it may end before */
async function trainUntil(task: TrainingTask, point: Point): Promise<boolean> {
  const ending =
    point.kind === "clock"
      ? await trainInProcess(task, {
          onBegin: (pid) => setTimeout(() => kill(pid), point.after),
        })
      : await trainInProcess({ ...task, fault: { kind: point.kind, at: point.at } });
  if (ending.signal === "SIGKILL") return true;
  requireSuccess(ending, "a run to be killed");
  return false;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Kills each process of one run at a random file operation, until one completes. @returns the number of kills */
async function tryRepeatedKills(directory: string, complete: CompleteRun, random: Random): Promise<number> {
  const task: TrainingTask = { ...setting, directory };
  for (let kills = 0; ; kills++) {
    const milliseconds = 1 + random.below(60);
    const ending = await trainInProcess({ ...task, fault: { kind: "file", at: milliseconds } });
    if (ending.signal === "SIGKILL") continue;
    requireSuccess(ending, `the run killed ${kills} times`);
    requireSame(directory, complete, `${kills} times`);
    return kills;
  }
}

function requireSame(directory: string, { outcome }: CompleteRun, moment: string): void {
  const actual = outcomeOf(directory);
  if (isDeepStrictEqual(actual, outcome)) return;
  const differing = Object.keys(outcome).filter((key) => actual[key] !== outcome[key]);
  throw new PnrError(`killed ${moment}: ${differing.join(", ")} differ from the run that was not killed`);
}
