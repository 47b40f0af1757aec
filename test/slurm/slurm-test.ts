import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Sweep, type SweepSize } from "../support/sweep";
import { Cluster } from "./cluster";

/** What is missing to start a cluster on this machine, and how to install it; undefined if nothing is missing. */
export function missingForSlurm(): string | undefined {
  if (process.platform !== "linux") return "Slurm runs only on Linux";
  const programs = ["sbatch", "slurmctld", "slurmd", "munged"];
  const missing = programs.filter((name) => spawnSync(name, ["--version"]).error);
  if (missing.length) return `${missing.join(", ")} missing (apt-get install slurm-wlm munge)`;
  if (process.getuid?.() !== 0) return "these tests start Slurm's daemons, which needs root";
  return undefined;
}

/** What a test gets. */
export interface SlurmTest {
  readonly cluster: Cluster;
  readonly folder: string;
  /** Starts a sweep on the cluster, or in local processes. It is killed at the end of the test. */
  readonly sweep: (size: SweepSize, options?: SweepStart) => Sweep;
}

export interface SweepStart {
  /** Runs it in local processes. */
  readonly local?: boolean;
  readonly options?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * A test with a real Slurm cluster. If it cannot be started, the test is skipped with the reason; with PNR_REQUIRE_SLURM=1, as in
 * .ci/run, it fails.
 */
export function testWithSlurm(
  processors: number,
  name: string,
  run: (slurm: SlurmTest) => Promise<void>,
): void {
  const reason = missingForSlurm();
  const body = (context: TestContext): Promise<void> => withCluster(processors, context, run);
  if (reason === undefined) test(name, body);
  else if (process.env.PNR_REQUIRE_SLURM === "1") test(name, () => Promise.reject(new Error(reason)));
  else test(name, { skip: `skipped: ${reason}` }, body);
}

async function withCluster(
  processors: number,
  context: TestContext,
  run: (slurm: SlurmTest) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "pnr-slurm-"));
  // Slurm's munge needs a folder that others can reach.
  chmodSync(folder, 0o711);
  const sweeps: Sweep[] = [];
  let cluster: Cluster | undefined;
  context.after(async () => {
    for (const { child } of sweeps) child.kill("SIGKILL");
    await cluster?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  cluster = await Cluster.start(join(folder, "slurm"), { processors });
  const slurm = ["--executor", "slurm", "--poll", "1"];
  const sweep = (size: SweepSize, { local = false, options = [], env = {} }: SweepStart = {}): Sweep => {
    const executor = local ? ["--workers", "1"] : slurm;
    // npm test sets one thread.
    const environment = { PNR_THREADS: undefined, ...cluster?.environment, ...env };
    sweeps.push(new Sweep(size, [...executor, ...options], environment));
    return sweeps.at(-1)!;
  };
  await run({ cluster, folder, sweep });
}

/** The number of job arrays that the sweeps of a store have submitted. */
export function submissions(store: string): number {
  return readdirSync(join(store, "slurm")).length;
}
