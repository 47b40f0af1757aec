import { exitCodeOf, messageOf } from "./failure";
import { buildProgram } from "./program";

/** What a shell reports for a program that wrote to a pipe nobody reads any more. */
const brokenPipeExitCode = 141;

// Who reads our output may leave early, as `pnr predict … | head` does.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(brokenPipeExitCode);
    fail(error);
  });

const program = buildProgram();
process.on("uncaughtException", fail);
program.parseAsync().catch((error: unknown) => {
  process.exitCode = exitCodeOf(error);
  const message = messageOf(error, process.argv.slice(2), program);
  if (message !== undefined) process.stderr.write(`pnr: ${message}\n`);
});

function fail(error: unknown): void {
  process.stderr.write(`pnr: ${messageOf(error, [], program)}\n`);
  process.exit(exitCodeOf(error));
}
