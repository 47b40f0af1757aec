import { bootstrapScores, type ScoreIntervals } from "../../evaluation";
import type { Config } from "../../training";
import { corpusNamed, type ExperimentCorpus } from "../corpora";
import { configOf } from "../grid";
import { withoutSeed } from "../overview";
import { type PaperScore, table2, table3, table4, table5, table6, table7 } from "../paper";
import type { Plan, Setting } from "../plans";
import { tableOf } from "../results/sentence-counts";
import type { Results, RunRecord } from "../results/types";
import type { Scale } from "../scales";
import { type Spread, spread } from "./statistics";

export type Verdict =
  /** The paper's F1 lies in our interval. */
  | "within interval"
  | "differs"
  /** Another corpus, or no pre-trained encoder: the numbers have no common ground. */
  | "not comparable"
  /** The paper prints no value. */
  | "no value"
  | "not run";

/** A setting of a table or figure on a corpus: what the paper says and what our runs say. */
export interface ResultCell {
  readonly plan: Plan;
  readonly setting: Setting;
  readonly corpus: ExperimentCorpus;
  /** One a seed, by seed. */
  readonly runs: readonly RunRecord[];
  /** In percent; null where nothing was run. */
  readonly ours: { readonly precision: Spread; readonly recall: Spread; readonly f1: Spread } | null;
  /** Of the mean over the seeds, by the bootstrap over sentences; null where nothing was run. */
  readonly intervals: ScoreIntervals | null;
  /** null where the paper prints none. */
  readonly paper: PaperScore | null;
  /** Ours less the paper's F1; null where one of them is not known. */
  readonly difference: number | null;
  readonly verdict: Verdict;
}

export interface CellOptions {
  readonly scale: Scale;
  /** Changes of every config that the runs were swept with. */
  readonly change?: (config: Config) => Config;
  readonly resamples?: number;
  readonly seed?: number;
}

/** The cells of a plan, setting by setting, each on every corpus of the plan. */
export function cellsOf(
  results: Results,
  plan: Plan,
  corpora: readonly ExperimentCorpus[],
  options: CellOptions,
): ResultCell[] {
  const own = corpora.filter(({ standsFor }) => plan.corpora.includes(standsFor));
  return plan.settings.flatMap((setting) =>
    own.map((corpus) => cellOf(plan, setting, corpus, runsOf(results, setting, corpus, options), options)),
  );
}

/** The corpora that the scale's runs are on, in the scale's order, or those of these names. */
export function corporaOf({ runs }: Results, scale: Scale, named?: readonly string[]): ExperimentCorpus[] {
  if (named) return named.map(corpusNamed);
  const there = new Set(runs.filter((run) => run.scale === scale.name).map(({ corpus }) => corpus.name));
  return [...new Set([...scale.corpora, ...there])].map(corpusNamed);
}

/** The runs of a setting on a corpus, by seed. */
function runsOf(
  results: Results,
  setting: Setting,
  corpus: ExperimentCorpus,
  { scale, change }: CellOptions,
): RunRecord[] {
  const wanted = withoutSeed(configOf({ scale, corpus, setting, seed: 0, change }));
  const [ground = []] = grounds(results, scale, corpus);
  return ground.filter(({ config }) => withoutSeed(config) === wanted).sort((a, b) => a.seed - b.seed);
}

/**
 * A scale's runs on a corpus in groups that may be compared: of one engine with its library, corpus content and results version.
 * Tables show the first group: the latest version, and of that the engine and content with the most runs.
 */
function grounds({ runs }: Results, scale: Scale, corpus: ExperimentCorpus): RunRecord[][] {
  const groups = new Map<string, RunRecord[]>();
  for (const run of runs) {
    if (run.scale !== scale.name || run.corpus.name !== corpus.name) continue;
    const ground = JSON.stringify([run.resultsVersion, run.engine, run.corpus.hash]);
    groups.set(ground, [...(groups.get(ground) ?? []), run]);
  }
  return [...groups.values()].sort(
    (a, b) => b[0].resultsVersion - a[0].resultsVersion || b.length - a.length,
  );
}

/** A line for each group of a scale's runs that no table shows. */
export function leftOutRuns(results: Results, scale: Scale, corpora: readonly ExperimentCorpus[]): string[] {
  return corpora.flatMap((corpus) => {
    const [shown, ...others] = grounds(results, scale, corpus);
    return others.map((runs) => {
      const [run] = shown;
      const [other] = runs;
      const ground = [
        other.engine === run.engine ? "" : `on the engine ${other.engine}, not ${run.engine}`,
        other.corpus.hash === run.corpus.hash ? "" : "of another content of the corpus",
        other.resultsVersion === run.resultsVersion
          ? ""
          : `of results version ${other.resultsVersion}, not ${run.resultsVersion}`,
      ].filter((difference) => difference !== "");
      const count = `${runs.length} run${runs.length === 1 ? "" : "s"}`;
      return `left out of the tables: ${count} on ${corpus.name} at the scale ${scale.name}, ${ground.join(", ")}`;
    });
  });
}

function cellOf(
  plan: Plan,
  setting: Setting,
  corpus: ExperimentCorpus,
  runs: readonly RunRecord[],
  { resamples, seed }: CellOptions,
): ResultCell {
  const of = (name: "precision" | "recall" | "f1"): Spread =>
    spread(runs.map(({ overall }) => overall[name]));
  const ours = runs.length ? { precision: of("precision"), recall: of("recall"), f1: of("f1") } : null;
  const tables = runs.map(({ counts }) => tableOf(counts));
  const intervals = runs.length ? bootstrapScores(tables, { resamples, seed }) : null;
  const paper = paperScore(plan, setting, corpus);
  const cell = { plan, setting, corpus, runs, ours, intervals, paper };
  const difference = ours && paper ? ours.f1.mean - paper.f1 : null;
  return { ...cell, difference, verdict: verdictOf(cell) };
}

function paperScore({ name }: Plan, { label }: Setting, { standsFor }: ExperimentCorpus): PaperScore | null {
  const row = (rows: typeof table6): PaperScore | undefined =>
    rows.find(({ setting }) => setting === label)?.scores[standsFor];
  switch (name) {
    case "table2":
    case "table3":
    case "table4":
      return { table2, table3, table4 }[name].systems.at(-1)?.score ?? null;
    case "table5":
      return table5[standsFor].all ?? null;
    case "table6":
      return row(table6) ?? null;
    case "table7":
      return row(table7) ?? null;
    default:
      return null;
  }
}

export function verdictOf({
  runs,
  corpus,
  paper,
  intervals,
}: Pick<ResultCell, "runs" | "corpus" | "paper" | "intervals">): Verdict {
  const [run] = runs;
  const interval = intervals?.overall.f1;
  if (!run || !interval) return "not run";
  if (!paper) return "no value";
  if (!isComparable(run, corpus)) return "not comparable";
  return interval.low <= paper.f1 && paper.f1 <= interval.high ? "within interval" : "differs";
}

/** Whether a run stands on the paper's ground: its corpus, scored on test, and a BERT that was trained before. */
export function isComparable({ config, split }: RunRecord, { genuine }: ExperimentCorpus): boolean {
  return genuine && split === "test" && typeof config.model.bert?.from === "string";
}
