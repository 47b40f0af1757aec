import type { Interval } from "../../evaluation";
import type { Config } from "../../training";
import { corpusNamed, type ExperimentCorpus } from "../corpora";
import { configOf } from "../grid";
import { withoutSeed } from "../overview";
import { type PaperScore, type PaperSetting, table2, table3, table4, table5, table6, table7 } from "../paper";
import type { Plan, PlanName } from "../plans";
import type { Results, RunRecord } from "../results/run-record";
import type { Scale } from "../scales";
import type { Setting } from "../settings";
import { fewestSeeds, type MeanIntervals, scoreIntervals } from "./contrast";
import { countText } from "./format";
import { predictionInterval, type Spread, spread } from "./statistics";

export type Verdict =
  /** The paper's F1 lies in our prediction interval: one more seed could reach it. */
  | "within prediction interval"
  | "differs"
  /** The spread of the seeds is not known. */
  | "too few seeds"
  /** Another corpus, or no pre-trained encoder. */
  | "not comparable"
  /** The paper prints no value. */
  | "no value"
  | "not run";

/** A setting of a table or figure on a corpus: the paper's scores and ours. */
export interface ResultCell {
  readonly plan: Plan;
  readonly setting: Setting;
  readonly corpus: ExperimentCorpus;
  /** One per seed, sorted by seed. All settings of a plan on a corpus have the same seeds, unless they share none. */
  readonly runs: readonly RunRecord[];
  /** Number of runs with seeds that other settings of the plan lack. */
  readonly unmatched: number;
  /** Scores in percent; null without runs. */
  readonly ours: { readonly precision: Spread; readonly recall: Spread; readonly f1: Spread } | null;
  /** Intervals of the mean scores, over seeds and sentences; null without runs. */
  readonly intervals: MeanIntervals | null;
  /** Prediction interval for the F1 of one more seed on the same sentences; null for fewer than three seeds. */
  readonly prediction: Interval | null;
  /** null if the paper prints no value. */
  readonly paper: PaperScore | null;
  /** Our F1 minus the paper's; null if one of them is missing. */
  readonly difference: number | null;
  readonly verdict: Verdict;
}

export interface CellOptions {
  readonly scale: Scale;
  /** The changes to every config with which the runs were swept. */
  readonly change?: (config: Config) => Config;
}

/** The cells of a plan: each setting on each of the plan's corpora. */
export function cellsOf(
  results: Results,
  plan: Plan,
  corpora: readonly ExperimentCorpus[],
  options: CellOptions,
): ResultCell[] {
  const ofPlan = corpora.filter(({ standsFor }) => plan.corpora.includes(standsFor));
  const runs = new Map(
    ofPlan.map((corpus) => [
      corpus,
      withCommonSeeds(
        distinctRuns(plan.settings.map((setting) => runsOf(results, setting, corpus, options))),
      ),
    ]),
  );
  return plan.settings.flatMap((setting, index) =>
    ofPlan.map((corpus) => cellOf(plan, setting, corpus, runs.get(corpus)![index])),
  );
}

/**
 * Removes from a setting the runs that an earlier setting has, too. A scale may set the key that a setting changes, as `curves`
 * does for the released code; then both settings have the same config, and runs would be compared with themselves.
 */
function distinctRuns(settings: readonly (readonly RunRecord[])[]): (readonly RunRecord[])[] {
  const earlierIds = new Set<string>();
  return settings.map((runs) => {
    const firstSeen = runs.filter(({ id }) => !earlierIds.has(id));
    for (const { id } of firstSeen) earlierIds.add(id);
    return firstSeen;
  });
}

interface MatchedRuns {
  readonly runs: readonly RunRecord[];
  readonly unmatched: number;
}

/**
 * Limits the settings that have runs to the seeds that they have in common, because means can be compared only over the same seeds.
 * Without a common seed, all settings keep their runs.
 */
function withCommonSeeds(settings: readonly (readonly RunRecord[])[]): MatchedRuns[] {
  const withRuns = settings.filter((runs) => runs.length);
  const isCommon = ({ seed }: RunRecord): boolean =>
    withRuns.every((runs) => runs.some((run) => run.seed === seed));
  const hasCommon = withRuns.some((runs) => runs.some(isCommon));
  return settings.map((all) => {
    const runs = hasCommon ? all.filter(isCommon) : all;
    return { runs, unmatched: all.length - runs.length };
  });
}

/** The corpora of these names; default: the scale's, then others on which it has runs. */
export function corporaOf({ runs }: Results, scale: Scale, names?: readonly string[]): ExperimentCorpus[] {
  if (names) return names.map(corpusNamed);
  const withRuns = runs.filter((run) => run.scale === scale.name).map(({ corpus }) => corpus.name);
  return [...new Set([...scale.corpora, ...withRuns])].map(corpusNamed);
}

