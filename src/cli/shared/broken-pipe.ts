/** Exit code that a shell reports for a program whose output was closed. */
export const brokenPipeExitCode = 141;

/** How the output was lost: its reader ended, or its terminal closed. */
let loss: "EPIPE" | "EIO" | undefined;
let lossHandler: (() => void) | undefined;

/**
 * Ends the process quietly if the reader of its output ends early, as with `pnr predict … | head`.
 * @param fail handles any other error of the output
 */
export function exitAtBrokenPipe(fail: (error: unknown) => void): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "EIO") fail(error);
      else if (loss === undefined) {
        loss = error.code;
        if (lossHandler) lossHandler();
        else exitQuietly(brokenPipeExitCode);
      }
    });
}

/** Ends a process whose output is lost. */
export function exitQuietly(exitCode: number): void {
  // Without its terminal, Node aborts at exit. SIGHUP is how other programs end then.
  if (loss === "EIO") process.kill(process.pid, "SIGHUP");
  else process.exit(exitCode);
}

/** Whether the output is lost, so that printing is pointless. */
export function isOutputLost(): boolean {
  return loss !== undefined;
}

/** Sets the handler to call, instead of ending the process, when the output is lost. `undefined` removes it. */
export function onOutputLoss(handler: (() => void) | undefined): void {
  lossHandler = handler;
}
