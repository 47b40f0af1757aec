import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { InputError, PnrError } from "../../src/base/errors";
import { addExamples, wholeNumber } from "../../src/cli/shared/options";
import { note, printText } from "../../src/cli/shared/output";
import { Random } from "../../src/engine";
import { Cluster } from "../slurm/cluster";
import { missingForSlurm } from "../slurm/slurm-test";
import { type FaultCounts, faultySweep, sweepWithoutFaults } from "./faulty-sweep";

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
    .summary("sweeps with faults complete every run exactly once")
    .description(
      "Runs sweeps of tiny models with two drivers at once. It kills drivers, attempts and, on Slurm, its daemons at random, interrupts " +
        "drivers, loses claims as in a power cut, cancels jobs and ends their time. Then every run must be complete and written once, " +
        "with the same result, to the last bit, as without faults. Repeats this until the time is up.",
    )
    .option("--minutes <number>", "how long to repeat; 0 for one sweep", wholeNumber(0), 0)
    .option("--faults <number>", "faults per sweep", wholeNumber(0), 30)
    .option("--runs <number>", "runs per sweep", wholeNumber(1), 8)
    .option("--epochs <number>", "epochs per run", wholeNumber(1), 12)
    .option("--seed <number>", "seed of the faults", wholeNumber(0), 1)
    .option("--slurm", "on a temporary Slurm cluster on this machine")
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
    const expected = await sweepWithoutFaults({ ...size, store: join(folder, "complete") });
    note(`completed a sweep of ${expected.size} runs without faults, for comparison`);
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
        `sweep ${sweeps}: ${describeFaults(report.faults)}; ${report.drivers} drivers, ${report.attempts} attempts, ${seconds} s`,
      );
      if (performance.now() - began < 60_000 * minutes) continue;
      const { attempts, drivers, ...faultCounts } = totals;
      printText(
        `${sweeps} sweeps of ${runs} runs in ${Math.round((performance.now() - began) / 1000)} s${slurm ? " on Slurm" : ""}: ${describeFaults(faultCounts)}; ` +
          `${drivers} drivers, ${attempts} attempts. Every run was completed once, with the same result, to the last bit, as without faults.`,
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

function describeFaults(counts: FaultCounts): string {
  const parts = Object.entries(counts).map(([kind, count]) => `${count} ${names[kind as keyof FaultCounts]}`);
  return parts.join(", ") || "no fault";
}
