import { execFile } from "node:child_process";

/** A child process that failed. The message is one line. */
export class ChildFailure extends Error {
  constructor(
    message: string,
    /** Whether it would fail again: false if the process was ended from outside or took too long. */
    readonly lasting: boolean,
  ) {
    super(message);
  }
}

export interface ChildOptions {
  /** Milliseconds after which the process is ended. */
  readonly timeout: number;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs a compiled script in a child process, which a bad library may crash. Returns its standard output.
 *
 * @throws ChildFailure with the last line of its standard error, or how the process ended
 */
export function runInChild(script: string, args: readonly string[], options: ChildOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [script, ...args], options, (error, stdout, stderr) => {
      if (error === null) {
        resolve(stdout);
        return;
      }
      const said = error.code === 1 ? stderr.trim().split("\n").at(-1) : undefined;
      const ended = error.killed
        ? `took longer than ${options.timeout / 1000} s`
        : `ended its process with ${error.signal ?? `exit code ${error.code}`}`;
      reject(new ChildFailure(said || `a trial of it ${ended}`, !error.killed && error.signal !== "SIGTERM"));
    });
  });
}
