import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { InputError } from "../../base/errors";
import { reason, removeUnfinished, syncFolder, unfinished, writeAtomic } from "../../base/files";

/** What stands in a run's folder. */
export const sweepFiles = {
  /** What is to be run. */
  spec: "spec.json",
  /** A file an attempt, whoever made it; see `claim.ts`. */
  claims: "claims",
  /** What the attempts printed. */
  log: "log.txt",
  /** How far the attempt under way is. */
  progress: "progress.json",
  /** The run as `pnr train` leaves one: settings, metrics of each epoch, the best model. */
  training: "training",
  /** What the model found in each sentence that it was scored on; no word of them. */
  predictions: "predictions.json",
  /** Why the last attempt failed. */
  failure: "failure.json",
  /** Only there when the run is complete, and then never changed. */
  result: "result.json",
} as const;

/**
 * Writes a file only where there is none, whole and safe from a power cut.
 * @returns whether it was written; false where the file was there already
 * @throws InputError when the place cannot be written
 */
export function writeOnce(path: string, data: string): boolean {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = temporaryBeside(path);
  writeAtomic(temporary, data);
  try {
    linkSync(temporary, path);
    syncFolder(dirname(path));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST")
      throw new InputError(
        `${path}: cannot be written (${reason(error)}); its file system must know hard links`,
      );
    // a network's file system whose first answer was lost does the same again, and finds its own link
    return statSync(temporary).nlink > 1;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Replaces a file whole, but may lose the change in a power cut or on a full disk: for what is written often and is of no use afterwards. */
export function writeQuickly(path: string, data: string): void {
  const temporary = temporaryBeside(path);
  try {
    writeFileSync(temporary, data);
    renameSync(temporary, path);
  } catch {
    // a disk that is full now may have room when something of use is to be written
    rmSync(temporary, { force: true });
  }
}

/** Removes what a killed attempt has left of files that it was writing; only for the process that owns the run. */
export function removeLeftovers(folder: string): void {
  const { progress, predictions, failure, result } = sweepFiles;
  const ours: readonly string[] = [progress, predictions, failure, result];
  removeUnfinished(folder, (name) => ours.includes(unfinished(name) ?? name));
}

function temporaryBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}`);
}

export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
