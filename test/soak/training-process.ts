// Trains what a file says: node trainee.js TASK. Says on standard output when it begins.
import { readFileSync } from "node:fs";
import { parseConfig, train } from "../../src/training";
import { tinyCorpus } from "../support/corpus";
import { installFault } from "./faults";
import { type Task, tinySetting } from "./task";

async function main(file: string): Promise<void> {
  const { config, sizes, directory, checkpoint, fault }: Task = JSON.parse(readFileSync(file, "utf8"));
  const setting = parseConfig(config, file, parseConfig(tinySetting, "the tiny setting"));
  const counts = fault && installFault(fault);
  await train(setting, tinyCorpus(1, ...sizes), {
    directory,
    checkpoint,
    onBegin: () => process.stdout.write("training\n"),
  });
  if (counts) process.stdout.write(`${JSON.stringify(counts)}\n`);
}

main(process.argv[2]).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});
