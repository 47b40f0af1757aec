import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { PnrError } from "../../src/base/errors";
import { printText } from "../../src/cli/shared/output";
import { undisturbed } from "./faulty-sweep";
import { requireEnd, trainElsewhere } from "./task";

/** Saves a best model after every epoch. */
export const diskSetting: { readonly training: object } = { training: { selectOn: "last" } };

/** A sweep of one run that saves a checkpoint after each of its epochs. */
export const diskSweep: { readonly epochs: number; readonly seeds: number } = { epochs: 30, seeds: 1 };

export function addDisk(program: Command): void {
  program
    .command("disk")
    .summary("a full disk and one that may not be written cost no checkpoint")
    .description(
      "Mounts a file system of 2 MB (in a name space of its own, so that nobody else sees it), fills it up while a tiny model trains " +
        "there, at different moments, and makes it read-only. Where nothing can be mounted, a full disk is imitated.",
    )
    .action(async () => {
      for (const { lines } of [await diskTrial(), await diskSweepTrial()])
        for (const line of lines) printText(line);
    });
}

export interface DiskTrial {
  /** What was found; the first says what disk it was. */
  readonly lines: readonly string[];
  /** Whether it was a real disk. */
  readonly real: boolean;
}

/** @throws PnrError where a checkpoint was lost, or the message is not as it must be */
export async function diskTrial(): Promise<DiskTrial> {
  const folder = mkdtempSync(join(tmpdir(), "pnr-disk-"));
  try {
    const [place, whole] = [join(folder, "small"), join(folder, "whole")];
    mkdirSync(place);
    requireEnd(
      await trainElsewhere({ config: diskSetting, sizes: [24, 8, 8], directory: whole }),
      "the run with room enough",
    );
    return onDisk("2m", place, "disk-trial.js", whole);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @throws PnrError where a sweep on a full disk lost a run, or does not say why it failed */
export async function diskSweepTrial(): Promise<DiskTrial> {
  const folder = mkdtempSync(join(tmpdir(), "pnr-disk-sweep-"));
  try {
    const place = join(folder, "small");
    mkdirSync(place);
    const [expected] = (await undisturbed({ ...diskSweep, store: join(folder, "whole") })).values();
    return onDisk("8m", place, "disk-sweep-trial.js", expected);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a trial where a disk is mounted that it alone sees, or imitates one. */
function onDisk(size: string, place: string, script: string, argument: string): DiskTrial {
  const problem = mountProblem(size, place);
  const trial = [process.execPath, join(__dirname, script), place, argument];
  const { status, stdout, stderr } = problem
    ? spawnSync(trial[0], [...trial.slice(1), "imitated"], { encoding: "utf8" })
    : onSmallDisk(size, place, [...trial, "mounted"]);
  if (status !== 0) throw new PnrError(`the disk's trial failed: ${stdout}${stderr}`);
  const disk = problem
    ? `no small disk can be mounted here (${problem}): a full one is imitated`
    : `on a mounted disk of ${size}`;
  return { lines: [disk, ...stdout.trim().split("\n")], real: !problem };
}

function mountProblem(size: string, place: string): string | undefined {
  const { status, error, stderr } = onSmallDisk(size, place, ["true"]);
  if (status === 0) return undefined;
  return error?.message ?? stderr.trim().split("\n")[0];
}

/** Runs a command that alone sees a disk of this size at a place; it is gone with the command. */
function onSmallDisk(size: string, place: string, command: readonly string[]): SpawnSyncReturns<string> {
  const script = `mount -t tmpfs -o size=${size} none "$0" && exec "$@"`;
  return spawnSync("unshare", ["--map-root-user", "--mount", "sh", "-c", script, place, ...command], {
    encoding: "utf8",
  });
}
