import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { showBytes } from "../../base/progress";
import type { Note } from "./stage";

export interface CommandOptions {
  readonly cwd?: string;
  /** Added to the environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** File to which all output is added. */
  readonly log: string;
  /** Folder that the command fills. */
  readonly fills?: string;
  /** Shows how much the folder has grown. */
  readonly note?: Note;
  /** Seconds without output or growth of the folder after which the command is ended. */
  readonly patience: number;
}

export interface Outcome {
  /** Exit status; 127 if the program cannot be started. */
  readonly status: number;
  /** Both streams. */
  readonly output: string;
  /** Whether the command was ended because its patience ran out. */
  readonly stalled: boolean;
}

/**
 * Runs a program to its end, whatever that is. It runs in its own process group, which ends with this process: Ctrl-C
 * does not reach it before this process has handled it.
 */
export function runCommand(
  program: string,
  args: readonly string[],
  { cwd, environment, log, fills, note, patience }: CommandOptions,
): Promise<Outcome> {
  appendFileSync(log, `\n$ ${program} ${args.join(" ")}\n`);
  const sizeBefore = fills === undefined ? 0 : folderSize(fills);
  return new Promise((resolve) => {
    const child = spawn(program, [...args], {
      cwd,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
    });
    const endChild = (): void => end(child);
    process.prependOnceListener("exit", endChild);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        appendFileSync(log, text);
      });
    }
    let progress = "";
    let quiet = 0;
    let stalled = false;
    const timer = setInterval(() => {
      const size = fills === undefined ? 0 : folderSize(fills);
      const now = `${size} ${output.length}`;
      quiet = now === progress ? quiet + 1 : 0;
      progress = now;
      note?.(showBytes(Math.max(0, size - sizeBefore)));
      if (quiet < patience) return;
      stalled = true;
      end(child);
    }, 1000);
    const finish = (status: number): void => {
      clearInterval(timer);
      process.off("exit", endChild);
      resolve({ status, output, stalled });
    };
    child.on("error", (error) => {
      output += error.message;
      finish(127);
    });
    child.on("close", (code) => finish(code ?? 1));
  });
}

/** Ends a command and every process that it has started. */
function end(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill();
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

/** Bytes of all files below a folder, as far as they can be seen while something writes there. */
function folderSize(folder: string): number {
  let sum = 0;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      sum += entry.isDirectory() ? folderSize(path) : lstatSync(path).size;
    }
  } catch {
    // A file or folder was removed in between.
  }
  return sum;
}
