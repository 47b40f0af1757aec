// `npm run soak`: tests the guarantees of docs/durability.md under load, with faults and for a long time.
import { Command } from "commander";
import { exitAtBrokenPipe } from "../../src/cli/shared/broken-pipe";
import { exitCodeOf, messageOf } from "../../src/cli/shared/failure";
import { addDeterminism } from "./determinism";
import { addDisk } from "./disk";
import { addLargeCorpus, addMemory } from "./memory";
import { addResume } from "./resume";
import { addSweep } from "./sweep";

const program = new Command("npm run soak --")
  .description(
    "Trials that are too long for `npm test`, which runs a short version of each. Every trial prints its figures, and exits with 1 " +
      "if a guarantee of docs/durability.md is broken.",
  )
  .helpOption("-h, --help", "print this help")
  .helpCommand(false)
  .exitOverride()
  .configureOutput({ outputError: () => {} });
for (const add of [addDeterminism, addResume, addDisk, addMemory, addLargeCorpus, addSweep]) add(program);

exitAtBrokenPipe(fail);
program.parseAsync().catch(fail);

function fail(error: unknown): void {
  const message = messageOf(error, process.argv.slice(2), program);
  if (message !== undefined) process.stderr.write(`soak: ${message}\n`);
  process.exitCode = exitCodeOf(error);
}
