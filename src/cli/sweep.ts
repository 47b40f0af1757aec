import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { InputError, PnrError } from "../base/errors";
import { showSeconds } from "../base/progress";
import type { EngineName } from "../engine";
import type { Grid, RunState, ScaleName } from "../experiments";
import { Interrupted } from "./failure";
import { interruptible } from "./interrupt";
import { addExamples, engineOption, jsonOption, wholeNumber } from "./options";
import { note, printJson, printText } from "./output";
import { scaleOption } from "./results-options";
import { type ShownRun, SweepDisplay } from "./sweep-display";
import { addExecutorOptions, chosenExecutor, type ExecutorChoice } from "./sweep-executor";

export interface GridChoice {
  readonly scale: ScaleName;
  readonly seeds: number;
  readonly corpora?: readonly string[];
  readonly set: readonly string[];
  readonly store: string;
  readonly engine?: EngineName | "auto";
  readonly json?: true;
}

type SweepOptions = GridChoice & ExecutorChoice;

const logLines = 5;

export function addSweep(program: Command): void {
  const sweep = program
    .command("sweep")
    .summary("run the missing runs of the paper's tables and figures")
    .description(
      "Trains every setting of the tables and figures named (table1 to table8, figure5, figure6, or all) on every corpus of the " +
        "scale with every seed, in processes of their own, several at a time. A run that several tables share is run once. Each " +
        "has a folder in the store, named by what it computes; Ctrl-C stops after the steps under way, and the same command " +
        "goes on with what is missing. Failures hold nothing up and are told at the end.",
    )
    .argument("<plan...>", "what to run: table2 … table8, figure5, figure6, or all");
  addExecutorOptions(addGridOptions(sweep)).action(run);
  addExamples(
    sweep,
    [
      "the ablations on the bundled corpus, five seeds, two runs at a time",
      "pnr sweep table6 --seeds 5 --workers 2",
    ],
    ["does everything run at all?", "pnr sweep all --scale smoke --seeds 1"],
    [
      "on a Slurm cluster, with a GPU for each run",
      'pnr sweep table6 --scale paper --engine tensorflow --executor slurm --sbatch "--partition=gpu --gres=gpu:1 --time=4:00:00"',
    ],
    ["another learning rate, with all else as it is", "pnr sweep table7 --set training.learningRate=0.001"],
  );
}

/** The options that say which runs a command is about. */
export function addGridOptions(command: Command): Command {
  return command
    .addOption(scaleOption())
    .option("--seeds <number>", "how many seeds, from 1 on", wholeNumber(1), 3)
    .option("--corpora <name...>", "on these corpora instead of the scale's")
    .addOption(new Option("--set <key=value...>", "change the settings of all runs").default([], "none"))
    .option("--store <folder>", "where the runs' folders are", "sweeps")
    .addOption(engineOption())
    .addOption(jsonOption());
}

/**
 * The runs that the command line asks for.
 * @param elsewhere whether other machines compute them: a named engine then need not run on this one, except `blas`, whose library
 * must be here; and without a name, `wasm` replaces `blas`, because other machines may have another library
 */
export async function chosenGrid(
  plans: readonly string[],
  options: GridChoice,
  elsewhere = false,
): Promise<Grid> {
  const { doneOnOtherEngines, gridOf, plansNamed, scales } = await import("../experiments/index.js");
  const { applyOverrides } = await import("../training/index.js");
  const chosen = plansNamed(plans);
  const grid = await gridOf({
    plans: chosen,
    scale: scales.find(({ name }) => name === options.scale)!,
    engine: await plannedEngine(options.engine, elsewhere),
    seeds: Array.from({ length: options.seeds }, (_, at) => at + 1),
    corpora: options.corpora,
    change: (config) => applyOverrides(config, options.set),
  });
  for (const line of grid.leftOut) note(`left out: ${line}`);
  for (const line of grid.remarks) note(line);
  for (const [engine, count] of doneOnOtherEngines(grid, options.store))
    note(`not counted, because another engine makes other runs: ${count} complete on ${engine}`);
  return grid;
}

/** Identity of the engine that the runs are planned for. */
async function plannedEngine(wanted: EngineName | "auto" | undefined, elsewhere: boolean): Promise<string> {
  const named = wanted === "auto" ? undefined : wanted;
  if (elsewhere && named !== undefined && named !== "blas") return named;
  const { describeEngine, startEngine } = await import("../engine/index.js");
  const engine = await startEngine(named);
  if (elsewhere && named === undefined && engine.name === "blas") {
    note(
      "engine: wasm, because other machines may have another BLAS; --engine blas requires the one found here",
    );
    return "wasm";
  }
  note(describeEngine(engine));
  return engine.identity;
}

