import { printable } from "../base/printable";
import { buildProgram } from "./program";
import { exitAtBrokenPipe, exitQuietly, isOutputLost } from "./shared/broken-pipe";
import { exitCodeOf, messageOf } from "./shared/failure";

exitAtBrokenPipe(fail);

const program = buildProgram();
process.on("uncaughtException", fail);
program.parseAsync().catch((error: unknown) => {
  if (isOutputLost()) return exitQuietly(exitCodeOf(error));
  process.exitCode = exitCodeOf(error);
  const message = messageOf(error, process.argv.slice(2), program);
  if (message !== undefined) process.stderr.write(printable(`pnr: ${message}\n`));
});

function fail(error: unknown): void {
  process.stderr.write(printable(`pnr: ${messageOf(error, [], program)}\n`));
  process.exit(exitCodeOf(error));
}
