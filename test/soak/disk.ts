import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { PnrError } from "../../src/base/errors";
import { printText } from "../../src/cli/output";
import { requireEnd, trainElsewhere } from "./task";

/** Saves a best model after every epoch. */
export const diskSetting: { readonly training: object } = { training: { selectOn: "last" } };

export function addDisk(program: Command): void {
  program
    .command("disk")
    .summary("a full disk and one that may not be written cost no checkpoint")
    .description(
      "Mounts a file system of 2 MB (in a name space of its own, so that nobody else sees it), fills it up while a tiny model trains " +
        "there, at different moments, and makes it read-only. Where nothing can be mounted, a full disk is imitated.",
    )
    .action(async () => {
      for (const line of (await diskTrial()).lines) printText(line);
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
    const problem = mountProblem(place);
    const trial = [process.execPath, join(__dirname, "disk-trial.js"), place, whole];
    const { status, stdout, stderr } = problem
      ? spawnSync(trial[0], [...trial.slice(1), "imitated"], { encoding: "utf8" })
      : onSmallDisk(place, [...trial, "mounted"]);
    if (status !== 0) throw new PnrError(`the disk's trial failed: ${stdout}${stderr}`);
    const disk = problem
      ? `no small disk can be mounted here (${problem}): a full one is imitated`
      : "on a mounted disk of 2 MB";
    return { lines: [disk, ...stdout.trim().split("\n")], real: !problem };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function mountProblem(place: string): string | undefined {
  const { status, error, stderr } = onSmallDisk(place, ["true"]);
  if (status === 0) return undefined;
  return error?.message ?? stderr.trim().split("\n")[0];
}

/** Runs a command that alone sees a disk of 2 MB at a place; it is gone with the command. */
function onSmallDisk(place: string, command: readonly string[]): SpawnSyncReturns<string> {
  const script = 'mount -t tmpfs -o size=2m none "$0" && exec "$@"';
  return spawnSync("unshare", ["--map-root-user", "--mount", "sh", "-c", script, place, ...command], {
    encoding: "utf8",
  });
}
