import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { exitCodeOf, messageOf } from "../../src/cli/failure";
import { buildProgram } from "../../src/cli/program";

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const main = join(__dirname, "../../src/cli/main.js");

/** Runs the compiled `pnr` as a process of its own and waits for its end. */
export function pnr(args: readonly string[], options: PnrOptions = {}): Promise<Finished> {
  const { PNR_ENGINE, PNR_DEBUG, ...inherited } = process.env;
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...inherited, ...options.env },
    cwd: options.cwd,
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
  /** Nobody reads standard output, as when `head` has had enough. */
  readonly unread?: boolean;
  /** Called whenever something came on standard output, with all of it so far. */
  readonly onOutput?: (stdout: string, pid: number) => void;
  /** Called whenever something came on standard error, with all of it so far. */
  readonly onError?: (stderr: string, pid: number) => void;
}

/** How `pnr` with these arguments fails, run in this process: far cheaper than one of its own for each case. */
export async function failure(...args: string[]): Promise<{ code: number; message: string | undefined }> {
  const program = buildProgram();
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    return { code: exitCodeOf(error), message: messageOf(error, args, program) };
  }
  return assert.fail(`pnr ${args.join(" ")} was accepted`);
}
