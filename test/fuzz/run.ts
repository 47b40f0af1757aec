// `npm run fuzz`: reads broken and hostile files with every reader.
import { availableParallelism } from "node:os";
import { Command } from "commander";
import { alignedTable } from "../../src/base/aligned-table";
import { InputError, PnrError } from "../../src/base/errors";
import { Progress } from "../../src/base/progress";
import { nearest } from "../../src/base/schema";
import { exitCodeOf } from "../../src/cli/shared/failure";
import { wholeNumber } from "../../src/cli/shared/options";
import { printText } from "../../src/cli/shared/output";
import { type Job, runJob, type Tally } from "./jobs";
import { readers } from "./readers";

interface Options {
  readonly inputs: number;
  readonly seed: number;
  readonly jobs: number;
  readonly from: number;
  readonly growth: boolean;
  readonly json?: true;
}

const program = new Command("npm run fuzz --")
  .description(
    "Reads broken and hostile files with every reader of files. Each must be read, or rejected in one line that names it, in time " +
      "and memory proportional to its size. Otherwise, the exit code is 1 and the files are kept in .cache/fuzz.",
  )
  .argument("[reader...]", "parts of the names of readers (default: all)")
  .option("--inputs <count>", "number of inputs per reader", wholeNumber(1), 100_000)
  .option("--seed <number>", "seed of the inputs", wholeNumber(0), 1)
  .option("--from <number>", "number of the first input, to repeat one", wholeNumber(0), 0)
  .option(
    "--jobs <count>",
    "number of processes at a time",
    wholeNumber(1),
    Math.min(2, availableParallelism()),
  )
  .option("--no-growth", "do not measure how the time grows with the size")
  .option("--json", "print one line of JSON when a reader completes")
  .option("--list", "only list the readers");

function readersNamed(parts: readonly string[]): string[] {
  const names = readers.map(({ name }) => name);
  for (const part of parts)
    if (!names.some((name) => name.includes(part)))
      throw new InputError(`no reader has a name with "${part}"${nearest(part, names)}`);
  return names.filter((name) => !parts.length || parts.some((part) => name.includes(part)));
}

async function fuzz(names: readonly string[], options: Options): Promise<Tally[]> {
  const progress = new Progress();
  const queue = [...names];
  const done: Tally[] = [];
  const state = new Map<string, number>();
  const show = (): void => {
    const current = [...state.values()].reduce((sum, input) => sum + input - options.from, 0);
    progress.update({
      done: done.length * options.inputs + current,
      total: names.length * options.inputs,
      place: `${done.length}/${names.length} readers`,
      figures: [...state.keys()].join(", "),
    });
  };
  const work = async (): Promise<void> => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      const tally = await runReader({ ...options, reader: name }, (input) => {
        state.set(name, input);
        show();
      });
      state.delete(name);
      done.push(tally);
      if (options.json) printText(JSON.stringify(tally));
      for (const { input, error } of tally.faults)
        progress.print(`${name}: input ${input}: ${error.split("\n")[0]}`);
      show();
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.jobs, names.length) }, work));
  progress.stop();
  return names.flatMap((name) => done.filter(({ reader }) => reader === name));
}

/** Runs the inputs in one process and measures growth in another, which would raise the peak memory of the first. */
async function runReader(job: Job, onInput: (input: number) => void): Promise<Tally> {
  const tally = await runJob({ ...job, growth: false }, onInput);
  if (!job.growth || tally.ended) return tally;
  const { growth, ended } = await runJob({ ...job, inputs: 0 }, () => {});
  return { ...tally, growth, ...(ended && { ended }) };
}

const mebi = 2 ** 20;

/** A table of the results, followed by the faults. */
function talliesText(tallies: readonly Tally[]): string {
  const rows = tallies.map((tally) => {
    const { reader, inputs, read, rejected, longest, seconds, memory, growth } = tally;
    const exponents = growth.flatMap(({ exponent }) => exponent ?? []);
    return [
      reader,
      inputs.toLocaleString("en"),
      read.toLocaleString("en"),
      rejected.reduce((sum, [, count]) => sum + count, 0).toLocaleString("en"),
      String(rejected.length),
      longest.milliseconds.toFixed(0),
      (memory / mebi).toFixed(0),
      seconds ? (inputs / seconds).toFixed(0) : "-",
      exponents.length ? Math.max(...exponents).toFixed(2) : "-",
    ];
  });
  const head = ["reader", "inputs", "read", "rejected", "kinds", "longest ms", "MiB", "inputs/s", "growth"];
  const faults = tallies.flatMap(({ reader, faults, ended }) => [
    ...faults.map(({ input, error, files }) => `${reader}: input ${input} (${files}): ${error}`),
    ...(ended ? [`${reader}: ${ended}`] : []),
  ]);
  return [
    alignedTable([head, ...rows]),
    ...(faults.length ? faults : ["All inputs were read, or rejected in one line."]),
  ].join("\n");
}

async function main(): Promise<void> {
  program.parse();
  const { list, ...options } = program.opts<Options & { list?: true }>();
  try {
    const names = readersNamed(program.args);
    if (list) return printText(names.join("\n"));
    const tallies = await fuzz(names, options);
    if (!options.json) printText(talliesText(tallies));
    if (tallies.some(({ faults, ended }) => faults.length || ended)) process.exitCode = 1;
  } catch (error) {
    console.error(error instanceof PnrError ? error.message : error);
    process.exitCode = exitCodeOf(error);
  }
}

void main();
