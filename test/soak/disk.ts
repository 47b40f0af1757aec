import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { PnrError } from "../../src/base/errors";
import { printText } from "../../src/cli/shared/output";
import { sweepWithoutFaults } from "./faulty-sweep";
import { requireSuccess, trainInProcess } from "./training-task";

/** Saves the best model after every epoch. */
export const diskSetting: { readonly training: object } = { training: { selectOn: "last" } };

/** A sweep of one run, which saves a checkpoint after each epoch. */
export const diskSweep: { readonly epochs: number; readonly seeds: number } = { epochs: 30, seeds: 1 };

export function addDisk(program: Command): void {
  program
    .command("disk")
    .summary("a full or read-only disk loses no checkpoint")
    .description(
      "Mounts a file system of 2 MB (in a separate namespace, visible to no other process), fills it up at different moments while a " +
        "tiny model trains there, and makes it read-only. If nothing can be mounted, it simulates a full disk.",
    )
    .action(async () => {
      for (const { lines } of [await diskTrial(), await diskSweepTrial()])
        for (const line of lines) printText(line);
    });
}

export interface DiskTrial {
  /** Lines that describe the disk, then the results. */
  readonly lines: readonly string[];
}

/** @throws PnrError if a checkpoint is lost, or the message is wrong */
export async function diskTrial(): Promise<DiskTrial> {
  const folder = mkdtempSync(join(tmpdir(), "pnr-disk-"));
  try {
    const [disk, complete] = [join(folder, "small"), join(folder, "complete")];
    mkdirSync(disk);
    requireSuccess(
      await trainInProcess({ config: diskSetting, sizes: [24, 8, 8], directory: complete }),
      "the run with enough space",
    );
    return runOnDisk("2m", disk, "disk-trial.js", complete);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @throws PnrError if a sweep on a full disk loses a run, or does not report why it failed */
export async function diskSweepTrial(): Promise<DiskTrial> {
  const folder = mkdtempSync(join(tmpdir(), "pnr-disk-sweep-"));
  try {
    const disk = join(folder, "small");
    mkdirSync(disk);
    const [expected] = (await sweepWithoutFaults({ ...diskSweep, store: join(folder, "complete") })).values();
    return runOnDisk("8m", disk, "disk-sweep-trial.js", expected);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a trial with a disk mounted at a folder, or with a simulated one. */
function runOnDisk(size: string, folder: string, script: string, argument: string): DiskTrial {
  const problem = mountProblem(size, folder);
  const trial = [process.execPath, join(__dirname, script), folder, argument];
  const { status, stdout, stderr } = problem
    ? spawnSync(trial[0], [...trial.slice(1), "simulated"], { encoding: "utf8" })
    : runWithMount(size, folder, [...trial, "mounted"]);
  if (status !== 0) throw new PnrError(`the disk trial failed: ${stdout}${stderr}`);
  const disk = problem
    ? `no small disk can be mounted here (${problem}): simulating a full one`
    : `on a mounted disk of ${size}`;
  return { lines: [disk, ...stdout.trim().split("\n")] };
}

function mountProblem(size: string, folder: string): string | undefined {
  const { status, error, stderr } = runWithMount(size, folder, ["true"]);
  if (status === 0) return undefined;
  return error?.message ?? stderr.trim().split("\n")[0];
}

/** Runs a command with a disk of this size at a folder, visible only to the command. */
function runWithMount(size: string, folder: string, command: readonly string[]): SpawnSyncReturns<string> {
  const script = `mount -t tmpfs -o size=${size} none "$0" && exec "$@"`;
  return spawnSync("unshare", ["--map-root-user", "--mount", "sh", "-c", script, folder, ...command], {
    encoding: "utf8",
  });
}
