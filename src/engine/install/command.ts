import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

export interface CommandOptions {
  readonly cwd?: string;
  /** Added to the environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** File to which all output is added. */
  readonly log: string;
  /** Called each second; whatever it throws ends the command and is thrown. */
  readonly watch?: () => void;
}

export interface Outcome {
  readonly status: number;
  /** Both streams. */
  readonly output: string;
}

const running = new Set<ChildProcess>();

/** Runs a program to its end, whatever that is, out of reach of the terminal's Ctrl-C: {@link endCommands} ends it. */
export function runCommand(
  program: string,
  args: readonly string[],
  { cwd, environment, log, watch }: CommandOptions,
): Promise<Outcome> {
  appendFileSync(log, `\n$ ${program} ${args.join(" ")}\n`);
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], {
      cwd,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      // a group of its own, so that what it starts ends with it
      detached: process.platform !== "win32",
    });
    running.add(child);
    let output = "";
    let failure: unknown;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        appendFileSync(log, text);
      });
    }
    const timer = setInterval(() => {
      try {
        watch?.();
      } catch (error) {
        failure ??= error;
        end(child);
      }
    }, 1000);
    const finish = (outcome: Outcome): void => {
      running.delete(child);
      clearInterval(timer);
      if (failure === undefined) resolve(outcome);
      else reject(failure);
    };
    child.on("error", (error) => finish({ status: 127, output: `${output}${error.message}` }));
    child.on("close", (code) => finish({ status: code ?? 1, output }));
  });
}

/** Ends whatever {@link runCommand} has running, with what that started. */
export function endCommands(): void {
  for (const child of running) end(child);
}

function end(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill();
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // it has ended by itself
  }
}

/** Bytes of all files below a folder, as far as they can be seen while something writes there. */
export function folderSize(folder: string): number {
  let sum = 0;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      sum += entry.isDirectory() ? folderSize(path) : lstatSync(path).size;
    }
  } catch {
    // gone in between
  }
  return sum;
}

export const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
