import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { InputError, PnrError } from "../../base/errors";
import { showSeconds } from "../../base/progress";
import type { Grid, RunState } from "../../experiments";
import { Interrupted } from "../shared/failure";
import { addGridOptions, chosenGrid, type GridChoice, noteOtherEngines } from "../shared/grid-options";
import { interruptible } from "../shared/interrupt";
import { addExamples } from "../shared/options";
import { note, printJson, printText } from "../shared/output";
import { SweepDisplay } from "../shared/sweep-display";
import { addExecutorOptions, chosenExecutor, type ExecutorChoice } from "../shared/sweep-executor";

interface SweepOptions extends GridChoice, ExecutorChoice {
  readonly computed: readonly string[];
}

const logLines = 5;

export function addSweep(program: Command): void {
  const sweep = program
    .command("sweep")
    .summary("compute the missing runs of the paper's tables and figures")
    .description(
      "Trains every setting of the given tables and figures (table1 to table8, figure5, figure6, or all) on every corpus of the " +
        "scale with every seed. Each run is a process, and several run at a time. A run that several tables share is computed once. " +
        "Its folder in the store is named after what it computes. Ctrl-C stops after the current steps, and the same command " +
        "computes what is missing. Failures do not stop the others and are reported at the end.",
    )
    .argument(
      "<plan...>",
      "tables and figures: table2 … table8, figure5, figure6, or all; baselines; training-size; or a JSON file with your own settings",
    );
  addExecutorOptions(addGridOptions(sweep))
    .addOption(
      new Option(
        "--computed <folder...>",
        "other stores, or folders of Arrow tables of pnr report, whose runs are not computed again",
      ).default([], "none"),
    )
    .action(run);
  addExamples(
    sweep,
    [
      "the ablations on the bundled corpus, five seeds, two runs at a time",
      "pnr sweep table6 --seeds 5 --workers 2",
    ],
    ["a quick check that everything runs", "pnr sweep all --scale smoke --seeds 1"],
    [
      "on a Slurm cluster, with a GPU for each run",
      'pnr sweep table6 --scale paper --engine tensorflow --executor slurm --sbatch "--partition=gpu --gres=gpu:1 --time=4:00:00"',
    ],
    ["the paper's model and the baselines", "pnr sweep baselines --seeds 5"],
    ["your own settings, from a file", "pnr sweep my-ablation.json --seeds 5"],
    ["another learning rate", "pnr sweep table7 --set training.learningRate=0.001"],
    ["what is missing from committed results", "pnr sweep table6 --computed data/results"],
  );
}

async function run(plans: readonly string[], options: SweepOptions): Promise<void> {
  const {
    drive,
    missingPretrained,
    prepareJobs,
    readRunResult,
    resultsOf,
    runFolder,
    runLabels,
    submitMissing,
  } = await import("../../experiments/index.js");
  const plannedGrid = await chosenGrid(plans, options, options.executor === "slurm");
  if (!plannedGrid.runs.size) {
    note("these tables and figures need no training");
    return;
  }
  const computed = options.computed.length ? resultsOf(options.computed).runs : [];
  await noteOtherEngines(plannedGrid, computed);
  const grid = withoutRuns(plannedGrid, new Set(computed.map(({ id }) => id)));
  if (!grid.runs.size) {
    note(`all ${plannedGrid.runs.size} runs are in ${options.computed.join(", ")}`);
    return;
  }
  const missing = missingPretrained([...grid.runs.values()].map(({ config }) => config));
  if (missing.length) throw new InputError(missing.join("; "));
  const { executor, interval } = await chosenExecutor(options, options.store, grid.runs.keys());
  const jobs = prepareJobs(grid, options.store);
  const display = new SweepDisplay(runLabels(grid), {
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
    reportSubmitted(counts, options);
    return;
  }
  const start = performance.now();
  const states = await interruptible(display, "step", (signal) => {
    note(size);
    return drive({
      jobs,
      executor,
      signal,
      interval,
      onLook: (now) => display.update(now),
      onTrouble: (message) => display.print(message),
    });
  });
  finish(grid, states, options, (performance.now() - start) / 1000);
}

function withoutRuns(grid: Grid, computed: ReadonlySet<string>): Grid {
  return {
    ...grid,
    cells: grid.cells.filter(({ id }) => !computed.has(id)),
    runs: new Map([...grid.runs].filter(([id]) => !computed.has(id))),
  };
}

/** Reports the runs that were submitted to a cluster. */
function reportSubmitted(counts: { submitted: number; underWay: number }, { store, json }: GridChoice): void {
  if (json) printJson({ store, ...counts });
  else
    printText(
      `${counts.submitted} runs submitted, ${counts.underWay} already running; pnr results shows their progress, and the same ` +
        "command submits what is missing then",
    );
}

/** Reports the end of a sweep. @throws Interrupted if runs are missing, PnrError if runs failed */
function finish(
  grid: Grid,
  states: ReadonlyMap<string, RunState>,
  { store, json }: GridChoice,
  seconds: number,
): void {
  const runsOf = (kind: RunState["kind"]): string[] =>
    [...states].filter(([, state]) => state.kind === kind).map(([id]) => id);
  const [done, failed] = [runsOf("done"), runsOf("failed")];
  for (const id of failed) note(failureText(grid, id, states.get(id)!, store));
  if (json) printJson({ store, seconds, done, failed, left: grid.runs.size - done.length - failed.length });
  const count = `${done.length} of ${grid.runs.size} runs done`;
  if (done.length + failed.length < grid.runs.size)
    throw new Interrupted(`stopped: ${count}; the same command computes the rest`);
  if (failed.length) throw new PnrError(`${count}, ${failed.length} failed; the same command retries them`);
  if (!json) printText(`${count} in ${showSeconds(seconds)}, in ${store}`);
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
