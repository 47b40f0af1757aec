import { spawnSync } from "node:child_process";
import { type TestContext, test } from "node:test";

/** What a cluster of this machine lacks, and how to get it; undefined where nothing. */
export function missingForSlurm(): string | undefined {
  if (process.platform !== "linux") return "Slurm runs on Linux alone";
  const needed = ["sbatch", "slurmctld", "slurmd", "munged"];
  const absent = needed.filter((name) => spawnSync(name, ["--version"]).error);
  if (absent.length) return `${absent.join(", ")} not here (apt-get install slurm-wlm munge)`;
  if (process.getuid?.() !== 0) return "its daemons, as these tests start them, need root";
  return undefined;
}

/**
 * A test with a real Slurm. Where that cannot be had it is left out, and the run of tests names it with the reason; with
 * PNR_REQUIRE_SLURM=1, as in .ci/run, it fails.
 */
export function testWithSlurm(name: string, run: (context: TestContext) => Promise<void>): void {
  const reason = missingForSlurm();
  if (reason === undefined) test(name, run);
  else if (process.env.PNR_REQUIRE_SLURM === "1") test(name, () => Promise.reject(new Error(reason)));
  else test(name, { skip: `left out: ${reason}` }, run);
}
