import { InputError } from "../../base/errors";
import type { Config } from "../../training";
import type { ExperimentCorpus } from "../corpora";
import { type PlanName, planNamed, plans, supplements } from "../plans";
import type { Results, Scoring } from "../results/run-record";
import { type Scale, type ScaleName, scales } from "../scales";
import { type CellOptions, cellsOf, corporaOf, leftOutRuns, type ResultCell } from "./cells";
import { claims } from "./claims";
import type { Contrast } from "./draws";
import { Evidence, testSettings } from "./evidence";
import type { Finding } from "./findings";

/** A setting compared with the first one of its plan, such as an ablation with the full model. */
export interface Comparison {
  readonly plan: PlanName;
  readonly corpus: ExperimentCorpus;
  /** Its label. */
  readonly setting: string;
  /** Its F1 minus that of the plan's first setting. */
  readonly contrast: Contrast;
  /** The contrast's p value with Holm's correction for all settings of the plan on the corpus. */
  readonly corrected: number;
}

/** Our judgement of a statement of the paper on a corpus. */
export interface Conclusion extends Finding {
  readonly section: string;
  /** The statement, in our words. */
  readonly text: string;
  readonly corpus: ExperimentCorpus;
}

export interface Analysis {
  readonly scale: Scale;
  readonly scoring: Scoring;
  readonly notes: readonly string[];
  /** Draws of the bootstraps for a cell's interval and for comparisons, and the seed of both. */
  readonly bootstrap: { readonly cells: number; readonly comparisons: number; readonly seed: number };
  readonly corpora: readonly ExperimentCorpus[];
  /** A line for each group of runs that the tables leave out because they cannot be compared with the others. */
  readonly leftOut: readonly string[];
  /** Every setting of every plan on every corpus. */
  readonly cells: readonly ResultCell[];
  readonly comparisons: readonly Comparison[];
  readonly conclusions: readonly Conclusion[];
}

export interface AnalysisOptions {
  /** Default "sample". */
  readonly scale?: ScaleName;
  /** Names of corpora. Default: the scale's, then others on which it has runs. */
  readonly corpora?: readonly string[];
  /** The changes to every config with which the runs were swept (`--set`). */
  readonly change?: (config: Config) => Config;
  /** Draws of the bootstraps. Default 1000 for intervals, 2000 for comparisons. */
  readonly resamples?: number;
  /** Seed of the draws. Default 1. */
  readonly seed?: number;
}

/** The plans whose other settings are compared with their first one. */
const comparedPlans: readonly PlanName[] = ["table6", "selection", "differences"];

/**
 * Sorts the runs of a scale into the cells of the paper's tables and figures, compares settings, and draws conclusions.
 * @throws InputError if the scale has no run
 */
export function analyze(results: Results, options: AnalysisOptions = {}): Analysis {
  const { scale: name = "sample", change, resamples, seed = 1 } = options;
  const scale = scales.find((one) => one.name === name)!;
  const scalesWithRuns = new Set(results.runs.map((run) => run.scale));
  if (!scalesWithRuns.has(name)) {
    throw new InputError(
      `no run of the scale ${name} is complete; scales with complete runs: ${[...scalesWithRuns].join(", ") || "none"}`,
    );
  }
  const corpora = corporaOf(results, scale, options.corpora);
  const bootstrap = { cells: resamples ?? 1000, comparisons: resamples ?? 2000, seed };
  const cellOptions: CellOptions = { scale, change, resamples: bootstrap.cells, seed };
  const cells = [...plans, ...supplements].flatMap((plan) => cellsOf(results, plan, corpora, cellOptions));
  const evidence = corpora
    .filter((corpus) => cells.some((cell) => cell.corpus === corpus && cell.runs.length))
    .map((corpus) => new Evidence(corpus, cells, { resamples: bootstrap.comparisons, seed }));
  return {
    scale,
    scoring: results.scoring,
    notes: results.notes,
    bootstrap,
    corpora,
    leftOut: leftOutRuns(results, scale, corpora),
    cells,
    comparisons: evidence.flatMap((one) => comparedPlans.flatMap((plan) => comparisonsOf(one, plan))),
    conclusions: evidence.flatMap((one) =>
      claims.map(({ section, text, judge }) => ({ section, text, corpus: one.corpus, ...judge(one) })),
    ),
  };
}

function comparisonsOf(evidence: Evidence, plan: PlanName): Comparison[] {
  const { corpus } = evidence;
  const [{ key }] = planNamed(plan).settings;
  const settings = evidence.settings(plan);
  const first = settings.find((setting) => setting.key === key);
  if (!first) return [];
  const others = settings.filter((setting) => setting !== first);
  return testSettings(others, (runs) => evidence.difference(runs, first.runs)).map(
    ({ setting: { label }, contrast, p }) => ({ plan, corpus, setting: label, contrast, corrected: p }),
  );
}
