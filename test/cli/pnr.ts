import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { buildProgram } from "../../src/cli/program";
import { exitCodeOf, messageOf } from "../../src/cli/shared/failure";

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Milliseconds after which a process is killed. */
const longestRun = 300_000;

const main = join(__dirname, "../../src/cli/main.js");

/** Runs the compiled `pnr` as a process and waits for its end. */
export function pnr(args: readonly string[], options: PnrOptions = {}): Promise<Finished> {
  const { PNR_ENGINE, PNR_DEBUG, ...inherited } = process.env;
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...inherited, ...options.env },
    cwd: options.cwd,
    // A process that waits for a signal that never comes must fail its test, not hold up all others.
    timeout: longestRun,
    killSignal: "SIGKILL",
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    stdout += part;
    options.onOutput?.(stdout, child.pid!);
  });
  child.stderr.setEncoding("utf8").on("data", (part: string) => {
    stderr += part;
    options.onError?.(stderr, child.pid!);
  });
  if (options.unread) child.stdout.destroy();
  if (options.feed) options.feed(child);
  else child.stdin.end(options.input ?? "");
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

export interface PnrOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Standard input. */
  readonly input?: string;
  /** Writes standard input, instead of `input`. */
  readonly feed?: (child: ChildProcess) => void;
  /** Closes standard output, like `head` after enough lines. */
  readonly unread?: boolean;
  /** Called with the standard output so far, whenever it grows. */
  readonly onOutput?: (stdout: string, pid: number) => void;
  /** Called with the standard error so far, whenever it grows. */
  readonly onError?: (stderr: string, pid: number) => void;
}

/** The failure of `pnr` with these arguments. It runs in this process, which is far cheaper than a process per case. */
export async function failure(...args: string[]): Promise<{ code: number; message: string | undefined }> {
  const program = buildProgram();
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    return { code: exitCodeOf(error), message: messageOf(error, args, program) };
  }
  return assert.fail(`pnr ${args.join(" ")} was accepted`);
}
