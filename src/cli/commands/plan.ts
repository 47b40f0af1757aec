import { join } from "node:path";
import type { Command } from "commander";
import { alignedTable } from "../../base/aligned-table";
import { showSeconds } from "../../base/progress";
import type { Estimate, Grid, PlanPower } from "../../experiments";
import type { Config } from "../../training";
import { addGridOptions, chosenGrid, type GridChoice } from "../shared/grid-options";
import { addExamples } from "../shared/options";
import { note, printJson, printText } from "../shared/output";

interface PlanOptions extends GridChoice {
  readonly measure: boolean;
}

export function addPlan(program: Command): void {
  const plan = program
    .command("plan")
    .summary("estimate the time, disk space and power of a sweep")
    .description(
      "Counts the missing runs of the given tables and figures, and estimates their time and disk space. The estimate uses complete " +
        "runs in the store, for each engine, or else the time of a few training steps, which it measures once and stores. From the " +
        "variances of complete runs, it estimates which differences between settings the seeds can detect.",
    )
    .argument(
      "<plan...>",
      "tables and figures: table2 … table8, figure5, figure6, or all; baselines; training-size; or a JSON file with your own settings",
    );
  addGridOptions(plan).option("--no-measure", "measure no training steps").action(run);
  addExamples(
    plan,
    ["the paper's ablation study", "pnr plan table6 --scale paper --seeds 5"],
    ["the rest of a sweep", "pnr plan all"],
  );
}

async function run(names: readonly string[], options: PlanOptions): Promise<void> {
  const { estimate, missingPretrained, stepTime } = await import("../../experiments/index.js");
  const { startEngine } = await import("../../engine/index.js");
  const grid = await chosenGrid(names, options);
  const engine = await startEngine(options.engine);
  const missing = missingPretrained([...grid.runs.values()].map(({ config }) => config));
  for (const line of missing) note(`missing: ${line}`);
  const result = await estimate(
    grid,
    options.store,
    options.measure
      ? (spec, corpus) => {
          note(`no complete run on ${engine.identity}: measuring a few steps on ${corpus.name}`);
          return stepTime(
            missing.length ? withoutPretrained(spec.config) : spec.config,
            corpus,
            engine,
            join(options.store, "step-times.json"),
          );
        }
      : undefined,
  );
  const power = await powerOf(grid, options);
  if (options.json)
    printJson({ store: options.store, scale: options.scale, ...result, power, leftOut: grid.leftOut });
  else {
    const { powerText } = await import("../../experiments/index.js");
    printText([planText(result, options), ...power.map(powerText)].join("\n"));
  }
}

/** By the complete runs of the store. */
async function powerOf(grid: Grid, { store, scale }: PlanOptions): Promise<PlanPower[]> {
  const { planPower, resultsOf, runsIn, usualScoring } = await import("../../experiments/index.js");
  const isComplete = runsIn(store).some(({ state }) => state.kind === "done");
  const none = { runs: [], scoring: usualScoring, notes: [] };
  return planPower(grid, isComplete ? resultsOf(store) : none, scale);
}

/** A config for timing: a step takes the same time with random weights. */
function withoutPretrained({ model, ...config }: Config): Config {
  const bert = model.bert && { ...model.bert, from: null };
  return { ...config, model: { ...model, bert, wordVectors: null } };
}

function planText(
  { cells, runs, done, sentences, times, disk, working }: Estimate,
  { scale }: PlanOptions,
): string {
  const missing = runs - done;
  const count = `${cells} cells of tables and figures at scale ${scale}: ${runs} runs, ${done} done, ${missing} to do`;
  if (!missing) return count;
  const rows = times.map(({ engine, seconds, from }) => [
    engine,
    showSeconds(seconds / missing),
    hours(seconds),
    from,
  ]);
  const table = [["engine", "per run", "all, one at a time", "estimated from"], ...rows];
  return [
    count,
    `training sentences, summed over epochs: ${Math.round(sentences).toLocaleString("en")}`,
    `disk: ${size(disk)}, and ${size(working)} more for each running run`,
    "",
    rows.length ? alignedTable(table) : "time: unknown, because no run of this scale is complete",
  ].join("\n");
}

function hours(seconds: number): string {
  return seconds < 3600 ? showSeconds(seconds) : `${(seconds / 3600).toFixed(1)} h`;
}

function size(bytes: number | null): string {
  if (bytes === null) return "unknown";
  return bytes < 2 ** 30 ? `${Math.ceil(bytes / 2 ** 20)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
