import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { InputError } from "../../base/errors";
import { reason, removeUnfinished, syncFolder, unfinished, writeAtomic } from "../../base/files";

/** The files of a run's folder. */
export const sweepFiles = {
  /** What to compute. */
  spec: "spec.json",
  /** One file per attempt; see `claim.ts`. */
  claims: "claims",
  /** Output of the attempts. */
  log: "log.txt",
  /** Progress of the current attempt. */
  progress: "progress.json",
  /** The folder of the training run, as of `pnr train`. */
  training: "training",
  /** Predictions of the scored sentences, without their words. */
  predictions: "predictions.json",
  /** Why the last attempt failed. */
  failure: "failure.json",
  /** Exists only if the run is complete, and never changes. */
  result: "result.json",
} as const;

/**
 * Writes a file atomically and durably, unless it exists.
 * @returns whether it was written
 * @throws InputError if it cannot be written
 */
export function writeOnce(path: string, data: string): boolean {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = temporaryPath(path);
  writeAtomic(temporary, data);
  try {
    linkSync(temporary, path);
    syncFolder(dirname(path));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST")
      throw new InputError(
        `${path}: cannot be written (${reason(error)}); its file system must support hard links`,
      );
    // A network file system may repeat the request after a lost response, and then finds its own link.
    return statSync(temporary).nlink > 1;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Replaces a file atomically, but may lose the change in a power cut or on a full disk. For short-lived data that changes often. */
export function writeQuickly(path: string, data: string): void {
  const temporary = temporaryPath(path);
  try {
    writeFileSync(temporary, data);
    renameSync(temporary, path);
  } catch {
    // On a full disk, leaves the remaining space to more important files.
    rmSync(temporary, { force: true });
  }
}

/** Removes half-written files of killed attempts. Call it only with the claim to the run. */
export function removeLeftovers(folder: string): void {
  const { progress, predictions, failure, result } = sweepFiles;
  const writtenFiles: readonly string[] = [progress, predictions, failure, result];
  removeUnfinished(folder, (name) => writtenFiles.includes(unfinished(name) ?? name));
}

function temporaryPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}`);
}

export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
