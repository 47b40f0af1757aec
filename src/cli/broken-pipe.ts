/** What a shell reports for a program that wrote to a pipe nobody reads any more. */
export const brokenPipeExitCode = 141;

/** EPIPE: its reader has left; EIO: its terminal is gone. */
const lossCodes: readonly (string | undefined)[] = ["EPIPE", "EIO"];

let lost = false;
let atLoss: (() => void) | undefined;

/**
 * Ends the process quietly when who reads its output leaves early, as `pnr predict … | head` does.
 * @param fail for any other error of its output
 */
export function exitAtBrokenPipe(fail: (error: unknown) => void): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (!lossCodes.includes(error.code)) fail(error);
      if (lost) return;
      lost = true;
      if (atLoss) atLoss();
      else process.exit(brokenPipeExitCode);
    });
}

/** Whether nobody reads the output any more, so that nothing should be said. */
export function isOutputLost(): boolean {
  return lost;
}

/** Calls the handler of a task that has something to save, instead of ending the process; undefined ends that. */
export function outliveOutput(handler: (() => void) | undefined): void {
  atLoss = handler;
}