/** The runs of a setting on a corpus, by seed. */
function runsOf(
  results: Results,
  setting: Setting,
  corpus: ExperimentCorpus,
  { scale, change }: CellOptions,
): RunRecord[] {
  const settingConfig = withoutSeed(configOf({ scale, corpus, setting, seed: 0, change }));
  const [comparable = []] = comparableRuns(results, scale, corpus);
  return comparable
    .filter(({ config }) => withoutSeed(config) === settingConfig)
    .sort((a, b) => a.seed - b.seed);
}

/**
 * A scale's runs on a corpus in groups that can be compared: with the same engine and library, corpus content and results version.
 * The first group, which the tables show, has the latest version, and of that version the most runs.
 */
function comparableRuns({ runs }: Results, scale: Scale, corpus: ExperimentCorpus): RunRecord[][] {
  const groups = new Map<string, RunRecord[]>();
  for (const run of runs) {
    if (run.scale !== scale.name || run.corpus.name !== corpus.name) continue;
    const key = JSON.stringify([run.resultsVersion, run.engine, run.corpus.hash]);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()].sort(
    (a, b) => b[0].resultsVersion - a[0].resultsVersion || b.length - a.length,
  );
}

/** A line for each group of a scale's runs that the tables do not show. */
export function leftOutRuns(results: Results, scale: Scale, corpora: readonly ExperimentCorpus[]): string[] {
  return corpora.flatMap((corpus) => {
    const [first, ...others] = comparableRuns(results, scale, corpus);
    return others.map((runs) => {
      const [run] = first;
      const [other] = runs;
      const differences = [
        other.engine === run.engine ? "" : `on the engine ${other.engine}, not ${run.engine}`,
        other.corpus.hash === run.corpus.hash ? "" : "of another content of the corpus",
        other.resultsVersion === run.resultsVersion
          ? ""
          : `of results version ${other.resultsVersion}, not ${run.resultsVersion}`,
      ].filter((difference) => difference !== "");
      const count = countText(runs.length, "run");
      return `left out of the tables: ${count} on ${corpus.name} at the scale ${scale.name}, ${differences.join(", ")}`;
    });
  });
}

/** A line for each plan and corpus with runs of seeds that not all its settings have. */
export function unmatchedRuns(cells: readonly ResultCell[]): string[] {
  const lines = new Map<string, ResultCell[]>();
  for (const cell of cells.filter(({ unmatched }) => unmatched)) {
    const key = `${cell.plan.title} on ${cell.corpus.name}`;
    lines.set(key, [...(lines.get(key) ?? []), cell]);
  }
  return [...lines].map(([where, ofTable]) => {
    const count = ofTable.reduce((sum, { unmatched }) => sum + unmatched, 0);
    return `left out of ${where}: ${countText(count, "run")} of seeds that other settings lack`;
  });
}

function cellOf(
  plan: Plan,
  setting: Setting,
  corpus: ExperimentCorpus,
  { runs, unmatched }: MatchedRuns,
): ResultCell {
  const of = (name: "precision" | "recall" | "f1"): Spread =>
    spread(runs.map(({ overall }) => overall[name]));
  const ours = runs.length ? { precision: of("precision"), recall: of("recall"), f1: of("f1") } : null;
  const intervals = runs.length ? scoreIntervals(runs) : null;
  const prediction = runs.length ? predictionInterval(runs.map(({ overall }) => overall.f1)) : null;
  const paper = paperScore(plan, setting, corpus);
  const cell = { plan, setting, corpus, runs, unmatched, ours, intervals, prediction, paper };
  const difference = ours && paper ? ours.f1.mean - paper.f1 : null;
  return { ...cell, difference, verdict: verdictOf(cell) };
}

/** The paper's values for settings that several corpora share. */
export const paperSettings: Readonly<Partial<Record<PlanName, readonly PaperSetting[]>>> = {
  table6,
  table7,
};

function paperScore({ name }: Plan, { key }: Setting, { standsFor }: ExperimentCorpus): PaperScore | null {
  switch (name) {
    case "table2":
    case "table3":
    case "table4":
      return { table2, table3, table4 }[name].systems.at(-1)?.score ?? null;
    case "table5":
      return table5[standsFor].all ?? null;
    default:
      return paperSettings[name]?.find((row) => row.key === key)?.scores[standsFor] ?? null;
  }
}

/** @internal */
export function verdictOf({
  runs,
  corpus,
  paper,
  prediction,
}: Pick<ResultCell, "runs" | "corpus" | "paper" | "prediction">): Verdict {
  const [run] = runs;
  if (!run) return "not run";
  if (!paper) return "no value";
  if (!isComparable(run, corpus)) return "not comparable";
  if (runs.length < fewestSeeds || !prediction) return "too few seeds";
  return prediction.low <= paper.f1 && paper.f1 <= prediction.high ? "within prediction interval" : "differs";
}

/** Whether a run can be compared with the paper: on its corpus, scored on test, with a pre-trained BERT. */
export function isComparable({ config, split }: RunRecord, { genuine }: ExperimentCorpus): boolean {
  return genuine && split === "test" && typeof config.model.bert?.from === "string";
}
