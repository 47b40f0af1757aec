// `npm run fuzz`: how do the readers take what is broken or means harm?
import { availableParallelism } from "node:os";
import { Command, InvalidArgumentError } from "commander";
import { InputError, PnrError } from "../../src/base/errors";
import { Progress } from "../../src/base/progress";
import { nearest } from "../../src/base/schema";
import { exitCodeOf } from "../../src/cli/failure";
import { printText } from "../../src/cli/output";
import { type Job, runJob, type Tally } from "./jobs";
import { readers } from "./readers";
import { talliesText } from "./table";

interface Options {
  readonly inputs: number;
  readonly seed: number;
  readonly jobs: number;
  readonly from: number;
  readonly growth: boolean;
  readonly json?: true;
}

function whole(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It must be a whole number of at least ${least}.`);
  };
}

const program = new Command("npm run fuzz --")
  .description(
    "Hands broken and hostile files to everything here that reads files: each is to be read or refused in one line that names it, " +
      "in time and memory that go with its size. Exit code 1 where one is not; its files then lie in .cache/fuzz.",
  )
  .argument("[reader...]", "parts of readers' names; default all")
  .option("--inputs <count>", "inputs for each reader", whole(1), 100_000)
  .option("--seed <number>", "draws all inputs", whole(0), 1)
  .option("--from <number>", "number of the first input, to try one again", whole(0), 0)
  .option("--jobs <count>", "processes at a time", whole(1), Math.min(2, availableParallelism()))
  .option("--no-growth", "do not measure how time grows with size")
  .option("--json", "print a line of JSON for each reader as it comes to its end")
  .option("--list", "only list the readers");

function chosen(wanted: readonly string[]): string[] {
  const names = readers.map(({ name }) => name);
  for (const part of wanted)
    if (!names.some((name) => name.includes(part)))
      throw new InputError(`no reader has "${part}" in its name${nearest(part, names)}`);
  return names.filter((name) => !wanted.length || wanted.some((part) => name.includes(part)));
}

async function fuzz(names: readonly string[], options: Options): Promise<Tally[]> {
  const progress = new Progress();
  const left = [...names];
  const done: Tally[] = [];
  const state = new Map<string, number>();
  const show = (): void => {
    const tried = [...state.values()].reduce((sum, input) => sum + input - options.from, 0);
    progress.update({
      done: done.length * options.inputs + tried,
      total: names.length * options.inputs,
      place: `${done.length}/${names.length} readers`,
      figures: [...state.keys()].join(", "),
    });
  };
  const work = async (): Promise<void> => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      const tally = await tried({ ...options, reader: name }, (input) => {
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

/** The inputs in one process, their growth in another, which would raise what the first is said to hold. */
async function tried(job: Job, onInput: (input: number) => void): Promise<Tally> {
  const tally = await runJob({ ...job, growth: false }, onInput);
  if (!job.growth || tally.ended) return tally;
  const { growth, ended } = await runJob({ ...job, inputs: 0 }, () => {});
  return { ...tally, growth, ...(ended && { ended }) };
}

async function main(): Promise<void> {
  program.parse();
  const { list, ...options } = program.opts<Options & { list?: true }>();
  try {
    const names = chosen(program.args);
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
