import { exitCodeOf, messageOf } from "./failure";
import { buildProgram } from "./program";

// Who reads our output may leave early, as `pnr predict … | head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  fail(error);
});
process.on("uncaughtException", fail);

const program = buildProgram();
program.parseAsync().catch((error: unknown) => {
  process.exitCode = exitCodeOf(error);
  const message = messageOf(error, process.argv.slice(2), program);
  if (message !== undefined) process.stderr.write(`pnr: ${message}\n`);
});

function fail(error: unknown): void {
  process.stderr.write(`pnr: ${messageOf(error, [], program)}\n`);
  process.exit(exitCodeOf(error));
}
