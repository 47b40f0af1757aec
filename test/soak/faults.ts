// Kills the current process at a chosen moment, or counts the possible moments.
import fs from "node:fs";
import { basename } from "node:path";
import { TrainingStep } from "../../src/training/step";

/** The moment at which the process is killed. */
export interface Fault {
  /** A pass of sentences through the model (a step with gradient accumulation has several), or an operation on a file. */
  readonly kind: "pass" | "file";
  /** The number of the moment, from 1; 0 only counts. */
  readonly at: number;
}

export interface Counts {
  readonly passes: number;
  /** Descriptions of the file operations, such as "write best-….safetensors". */
  readonly files: readonly string[];
}

/** Starts counting, and kills the process at the fault. */
export function installFault({ kind, at }: Fault): Counts {
  const counts = { passes: 0, files: [] as string[] };
  const die = (): void => {
    process.kill(process.pid, "SIGKILL");
    // Does nothing until the signal arrives.
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
    // Dies after half of it is written.
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
    // Dies immediately before or after it.
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
