import { type Command, Option } from "commander";
import type { KnownRun, Overview } from "../experiments";
import { addExamples, jsonOption } from "./options";
import { printJson, printText } from "./output";
import { addScoringOptions, type ScoringChoice, scoringOf } from "./results-options";
import { alignedTable } from "./table";

interface ResultsOptions extends ScoringChoice {
  readonly store: string;
  readonly set: readonly string[];
  readonly json?: true;
}

export function addResults(program: Command): void {
  const results = program
    .command("results")
    .summary("show which runs of the paper's tables and figures exist")
    .description(
      "Looks at a store of runs and says of every setting of the tables and figures named how many runs are complete, under " +
        "way, stopped, failed or not begun, with the mean F1 of the complete ones, engine by engine. Works while a sweep goes on.",
    )
    .argument("[plan...]", "which: table2 … table8, figure5, figure6, or all", ["all"])
    .option("--store <folder>", "where the runs' folders are", "sweeps")
    .addOption(new Option("--set <key=value...>", "of runs swept with these settings").default([], "none"))
    .addOption(jsonOption());
  addScoringOptions(results).action(run);
  addExamples(results, ["how far is the sweep?", "pnr results"], ["one table's runs", "pnr results table6"]);
}

async function run(names: readonly string[], { store, set, json, ...choice }: ResultsOptions): Promise<void> {
  const { overview, plansNamed, runsIn, scoringText, usualScoring } = await import("../experiments/index.js");
  const { applyOverrides } = await import("../training/index.js");
  const scoring = { ...usualScoring, ...scoringOf(choice) };
  const runs = runsIn(store, scoring);
  const found = overview(runs, plansNamed(names), (config) => applyOverrides(config, set));
  if (json) {
    printJson({ store, scoring, runs: runs.length, ...counts(runs), settings: found.map(plainRow) });
    return;
  }
  if (!runs.length) {
    printText(`no runs in ${store}; pnr sweep makes some`);
    return;
  }
  const head = ["plan", "setting", "corpus", "scale", "engine", ...states, "F1"];
  const rows = found.map(({ plan, setting, corpus, scale, engine, runs: own }) => {
    const of = counts(own);
    return [
      plan.name,
      setting.label,
      corpus.name,
      scale.name,
      engine,
      ...states.map((state) => (of[state] ? String(of[state]) : "–")),
      meanF1(own)?.toFixed(2) ?? "–",
    ];
  });
  const all = counts(runs);
  const total = states.filter((state) => all[state]).map((state) => `${all[state]} ${state}`);
  printText(
    `${alignedTable([head, ...rows], 5)}\n\n${runs.length} runs in ${store}: ${total.join(", ")}; F1: ${scoringText(scoring)}`,
  );
  const outside = runs.filter((known) => !found.some(({ runs: own }) => own.includes(known)));
  if (outside.length) printText(`of other plans or settings: ${outside.length}`);
}

const states: readonly KnownRun["state"]["kind"][] = ["done", "running", "stopped", "failed", "new"];

function counts(runs: readonly KnownRun[]): Record<KnownRun["state"]["kind"], number> {
  const of = (kind: KnownRun["state"]["kind"]): number =>
    runs.filter(({ state }) => state.kind === kind).length;
  return {
    done: of("done"),
    running: of("running"),
    stopped: of("stopped"),
    failed: of("failed"),
    new: of("new"),
  };
}

function meanF1(runs: readonly KnownRun[]): number | undefined {
  const known = runs.flatMap(({ f1 }) => (f1 === undefined ? [] : [f1]));
  return known.length ? known.reduce((sum, f1) => sum + f1, 0) / known.length : undefined;
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
