/** What a shell reports for a program that wrote to a pipe nobody reads any more. */
const brokenPipeExitCode = 141;

/**
 * Ends the process quietly when who reads its output leaves early, as `pnr predict … | head` does.
 * @param fail for any other error of its output
 */
export function exitAtBrokenPipe(fail: (error: unknown) => void): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(brokenPipeExitCode);
      fail(error);
    });
}
