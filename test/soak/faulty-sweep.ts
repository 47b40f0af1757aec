// Runs a sweep whose drivers, attempts and, on Slurm, daemons are killed at random, and checks that it still completes correctly.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { PnrError } from "../../src/base/errors";
import type { Random } from "../../src/engine";
import { lastAttempt } from "../../src/experiments/run/claim";
import type { Cluster, Daemon } from "../slurm/cluster";
import { atWork, logOf, outcomeOf, runsOf, Sweep, type SweepSize, timesIn } from "../support/sweep";

const faults = ["driver", "attempt", "interrupt", "power cut"] as const;
const clusterFaults = ["daemon", "time ends", "cancelled"] as const;
export type FaultKind = (typeof faults)[number] | (typeof clusterFaults)[number];
export type FaultCounts = Partial<Record<FaultKind, number>>;

export interface Trial {
  readonly size: SweepSize;
  readonly random: Random;
  /** The number of faults. */
  readonly faults: number;
  /** The longest wait between two faults, in milliseconds. */
  readonly pause: number;
  /** Runs the sweep on a cluster (default: in local processes). */
  readonly cluster?: Cluster;
  readonly signal?: AbortSignal;
  /** The expected outcomes: those of {@link sweepWithoutFaults}. */
  readonly expected: ReadonlyMap<string, string>;
}

export interface TrialReport {
  readonly faults: FaultCounts;
  readonly attempts: number;
  /** The number of drivers that were started. */
  readonly drivers: number;
  readonly seconds: number;
}

/** The outcome of each run of a store, by its id. */
export function outcomes(store: string): Map<string, string> {
  return new Map(runsOf(store).map((run) => [run.slice(store.length + 1), outcomeOf(run)]));
}

/** The outcomes of a sweep without faults. @throws PnrError if it fails */
export async function sweepWithoutFaults(size: SweepSize): Promise<ReadonlyMap<string, string>> {
  const sweep = new Sweep(size, ["--workers", "1"]);
  if ((await sweep.code) !== 0) throw new PnrError(`the sweep without faults failed: ${sweep.stderr}`);
  return outcomes(size.store);
}

/**
 * Runs two drivers of the same sweep, restarts them whenever they end, and kills everything at random.
 * @throws PnrError if a run is lost, has another outcome, is completed twice, or its result changes later
 * @throws the signal's reason if it aborts
 */
export async function faultySweep(trial: Trial): Promise<TrialReport> {
  const { size, random, cluster } = trial;
  const began = performance.now();
  const executor = cluster ? ["--executor", "slurm", "--poll", "1"] : ["--workers", "1"];
  const drivers: Sweep[] = [];
  let driverCount = 0;
  const start = (): Sweep => {
    driverCount++;
    return new Sweep(size, executor, { PNR_THREADS: undefined, ...cluster?.environment });
  };
  const results = new Results(size.store);
  const counts: FaultCounts = {};
  try {
    for (let remaining = trial.faults; ; ) {
      for (const i of [0, 1]) {
        if (drivers[i] && !drivers[i].ended) continue;
        if (drivers[i]) requireAllowedEnd(drivers[i]);
        drivers[i] = start();
      }
      await sleep(50 + random.below(trial.pause));
      trial.signal?.throwIfAborted();
      results.check();
      if (results.count === trial.expected.size) break;
      // Rarely before an attempt runs: on a slow machine, faults would otherwise hit only drivers that are starting.
      if (remaining > 0 && (atWork(size.store).length > 0 || random.below(8) === 0)) {
        const kinds = cluster ? [...faults, ...clusterFaults] : faults;
        const kind = kinds[random.below(kinds.length)];
        if (await injectFault(kind, trial, drivers)) {
          remaining--;
          counts[kind] = (counts[kind] ?? 0) + 1;
        }
      }
      await cluster?.ready();
    }
    await Promise.all(drivers.map(({ code }) => code));
    results.check();
  } finally {
    for (const { child } of drivers) child.kill("SIGKILL");
  }
  requireExpected(trial);
  const attempts = runsOf(size.store).map((run) => lastAttempt(run)?.number ?? 0);
  return {
    faults: counts,
    attempts: attempts.reduce((sum, number) => sum + number, 0),
    drivers: driverCount,
    seconds: (performance.now() - began) / 1000,
  };
}

/** @returns false if there is nothing that it could affect */
async function injectFault(kind: FaultKind, trial: Trial, drivers: readonly Sweep[]): Promise<boolean> {
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
      // The attempt's process is gone, and its claim was created but never written to disk.
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
      for (const name of killed) cluster!.startDaemon(name);
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
        // It has ended in the meantime.
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

/** A driver may be killed or stopped, complete, or give up because attempts ended too often. */
function requireAllowedEnd({ child, stderr }: Sweep): void {
  const { exitCode, signalCode } = child;
  if (signalCode === "SIGKILL" || signalCode === "SIGINT" || exitCode === 0 || exitCode === 130) return;
  const failures = stderr.split("\n").filter((line) => line.startsWith("failed: "));
  const gaveUp =
    failures.length > 0 && failures.every((line) => /ended \d+ times without an error message/.test(line));
  if (exitCode === 1 && gaveUp) return;
  throw new PnrError(`a driver ended with ${exitCode ?? signalCode}: ${stderr.slice(-2000)}`);
}

/** Checks that results do not change. */
class Results {
  private readonly hashes = new Map<string, string>();

  constructor(private readonly store: string) {}

  get count(): number {
    return this.hashes.size;
  }

  check(): void {
    for (const run of runsOf(this.store)) {
      const path = join(run, "result.json");
      if (!existsSync(path)) continue;
      const hash = createHash("sha256").update(readFileSync(path)).digest("hex");
      if (hash !== (this.hashes.get(run) ?? hash))
        throw new PnrError(`${path}: changed after it was written`);
      this.hashes.set(run, hash);
    }
  }
}

function requireExpected({ size: { store }, expected }: Trial): void {
  const actual = outcomes(store);
  if (!isDeepStrictEqual(actual, expected)) {
    const differing = [...expected.keys()].filter((id) => actual.get(id) !== expected.get(id));
    throw new PnrError(
      `${store}: ${differing.join(", ") || "additional runs"} differ from the sweep without faults`,
    );
  }
  for (const run of runsOf(store)) {
    const log = logOf(run);
    const numbers = [...log.matchAll(/^attempt (\d+),/gm)].map(([, number]) => Number(number));
    const ordered = numbers.every((number, i) => i === 0 || number > numbers[i - 1]);
    if (!ordered || timesIn(log, "done") > 1)
      throw new PnrError(`${run}: two attempts ran at the same time, or it was completed twice: ${log}`);
    if (lastAttempt(run)?.live) throw new PnrError(`${run}: a process is still working on it`);
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
