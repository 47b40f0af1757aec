import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { InputError, PnrError } from "../../src/base/errors";
import { addExamples, wholeNumber } from "../../src/cli/shared/options";
import { note, printText } from "../../src/cli/shared/output";
import { Random } from "../../src/engine";
import { missingForSlurm } from "../slurm/available";
import { Cluster } from "../slurm/cluster";
import { type FaultCounts, faultySweep, undisturbed } from "./faulty-sweep";

interface SweepOptions {
  readonly minutes: number;
  readonly faults: number;
  readonly runs: number;
  readonly epochs: number;
  readonly seed: number;
  readonly slurm?: true;
}

export function addSweep(program: Command): void {
  const sweep = program
    .command("sweep")
    .summary("sweeps under faults complete every run exactly once")
    .description(
      "Sweeps tiny runs with two drivers at once. Drivers, attempts and, on Slurm, its daemons are killed at random, drivers are " +
        "interrupted, claims lost as by a power cut, jobs cancelled and their time ended. Then every run must be complete, its result " +
        "that of a sweep that nothing disturbed to the last bit, and written once. One sweep after the other until the time is up.",
    )
    .option("--minutes <number>", "for how long; 0 for one sweep", wholeNumber(0), 0)
    .option("--faults <number>", "in each sweep", wholeNumber(0), 30)
    .option("--runs <number>", "in each sweep", wholeNumber(1), 8)
    .option("--epochs <number>", "of each run", wholeNumber(1), 12)
    .option("--seed <number>", "which faults, and when", wholeNumber(0), 1)
    .option("--slurm", "on a Slurm cluster that is made of this machine for it")
    .action(run);
  addExamples(sweep, ["half an hour under load", "npm run soak -- sweep --minutes 30 --seed 1"]);
}

async function run({ minutes, faults, runs, epochs, seed, slurm }: SweepOptions): Promise<void> {
  const missing = slurm && missingForSlurm();
  if (missing) throw new InputError(`--slurm: ${missing}`);
  const folder = mkdtempSync(join(tmpdir(), "pnr-soak-"));
  chmodSync(folder, 0o711);
  let cluster: Cluster | undefined;
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => stop.abort(new PnrError("stopped")));
  try {
    cluster = slurm && (await Cluster.start(join(folder, "slurm"), { processors: 2 }));
    const size = { epochs, seeds: runs };
    const expected = await undisturbed({ ...size, store: join(folder, "whole") });
    note(`an undisturbed sweep of ${expected.size} runs is there to compare with`);
    const random = new Random(seed);
    const began = performance.now();
    const totals: Record<string, number> = {};
    for (let sweeps = 1; ; sweeps++) {
      const store = join(folder, String(sweeps));
      const trial = {
        size: { ...size, store },
        random,
        faults,
        pause: 2000,
        cluster,
        expected,
        signal: stop.signal,
      };
      const report = await faultySweep(trial);
      rmSync(store, { recursive: true });
      for (const [kind, count] of Object.entries(report.faults)) totals[kind] = (totals[kind] ?? 0) + count;
      totals.attempts = (totals.attempts ?? 0) + report.attempts;
      totals.drivers = (totals.drivers ?? 0) + report.drivers;
      const seconds = Math.round(report.seconds);
      note(
        `sweep ${sweeps}: ${told(report.faults)}; ${report.drivers} drivers, ${report.attempts} attempts, ${seconds} s`,
      );
      if (performance.now() - began < 60_000 * minutes) continue;
      const { attempts, drivers, ...struck } = totals;
      printText(
        `${sweeps} sweeps of ${runs} runs in ${Math.round((performance.now() - began) / 1000)} s${slurm ? " on Slurm" : ""}: ${told(struck)}; ` +
          `${drivers} drivers, ${attempts} attempts. Every run was completed once, with the undisturbed result to the last bit.`,
      );
      return;
    }
  } finally {
    await cluster?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const names: Readonly<Record<keyof FaultCounts, string>> = {
  driver: "drivers killed",
  attempt: "attempts killed",
  interrupt: "drivers interrupted",
  "power cut": "attempts killed with an empty claim",
  daemon: "times daemons killed",
  "time ends": "times out of time",
  cancelled: "jobs cancelled",
};

function told(counts: FaultCounts): string {
  const parts = Object.entries(counts).map(([kind, count]) => `${count} ${names[kind as keyof FaultCounts]}`);
  return parts.join(", ") || "no fault";
}
