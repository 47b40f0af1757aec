import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Sweep, type SweepSize } from "../support/sweep";
import { Cluster } from "./cluster";

/** What a cluster of this machine lacks, and how to get it; undefined where nothing. */
export function missingForSlurm(): string | undefined {
  if (process.platform !== "linux") return "Slurm runs on Linux alone";
  const needed = ["sbatch", "slurmctld", "slurmd", "munged"];
  const absent = needed.filter((name) => spawnSync(name, ["--version"]).error);
  if (absent.length) return `${absent.join(", ")} not here (apt-get install slurm-wlm munge)`;
  if (process.getuid?.() !== 0) return "its daemons, as these tests start them, need root";
  return undefined;
}

/** What a test has of its own. */
export interface SlurmTest {
  readonly cluster: Cluster;
  readonly folder: string;
  /** Starts a sweep on the cluster, or here; it is killed with the test. */
  readonly sweep: (size: SweepSize, options?: SweepStart) => Sweep;
}

export interface SweepStart {
  readonly here?: boolean;
  readonly more?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * A test with a real Slurm of so many processors. Where that cannot be had it is left out, and the run of tests names it with the
 * reason; with PNR_REQUIRE_SLURM=1, as in .ci/run, it fails.
 */
export function testWithSlurm(
  processors: number,
  name: string,
  run: (given: SlurmTest) => Promise<void>,
): void {
  const reason = missingForSlurm();
  const body = (context: TestContext): Promise<void> => withCluster(processors, context, run);
  if (reason === undefined) test(name, body);
  else if (process.env.PNR_REQUIRE_SLURM === "1") test(name, () => Promise.reject(new Error(reason)));
  else test(name, { skip: `left out: ${reason}` }, body);
}

async function withCluster(
  processors: number,
  context: TestContext,
  run: (given: SlurmTest) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "pnr-slurm-"));
  // Slurm's munge takes a folder that others can reach alone
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
  const sweep = (size: SweepSize, { here = false, more = [], env = {} }: SweepStart = {}): Sweep => {
    const executor = here ? ["--workers", "1"] : slurm;
    // npm test gives tests one thread
    const own = { PNR_THREADS: undefined, ...cluster?.environment, ...env };
    sweeps.push(new Sweep(size, [...executor, ...more], own));
    return sweeps.at(-1)!;
  };
  await run({ cluster, folder, sweep });
}

/** How many job arrays a store's sweeps have submitted. */
export function submissions(store: string): number {
  return readdirSync(join(store, "slurm")).length;
}
