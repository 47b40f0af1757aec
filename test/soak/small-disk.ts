import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";

/** A disk that can be filled up and made read-only. */
export interface Disk {
  /** Fills it up to `free` free bytes. */
  fill(free: number): void;
  free(): void;
  makeReadOnly(): void;
  makeWritable(): void;
}

/** The small file system that is mounted at a folder. */
export function mountedDisk(folder: string): Disk {
  const ballast = join(folder, "ballast");
  const remount = (how: string): void => {
    execFileSync("mount", ["-o", `remount,${how}`, folder]);
  };
  return {
    fill(free) {
      const { bavail, bsize } = fs.statfsSync(folder);
      fs.writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - free)));
    },
    free: () => fs.rmSync(ballast, { force: true }),
    makeReadOnly: () => remount("ro"),
    makeWritable: () => remount("rw"),
  };
}

/** Simulates a full disk for the child processes of this one, with `full-disk.ts`. */
export function simulateForChildren(folder: string): Pick<Disk, "fill" | "free"> {
  const flag = `${folder}.full`;
  Object.assign(process.env, {
    NODE_OPTIONS: `--require ${join(__dirname, "full-disk.js")}`,
    PNR_TEST_DISK: folder,
  });
  return {
    fill: () => fs.writeFileSync(flag, ""),
    free: () => fs.rmSync(flag, { force: true }),
  };
}