async function run(plans: readonly string[], options: SweepOptions): Promise<void> {
  const { drive, missingEncoders, prepareRun, readRunResult, runFolder, submitMissing } = await import(
    "../experiments/index.js"
  );
  const grid = await chosenGrid(plans, options, options.executor === "slurm");
  if (!grid.runs.size) {
    note("nothing of this is trained");
    return;
  }
  const missing = missingEncoders(grid.runs.values());
  if (missing.length) throw new InputError(missing.join("; "));
  const { executor, interval } = await chosenExecutor(options, options.store, grid.runs.keys());
  for (const spec of grid.runs.values()) prepareRun(options.store, spec);
  const jobs = [...grid.runs.keys()].map((id) => ({ id, folder: runFolder(options.store, id) }));
  const display = new SweepDisplay(await shownRuns(grid), {
    outcome: (id) => {
      const result = readRunResult(runFolder(options.store, id));
      return (
        result && `${result.split} F1 ${result.scores.overall.f1.toFixed(2)}  ${showSeconds(result.seconds)}`
      );
    },
  });
  const size = `${jobs.length} runs of ${grid.cells.length} cells, in ${options.store}`;
  if (options.detach) {
    note(size);
    const counts = await submitMissing(jobs, executor);
    detached(counts, options);
    return;
  }
  const began = performance.now();
  const states = await interruptible(display, "step", (signal) => {
    note(size);
    return drive({
      jobs,
      executor,
      signal,
      interval,
      onLook: (now) => display.look(now),
      onTrouble: (message) => display.print(message),
    });
  });
  finish(grid, states, options, (performance.now() - began) / 1000);
}

async function shownRuns(grid: Grid): Promise<ShownRun[]> {
  const { trainingSentences } = await import("../training/index.js");
  const labels = new Map([...grid.cells].reverse().map(({ id, ...cell }) => [id, cell]));
  return [...grid.runs].map(([id, { config, corpus }]) => {
    const { plan, setting, seed } = labels.get(id)!;
    const sentences = trainingSentences(grid.corpora.get(corpus.name)!, config.training).length;
    return {
      id,
      label: `${plan.name} ${setting.label} on ${corpus.name}, seed ${seed}`,
      work: sentences * config.training.epochs,
    };
  });
}

/** Says what was left to a cluster. */
function detached(counts: { submitted: number; underWay: number }, { store, json }: GridChoice): void {
  if (json) printJson({ store, ...counts });
  else
    printText(
      `${counts.submitted} runs submitted, ${counts.underWay} under way before; pnr results says how far they are, the same command ` +
        "submits what is missing then",
    );
}

/** Says how a sweep ended. @throws Interrupted when runs are left, PnrError when some failed */
function finish(
  grid: Grid,
  states: ReadonlyMap<string, RunState>,
  { store, json }: GridChoice,
  seconds: number,
): void {
  const of = (kind: RunState["kind"]): string[] =>
    [...states].filter(([, state]) => state.kind === kind).map(([id]) => id);
  const [done, failed] = [of("done"), of("failed")];
  for (const id of failed) note(failureText(grid, id, states.get(id)!, store));
  if (json) printJson({ store, seconds, done, failed, left: grid.runs.size - done.length - failed.length });
  const count = `${done.length} of ${grid.runs.size} runs done`;
  if (done.length + failed.length < grid.runs.size)
    throw new Interrupted(`stopped: ${count}; the same command goes on with the rest`);
  if (failed.length)
    throw new PnrError(`${count}, ${failed.length} failed; the same command tries those again`);
  if (!json) printText(`${count} in ${showSeconds(seconds)}; they are in ${store}`);
}

function failureText(grid: Grid, id: string, state: RunState, store: string): string {
  const { setting, corpus, seed } = grid.cells.find((cell) => cell.id === id)!;
  const log = join(store, id, "log.txt");
  const lines = lastLines(log).map((line) => `  | ${line}`);
  const message = state.kind === "failed" ? state.failure.message : "";
  return [
    `\nfailed: ${setting.label} on ${corpus.name}, seed ${seed}: ${message}`,
    ...lines,
    `  ${log}`,
  ].join("\n");
}

function lastLines(path: string): string[] {
  try {
    return readFileSync(path, "utf8").trimEnd().split("\n").slice(-logLines);
  } catch {
    return [];
  }
}
