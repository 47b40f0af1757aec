import { availableParallelism } from "node:os";
import { type Command, Option } from "commander";
import { InputError } from "../../base/errors";
import type { Executor } from "../../experiments";
import { oneOf, wholeNumber } from "./options";

/** The executor of a sweep, as on the command line. */
export interface ExecutorChoice {
  readonly executor: ExecutorName;
  readonly workers?: number;
  readonly sbatch: readonly string[];
  readonly detach?: true;
  readonly poll?: number;
}

const names = ["local", "slurm"] as const;
type ExecutorName = (typeof names)[number];

export function addExecutorOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--executor <name>",
        "where runs are computed: in processes on this machine (local) or on a cluster (slurm)",
      )
        .argParser(oneOf(names))
        .default("local"),
    )
    .option(
      "--workers <number>",
      "runs at a time (default: local, one per hardware thread; slurm, no limit). Local runs share the threads evenly",
      wholeNumber(1),
    )
    .addOption(
      new Option(
        "--sbatch <options>",
        'with slurm: options for sbatch, for example --sbatch "--partition=gpu --gres=gpu:1 --time=4:00:00"',
      )
        .argParser((text, before: readonly string[] = []) => [...before, text])
        .default([], "none"),
    )
    .option("--detach", "with slurm: submit the missing runs and exit")
    .option("--poll <seconds>", "with slurm: seconds between queries (default: 10)", wholeNumber(1));
}

/** The executor, and milliseconds between checks of its runs. @throws InputError if it is unavailable here */
export async function chosenExecutor(
  { executor, workers, sbatch, detach, poll = 10 }: ExecutorChoice,
  store: string,
  runs: Iterable<string>,
): Promise<{ readonly executor: Executor; readonly interval?: number }> {
  const { LocalExecutor, SlurmExecutor } = await import("../../experiments/index.js");
  if (executor === "local") {
    if (sbatch.length || detach)
      throw new InputError(`${detach ? "--detach" : "--sbatch"} needs a cluster: add --executor slurm`);
    return { executor: new LocalExecutor(workers ?? availableParallelism()) };
  }
  const slurm = new SlurmExecutor({ store, runs, sbatch, atOnce: workers });
  await slurm.check();
  return { executor: slurm, interval: 1000 * poll };
}
