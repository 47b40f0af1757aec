// One sweep whose drivers, attempts and, on Slurm, daemons are killed at random, and what must hold of it all the same.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { PnrError } from "../../src/base/errors";
import type { Random } from "../../src/engine";
import { lastAttempt } from "../../src/experiments/run/claim";
import type { Cluster, Daemon } from "../slurm/cluster";
import { atWork, logOf, outcomeOf, runsOf, Sweep, type SweepSize, timesIn } from "../support/sweep";

/** What is done to a sweep. */
const faults = ["driver", "attempt", "interrupt", "power cut"] as const;
const clusterFaults = ["daemon", "time ends", "cancelled"] as const;
export type FaultKind = (typeof faults)[number] | (typeof clusterFaults)[number];
export type FaultCounts = Partial<Record<FaultKind, number>>;

export interface Trial {
  readonly size: SweepSize;
  readonly random: Random;
  /** How many faults. */
  readonly faults: number;
  /** Longest wait between two, in milliseconds. */
  readonly pause: number;
  /** Where the sweep runs on one; else in processes of this machine. */
  readonly cluster?: Cluster;
  readonly signal?: AbortSignal;
  /** What each run must come to: {@link outcomes} of an undisturbed sweep. */
  readonly expected: ReadonlyMap<string, string>;
}

export interface TrialReport {
  readonly faults: FaultCounts;
  readonly attempts: number;
  /** Drivers started. */
  readonly drivers: number;
  readonly seconds: number;
}

/** What each run of a store came to, by its id. */
export function outcomes(store: string): Map<string, string> {
  return new Map(runsOf(store).map((run) => [run.slice(store.length + 1), outcomeOf(run)]));
}

/** A sweep that nothing disturbs. @throws PnrError where it does not succeed */
export async function undisturbed(size: SweepSize): Promise<ReadonlyMap<string, string>> {
  const sweep = new Sweep(size, ["--workers", "1"]);
  if ((await sweep.code) !== 0) throw new PnrError(`the undisturbed sweep failed: ${sweep.stderr}`);
  return outcomes(size.store);
}

/**
 * Two drivers sweep the same, are started again whenever they end, and everything is killed at random.
 * @throws PnrError where a run is lost, has another outcome, was completed twice, or its result changed afterwards
 * @throws the signal's reason when it aborts
 */
export async function faultySweep(trial: Trial): Promise<TrialReport> {
  const { size, random, cluster } = trial;
  const began = performance.now();
  const executor = cluster ? ["--executor", "slurm", "--poll", "1"] : ["--workers", "1"];
  const drivers: Sweep[] = [];
  let started = 0;
  const start = (): Sweep => {
    started++;
    return new Sweep(size, executor, { PNR_THREADS: undefined, ...cluster?.environment });
  };
  const results = new Results(size.store);
  const counts: FaultCounts = {};
  try {
    for (let left = trial.faults; ; ) {
      for (const at of [0, 1]) {
        if (drivers[at] && !drivers[at].ended) continue;
        if (drivers[at]) requireAllowedEnd(drivers[at]);
        drivers[at] = start();
      }
      await sleep(50 + random.below(trial.pause));
      trial.signal?.throwIfAborted();
      results.look();
      if (results.count === trial.expected.size) break;
      // seldom before an attempt is under way, else a slow machine sees nothing but drivers that have not begun
      if (left > 0 && (atWork(size.store).length > 0 || random.below(8) === 0)) {
        const kinds = cluster ? [...faults, ...clusterFaults] : faults;
        const kind = kinds[random.below(kinds.length)];
        if (await strike(kind, trial, drivers)) {
          left--;
          counts[kind] = (counts[kind] ?? 0) + 1;
        }
      }
      await cluster?.ready();
    }
    await Promise.all(drivers.map(({ code }) => code));
    results.look();
  } finally {
    for (const { child } of drivers) child.kill("SIGKILL");
  }
  requireExpected(trial);
  const attempts = runsOf(size.store).map((run) => lastAttempt(run)?.number ?? 0);
  return {
    faults: counts,
    attempts: attempts.reduce((sum, number) => sum + number, 0),
    drivers: started,
    seconds: (performance.now() - began) / 1000,
  };
}

