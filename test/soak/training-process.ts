// Trains the task in a file, and prints a line when training begins: node training-process.js TASK
import { readFileSync } from "node:fs";
import { parseConfig, train } from "../../src/training";
import { tinyCorpus } from "../support/corpus";
import { installFault } from "./faults";
import { type TrainingTask, tinySetting } from "./training-task";

async function main(file: string): Promise<void> {
  const { config, sizes, directory, checkpoint, fault }: TrainingTask = JSON.parse(
    readFileSync(file, "utf8"),
  );
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
