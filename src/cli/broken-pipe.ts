/** What a shell reports for a program that wrote to a pipe nobody reads any more. */
export const brokenPipeExitCode = 141;

/** How the output was lost: its reader has left, or its terminal is gone. */
let lost: "EPIPE" | "EIO" | undefined;
let atLoss: (() => void) | undefined;

/**
 * Ends the process quietly when who reads its output leaves early, as `pnr predict … | head` does.
 * @param fail for any other error of its output
 */
export function exitAtBrokenPipe(fail: (error: unknown) => void): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "EIO") fail(error);
      else if (lost === undefined) {
        lost = error.code;
        if (atLoss) atLoss();
        else exitQuietly(brokenPipeExitCode);
      }
    });
}

/** Ends a process whose output is lost. */
export function exitQuietly(exitCode: number): void {
  // Node aborts when it exits without the terminal that it had; a hang-up is what others end with then
  if (lost === "EIO") process.kill(process.pid, "SIGHUP");
  else process.exit(exitCode);
}

/** Whether nobody reads the output any more, so that nothing should be said. */
export function isOutputLost(): boolean {
  return lost !== undefined;
}

/** Calls the handler of a task that has something to save, instead of ending the process; undefined ends that. */
export function outliveOutput(handler: (() => void) | undefined): void {
  atLoss = handler;
}