/** @returns false where there is nothing now that it could strike */
async function strike(kind: FaultKind, trial: Trial, drivers: readonly Sweep[]): Promise<boolean> {
  const { random, cluster, size } = trial;
  const pick = <T>(values: readonly T[]): T | undefined => values[random.below(Math.max(1, values.length))];
  switch (kind) {
    case "driver":
    case "interrupt": {
      const driver = pick(drivers.filter(({ ended }) => !ended));
      return driver?.child.kill(kind === "driver" ? "SIGKILL" : "SIGINT") ?? false;
    }
    case "attempt":
      return kill(pick(atWork(size.store)));
    case "power cut": {
      // the attempt's process is gone, and its claim was made, but never reached the disk
      const run = pick(runsOf(size.store).filter((folder) => lastAttempt(folder)?.live));
      const number = run && lastAttempt(run)?.number;
      if (!run || !number || !kill(Number(/process (\d+)(?![\s\S]*process )/.exec(logOf(run))?.[1])))
        return false;
      const claim = join(run, "claims", `${String(number).padStart(4, "0")}.json`);
      const longAgo = new Date(Date.now() - 20 * 60_000);
      writeFileSync(claim, "");
      for (const file of [claim, `${claim}.alive`]) if (existsSync(file)) utimesSync(file, longAgo, longAgo);
      return true;
    }
    case "daemon": {
      const names: readonly Daemon[] = ["slurmctld", "slurmd"];
      const killed = names.filter(() => random.below(2));
      for (const name of killed) await cluster!.kill(name);
      await sleep(random.below(3000));
      for (const name of killed) cluster!.begin(name);
      return killed.length > 0;
    }
    case "time ends":
    case "cancelled": {
      const jobs = cluster!.command("squeue", "--noheader", "--states=running", "--format=%i").split("\n");
      const job = pick(jobs.filter(Boolean));
      if (!job) return false;
      try {
        cluster!.command("scancel", ...(kind === "cancelled" ? [] : ["--batch", "--signal=USR2"]), job);
        return true;
      } catch {
        // it has ended meanwhile
        return false;
      }
    }
  }
}

function kill(pid: number | undefined): boolean {
  if (!pid) return false;
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}

/** A driver may have been killed or stopped, be done, or have seen attempts end too often; nothing else. */
function requireAllowedEnd({ child, stderr }: Sweep): void {
  const { exitCode, signalCode } = child;
  if (signalCode === "SIGKILL" || signalCode === "SIGINT" || exitCode === 0 || exitCode === 130) return;
  const failures = stderr.split("\n").filter((line) => line.startsWith("failed: "));
  const often = failures.length > 0 && failures.every((line) => /ended \d+ times without an error message/.test(line));
  if (exitCode === 1 && often) return;
  throw new PnrError(`a driver ended with ${exitCode ?? signalCode}: ${stderr.slice(-2000)}`);
}

/** Sees to it that a result never changes once it is there. */
class Results {
  private readonly seen = new Map<string, string>();

  constructor(private readonly store: string) {}

  get count(): number {
    return this.seen.size;
  }

  look(): void {
    for (const run of runsOf(this.store)) {
      const path = join(run, "result.json");
      if (!existsSync(path)) continue;
      const hash = createHash("sha256").update(readFileSync(path)).digest("hex");
      if (hash !== (this.seen.get(run) ?? hash)) throw new PnrError(`${path}: changed after it was there`);
      this.seen.set(run, hash);
    }
  }
}

function requireExpected({ size: { store }, expected }: Trial): void {
  const found = outcomes(store);
  if (!isDeepStrictEqual(found, expected)) {
    const differing = [...expected.keys()].filter((id) => found.get(id) !== expected.get(id));
    throw new PnrError(`${store}: ${differing.join(", ") || "further runs"} not as in the undisturbed sweep`);
  }
  for (const run of runsOf(store)) {
    const log = logOf(run);
    const numbers = [...log.matchAll(/^attempt (\d+),/gm)].map(([, number]) => Number(number));
    const ordered = numbers.every((number, at) => at === 0 || number > numbers[at - 1]);
    if (!ordered || timesIn(log, "done") > 1)
      throw new PnrError(`${run}: was worked on twice at once, or completed twice: ${log}`);
    if (lastAttempt(run)?.live) throw new PnrError(`${run}: a process is at work on it still`);
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
