// Disks that run full.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";

/** A disk that can be filled up and locked. */
export interface Disk {
  /** Leaves so many bytes. */
  fill(free: number): void;
  makeRoom(): void;
  lock(): void;
  unlock(): void;
}

/** The file system that is mounted at a folder, which is small. */
export function mounted(folder: string): Disk {
  const ballast = join(folder, "ballast");
  const remount = (how: string): void => {
    execFileSync("mount", ["-o", `remount,${how}`, folder]);
  };
  return {
    fill(free) {
      const { bavail, bsize } = fs.statfsSync(folder);
      fs.writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - free)));
    },
    makeRoom: () => fs.rmSync(ballast, { force: true }),
    lock: () => remount("ro"),
    unlock: () => remount("rw"),
  };
}

/**
 * Where nothing can be mounted: the processes that this one starts cannot write into a folder while it counts as full, as
 * `full-disk.ts` has it.
 */
export function imitatedForChildren(folder: string): Pick<Disk, "fill" | "makeRoom"> {
  const flag = `${folder}.full`;
  Object.assign(process.env, {
    NODE_OPTIONS: `--require ${join(__dirname, "full-disk.js")}`,
    PNR_TEST_DISK: folder,
  });
  return {
    fill: () => fs.writeFileSync(flag, ""),
    makeRoom: () => fs.rmSync(flag, { force: true }),
  };
}
