// Kills a process at a chosen moment of its work, or counts the moments that could be chosen.
import fs from "node:fs";
import { basename } from "node:path";
import { TrainingStep } from "../../src/training/step";

/** The process dies at the moment of that number, counted from 1; with 0 it lives and counts. */
export interface Fault {
  /** A pass of sentences through the model, one of several in a step that accumulates; or an operation on a file. */
  readonly kind: "pass" | "file";
  readonly at: number;
}

export interface Counts {
  readonly passes: number;
  /** What each file operation was, as in "write best-….safetensors". */
  readonly files: readonly string[];
}

/** From now on the process counts, and dies where the fault says. */
export function installFault({ kind, at }: Fault): Counts {
  const counts = { passes: 0, files: [] as string[] };
  const die = (): void => {
    process.kill(process.pid, "SIGKILL");
    // the signal may take a moment to arrive, in which nothing more may be done
    for (;;);
  };
  const step = TrainingStep.prototype as unknown as { differentiate: (...args: unknown[]) => unknown };
  const { differentiate } = step;
  step.differentiate = function (...args) {
    const result = differentiate.apply(this, args);
    counts.passes++;
    if (kind === "pass" && counts.passes === at) die();
    return result;
  };

  const paths = new Map<number, string>();
  const count = (operation: string, path: string): boolean => {
    counts.files.push(`${operation} ${basename(path)}`);
    return kind === "file" && counts.files.length === at;
  };
  const { openSync, writeSync, fsyncSync, renameSync, rmSync } = fs;
  const patched = {
    openSync: (path: string, flags: fs.OpenMode, mode?: fs.Mode) => {
      const file = openSync(path, flags, mode);
      paths.set(file, path);
      return file;
    },
    // dies with half of it written
    writeSync: (file: number, bytes: Uint8Array, from = 0, length: number = bytes.length - from) => {
      if (count("write", paths.get(file) ?? "")) {
        writeSync(file, bytes, from, Math.floor(length / 2));
        die();
      }
      return writeSync(file, bytes, from, length);
    },
    fsyncSync: (file: number) => {
      if (count("sync", paths.get(file) ?? "")) die();
      fsyncSync(file);
    },
    // dies just before it or just after it
    renameSync: (from: string, to: string) => {
      if (count("before renaming", to)) die();
      renameSync(from, to);
      if (count("after renaming", to)) die();
    },
    rmSync: (path: string, options?: fs.RmOptions) => {
      if (count("remove", path)) die();
      rmSync(path, options);
    },
  };
  Object.assign(fs, patched);
  return counts;
}
