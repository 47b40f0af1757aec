import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { showBytes } from "../../base/progress";
import type { Note } from "./installation";

interface CommandOptions {
  readonly cwd?: string;
  /** Added to the environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** File to which all output is appended. */
  readonly log: string;
  /** Folder whose growth counts as progress. */
  readonly fills?: string;
  /** Receives the growth of the folder and the last activity. */
  readonly note?: Note;
  /** Matches what the note quotes from the latest line of the output that describes an activity. */
  readonly activity?: RegExp;
  /** Matches lines of the output that do not count as progress, such as those about a retry. */
  readonly vain?: RegExp;
  /** Seconds without output or growth of the folder after which the command is killed. */
  readonly patience: number;
}

export interface Outcome {
  /** Exit status; 127 if the program cannot be started. */
  readonly status: number;
  /** Standard output and standard error. */
  readonly output: string;
  /** Whether the command was killed because it made no progress. */
  readonly stalled: boolean;
}

/**
 * Runs a program until it ends, successfully or not. It runs in a separate process group, so that Ctrl-C reaches only this
 * process, which kills the group when it exits.
 */
export function runCommand(
  program: string,
  args: readonly string[],
  { cwd, environment, log, fills, note, activity, vain, patience }: CommandOptions,
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
    const killChild = (): void => killGroup(child);
    process.prependOnceListener("exit", killChild);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        appendFileSync(log, text);
      });
    }
    let lastProgress = "";
    let idleSeconds = 0;
    let stalled = false;
    const timer = setInterval(() => {
      const size = fills === undefined ? 0 : folderSize(fills);
      const lines = output.split("\n");
      const progress = `${size} ${lines.filter((line) => !vain?.test(line)).join("\n").length}`;
      idleSeconds = progress === lastProgress ? idleSeconds + 1 : 0;
      lastProgress = progress;
      const current =
        activity &&
        lines
          .findLast((line) => activity.test(line))
          ?.match(activity)?.[0]
          .trim();
      note?.([showBytes(Math.max(0, size - sizeBefore)), current].filter(Boolean).join(", "));
      if (idleSeconds < patience) return;
      stalled = true;
      killGroup(child);
    }, 1000);
    const finish = (status: number): void => {
      clearInterval(timer);
      process.off("exit", killChild);
      resolve({ status, output, stalled });
    };
    child.on("error", (error) => {
      output += error.message;
      finish(127);
    });
    child.on("close", (code) => finish(code ?? 1));
  });
}

/** Kills a command and the processes that it has started. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill();
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has already ended.
  }
}

/** Bytes of all files below a folder. Approximate while something writes there. */
function folderSize(folder: string): number {
  let sum = 0;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      sum += entry.isDirectory() ? folderSize(path) : lstatSync(path).size;
    }
  } catch {
    // A file or folder was removed while we read.
  }
  return sum;
}
