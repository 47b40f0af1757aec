import { execFile } from "node:child_process";

/** A child process that failed. The message is one line. */
export class ChildFailure extends Error {
  constructor(
    message: string,
    /** Whether it would fail again: false if the process was killed from outside or timed out. */
    readonly lasting: boolean,
  ) {
    super(message);
  }
}

interface ChildOptions {
  /** Milliseconds after which the process is killed. */
  readonly timeout: number;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs a compiled script in a child process, because a broken library may crash it. Returns its standard output.
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
      const lastLine = error.code === 1 ? stderr.trim().split("\n").at(-1) : undefined;
      const ending = error.killed
        ? `took longer than ${options.timeout / 1000} s`
        : `ended with ${error.signal ?? `exit code ${error.code}`}`;
      const lasting = !error.killed && error.signal !== "SIGTERM";
      reject(new ChildFailure(lastLine || `a trial in a child process ${ending}`, lasting));
    });
  });
}
