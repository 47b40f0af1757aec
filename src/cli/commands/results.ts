import { type Command, Option } from "commander";
import { alignedTable } from "../../base/aligned-table";
import { mean } from "../../base/sum";
import type { KnownRun, Overview } from "../../experiments";
import { addExamples, jsonOption } from "../shared/options";
import { printJson, printText } from "../shared/output";
import { addScoringOptions, type ScoringChoice, scoringOf } from "../shared/results-options";

interface ResultsOptions extends ScoringChoice {
  readonly store: string;
  readonly set: readonly string[];
  readonly json?: true;
}

export function addResults(program: Command): Command {
  const results = program
    .command("results")
    .summary("list the runs of the paper's tables and figures")
    .description(
      "For every setting of the given tables and figures and every engine, counts the runs in a store that are complete, running, " +
        "stopped, failed or new, and prints the mean F1 of the complete ones. Works during a sweep.",
    )
    .argument(
      "[plan...]",
      "tables and figures: table2 … table8, figure5, figure6, or all; baselines; training-size; or a JSON file with your own settings",
      ["all"],
    )
    .option("--store <folder>", "folder of the runs", "sweeps")
    .addOption(new Option("--set <key=value...>", "only runs with these settings").default([], "none"))
    .addOption(jsonOption());
  addScoringOptions(results).action(run);
  addExamples(
    results,
    ["the progress of a sweep", "pnr results"],
    ["the runs of one table", "pnr results table6"],
  );
  return results;
}

async function run(names: readonly string[], { store, set, json, ...choice }: ResultsOptions): Promise<void> {
  const { overview, plansOf, runsIn, scoringText, usualScoring } = await import("../../experiments/index.js");
  const { applyOverrides } = await import("../../training/index.js");
  const scoring = { ...usualScoring, ...scoringOf(choice) };
  const runs = runsIn(store, scoring);
  const rowsOfPlans = overview(runs, plansOf(names), (config) => applyOverrides(config, set));
  if (json) {
    printJson({ store, scoring, runs: runs.length, ...counts(runs), settings: rowsOfPlans.map(plainRow) });
    return;
  }
  if (!runs.length) {
    printText(`no runs in ${store}; pnr sweep computes some`);
    return;
  }
  const head = ["plan", "setting", "corpus", "scale", "engine", ...states, "F1"];
  const table = rowsOfPlans.map(({ plan, setting, corpus, scale, engine, runs: runsOfRow }) => {
    const count = counts(runsOfRow);
    return [
      plan.name,
      setting.label,
      corpus.name,
      scale.name,
      engine,
      ...states.map((state) => (count[state] ? String(count[state]) : "–")),
      meanF1(runsOfRow)?.toFixed(2) ?? "–",
    ];
  });
  const all = counts(runs);
  const total = states.filter((state) => all[state]).map((state) => `${all[state]} ${state}`);
  printText(
    `${alignedTable([head, ...table], 5)}\n\n${runs.length} runs in ${store}: ${total.join(", ")}; F1: ${scoringText(scoring)}`,
  );
  const others = runs.filter((run) => !rowsOfPlans.some(({ runs: runsOfRow }) => runsOfRow.includes(run)));
  if (others.length) printText(`runs of other plans or settings: ${others.length}`);
}

const states: readonly KnownRun["state"]["kind"][] = ["done", "running", "stopped", "failed", "new"];

function counts(runs: readonly KnownRun[]): Record<KnownRun["state"]["kind"], number> {
  const count = (kind: KnownRun["state"]["kind"]): number =>
    runs.filter(({ state }) => state.kind === kind).length;
  return {
    done: count("done"),
    running: count("running"),
    stopped: count("stopped"),
    failed: count("failed"),
    new: count("new"),
  };
}

function meanF1(runs: readonly KnownRun[]): number | undefined {
  const scores = runs.flatMap(({ f1 }) => (f1 === undefined ? [] : [f1]));
  return scores.length ? mean(scores) : undefined;
}

function plainRow({ plan, setting, corpus, scale, engine, runs }: Overview): object {
  return {
    plan: plan.name,
    setting: setting.label,
    corpus: corpus.name,
    scale: scale.name,
    engine,
    ...counts(runs),
    f1: meanF1(runs) ?? null,
    runs: runs.map(({ id }) => id),
  };
}
