import { join } from "node:path";
import type { Command } from "commander";
import { showSeconds } from "../base/progress";
import type { Estimate } from "../experiments";
import type { Config } from "../training";
import { addExamples } from "./options";
import { note, printJson, printText } from "./output";
import { addGridOptions, chosenGrid, type GridChoice } from "./sweep";
import { alignedTable } from "./table";

interface PlanOptions extends GridChoice {
  readonly measure: boolean;
}

export function addPlan(program: Command): void {
  const plan = program
    .command("plan")
    .summary("estimate what a sweep takes before it starts")
    .description(
      "Counts the runs that the tables and figures named ask for and are not there yet, and estimates their time and disk: by " +
        "complete runs of the store, engine by engine, or else by a few steps that it trains here and remembers.",
    )
    .argument("<plan...>", "what would be run: table2 … table8, figure5, figure6, or all");
  addGridOptions(plan)
    .option("--no-measure", "train nothing, even where no complete run tells the time")
    .action(run);
  addExamples(
    plan,
    ["what does the paper's ablation study take?", "pnr plan table6 --scale paper --seeds 5"],
    ["what is left of a sweep that was stopped", "pnr plan all"],
  );
}

async function run(names: readonly string[], options: PlanOptions): Promise<void> {
  const { estimate, missingEncoders, stepTime } = await import("../experiments/index.js");
  const { startEngine } = await import("../engine/index.js");
  const grid = await chosenGrid(names, options);
  const engine = await startEngine(options.engine);
  const missing = missingEncoders(grid.runs.values());
  for (const line of missing) note(`missing: ${line}`);
  const found = await estimate(
    grid,
    options.store,
    options.measure
      ? (spec, corpus) => {
          note(`no complete run on ${engine.identity}: going by a few steps on ${corpus.name}`);
          return stepTime(
            missing.length ? fromNothing(spec.config) : spec.config,
            corpus,
            engine,
            join(options.store, "step-times.json"),
          );
        }
      : undefined,
  );
  if (options.json)
    printJson({ store: options.store, scale: options.scale, ...found, leftOut: grid.leftOut });
  else printText(planText(found, options));
}

/** A step takes as long whatever the weights are. */
function fromNothing({ model, ...config }: Config): Config {
  return { ...config, model: { ...model, bert: model.bert && { ...model.bert, from: null } } };
}

function planText(
  { cells, runs, done, sentences, times, disk, working }: Estimate,
  { scale }: PlanOptions,
): string {
  const left = runs - done;
  const count = `${cells} cells of tables and figures at scale ${scale}: ${runs} runs, ${done} done, ${left} to do`;
  if (!left) return count;
  const rows = times.map(({ engine, seconds, from }) => [
    engine,
    showSeconds(seconds / left),
    hours(seconds),
    from,
  ]);
  const table = [["engine", "a run", "all, one at a time", "by"], ...rows];
  return [
    count,
    `sentences to learn from, each in each epoch: ${Math.round(sentences).toLocaleString("en")}`,
    `disk: ${size(disk)} kept, ${size(working)} more for each run under way`,
    "",
    rows.length ? alignedTable(table) : "time: not known, as no run of this scale is complete",
  ].join("\n");
}

function hours(seconds: number): string {
  return seconds < 3600 ? showSeconds(seconds) : `${(seconds / 3600).toFixed(1)} h`;
}

function size(bytes: number | null): string {
  if (bytes === null) return "unknown";
  return bytes < 2 ** 30 ? `${Math.ceil(bytes / 2 ** 20)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
