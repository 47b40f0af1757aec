import { InputError } from "../../base/errors";
import { configDifferences } from "../../config/show-config";
import type { Config } from "../../training";
import type { ExperimentCorpus } from "../corpora";
import type { Outcome } from "../difference-types";
import { type Plan, type PlanName, plans as paperPlans, planNamed, supplements } from "../plans";
import type { Results, Scoring } from "../results/run-record";
import { type Scale, type ScaleName, scales } from "../scales";
import { cellsOf, corporaOf, leftOutRuns, paperSettings, type ResultCell, unmatchedRuns } from "./cells";
import { claims } from "./claims";
import { type Contrast, differenceOf } from "./contrast";
import { falsePositiveRate } from "./crossed";
import { type DrawOptions, Evidence, type Tests, testSettings } from "./evidence";
import { detectable, type Finding, outcomeOf } from "./findings";
import { manyDraws, type Omnibus } from "./friedman";
import { type SingleRuns, singleRuns } from "./single-runs";

/** A setting compared with the first one of its plan, such as an ablation with the full model. */
export interface Comparison {
  readonly plan: PlanName;
  readonly corpus: ExperimentCorpus;
  /** Its label. */
  readonly setting: string;
  /** Its F1 minus that of the plan's first setting. */
  readonly contrast: Contrast;
  /** p values, corrected by Holm's method for all settings of the plan on the corpus. */
  readonly tests: Tests;
  readonly outcome: Outcome;
  /** The effect that these runs detect, in points of F1; null for fewer than three seeds. */
  readonly detectable: number | null;
  /**
   * How often the test finds a difference between equal settings, in a simulation at the variances of this comparison; null
   * where it was not simulated.
   */
  readonly falsePositives: number | null;
}

/** Results for all settings of a table together, on a corpus. */
export interface TableSummary {
  readonly plan: PlanName;
  readonly corpus: ExperimentCorpus;
  readonly omnibus: Omnibus;
  /** How often single runs show what the paper's table shows; null if the paper prints no values. */
  readonly singleRuns: SingleRuns | null;
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
  /** The keys that `AnalysisOptions.change` changes in the scale's config, with their values as JSON. */
  readonly changes: readonly { readonly key: string; readonly value: string }[];
  readonly plans: readonly Plan[];
  readonly scoring: Scoring;
  readonly notes: readonly string[];
  readonly draws: DrawOptions;
  readonly corpora: readonly ExperimentCorpus[];
  /** A line for each group of runs that the tables omit because they cannot be compared with the others. */
  readonly leftOut: readonly string[];
  /** Every setting of every plan on every corpus. */
  readonly cells: readonly ResultCell[];
  readonly comparisons: readonly Comparison[];
  readonly summaries: readonly TableSummary[];
  readonly conclusions: readonly Conclusion[];
}

export interface AnalysisOptions {
  /** Tables and figures. Default: the paper's, and the supplements. */
  readonly plans?: readonly Plan[];
  /** Default "sample". */
  readonly scale?: ScaleName;
  /** Names of corpora. Default: the scale's, then others on which it has runs. */
  readonly corpora?: readonly string[];
  /** The changes to every config with which the runs were swept (`--set`). */
  readonly change?: (config: Config) => Config;
  /** Draws of permutation tests, bootstraps and simulations. Default 20,000. */
  readonly draws?: number;
  /** Seed of the draws. Default 1. */
  readonly seed?: number;
}

/**
 * Whether a scale's runs can answer questions about the paper. "smoke" only checks that everything runs, and "minutes" is for
 * demonstrations. "sample" trains on 500 sentences, where settings differ most; on all 1500, three of six differences have
 * another sign.
 */
export function isConclusive({ name }: Scale): boolean {
  return name !== "smoke" && name !== "minutes" && name !== "sample";
}

/** The plans whose other settings are compared with their first one. */
const comparedPlans: readonly PlanName[] = [
  ...(["table6", "table7", "figure5", "figure6"] as const),
  ...(["readings", "baselines", "selection", "batching", "differences", "ablation"] as const),
];

/** The plans whose settings are tested together. */
const summarizedPlans: readonly PlanName[] = [
  ...(["table6", "table7", "figure5", "figure6"] as const),
  ...(["baselines", "ablation"] as const),
];

/**
 * Sorts the runs of a scale into the cells of the paper's tables and figures, compares settings, and draws conclusions.
 * @throws InputError if the scale has no run
 */
export function analyze(results: Results, options: AnalysisOptions = {}): Analysis {
  const { scale: name = "sample", change, draws = manyDraws, seed = 1 } = options;
  const { plans = [...paperPlans, ...supplements] } = options;
  const scale = scales.find((one) => one.name === name)!;
  const scalesWithRuns = new Set(results.runs.map((run) => run.scale));
  if (!scalesWithRuns.has(name)) {
    throw new InputError(
      `no run of the scale ${name} is complete; scales with complete runs: ${[...scalesWithRuns].join(", ") || "none"}`,
    );
  }
  const corpora = corporaOf(results, scale, options.corpora);
  const cells = plans.flatMap((plan) => cellsOf(results, plan, corpora, { scale, change }));
  const draw = { draws, seed };
  const evidence = evidenceOf(cells, corpora, scale, results.scoring, draw);
  const elsewhere = scales
    .filter((other) => other !== scale && isConclusive(other) && scalesWithRuns.has(other.name))
    .flatMap((other) => {
      const others = corporaOf(results, other);
      const table6 = cellsOf(results, planNamed("table6"), others, { scale: other, change });
      return evidenceOf(table6, others, other, results.scoring, draw);
    });
  return {
    scale,
    changes: change ? configDifferences(change(scale.config), scale.config) : [],
    plans,
    scoring: results.scoring,
    notes: results.notes,
    draws: { draws, seed },
    corpora,
    leftOut: [...leftOutRuns(results, scale, corpora), ...unmatchedRuns(cells)],
    cells,
    comparisons: evidence.flatMap((one) =>
      plans.filter(({ name }) => comparedPlans.includes(name)).flatMap((plan) => comparisonsOf(one, plan)),
    ),
    summaries: evidence.flatMap((one) =>
      plans.filter(({ name }) => summarizedPlans.includes(name)).flatMap((plan) => summaryOf(one, plan.name)),
    ),
    conclusions: evidence
      .flatMap((one) => conclusionsOf(one, [...evidence, ...elsewhere]))
      .map((one) =>
        isConclusive(scale) || one.judgement === "not run" ? one : { ...one, judgement: "not judged" },
      ),
  };
}

/** The evidence of the corpora with runs. */
function evidenceOf(
  cells: readonly ResultCell[],
  corpora: readonly ExperimentCorpus[],
  scale: Scale,
  scoring: Scoring,
  draw: DrawOptions,
): Evidence[] {
  return corpora
    .filter((corpus) => cells.some((cell) => cell.corpus === corpus && cell.runs.length))
    .map((corpus) => new Evidence(corpus, scale, cells, scoring, draw));
}

function conclusionsOf(evidence: Evidence, all: readonly Evidence[]): Conclusion[] {
  return claims.flatMap(({ section, text, judge }) => {
    const finding = judge(evidence, all);
    return finding ? [{ section, text, corpus: evidence.corpus, ...finding }] : [];
  });
}

function comparisonsOf(evidence: Evidence, { name: plan, settings: [{ key }] }: Plan): Comparison[] {
  const { corpus, options } = evidence;
  const settings = evidence.settings(plan);
  const first = settings.find((setting) => setting.key === key);
  if (!first) return [];
  const others = settings.filter((setting) => setting !== first);
  const omnibus = evidence.omnibus(plan);
  return testSettings(others, (runs) => differenceOf(runs, first.runs)).map(
    ({ setting: { label }, contrast, tests }) => {
      const isTested = tests.different !== null;
      return {
        plan,
        corpus,
        setting: label,
        contrast,
        tests,
        outcome: outcomeOf(contrast, tests, omnibus),
        detectable: isTested ? detectable(contrast, tests) : null,
        falsePositives:
          isTested && plan === "table6"
            ? falsePositiveRate(contrast.values, contrast.influences, options)
            : null,
      };
    },
  );
}

function summaryOf(evidence: Evidence, plan: PlanName): TableSummary[] {
  const omnibus = evidence.omnibus(plan);
  if (!omnibus) return [];
  const { corpus, options } = evidence;
  const printed = paperSettings[plan] ?? [];
  const settings = evidence.settings(plan).flatMap(({ key, runs }) => {
    const row = printed.find((one) => one.key === key);
    return row
      ? [{ paper: row.scores[corpus.standsFor].f1, scores: runs.map(({ overall }) => overall.f1) }]
      : [];
  });
  const isWhole = settings.length > 0 && settings.length === printed.length;
  const agreement = isWhole
    ? singleRuns(
        settings.map(({ scores }) => scores),
        settings.map(({ paper }) => paper),
        options,
      )
    : null;
  return [{ plan, corpus, omnibus, singleRuns: agreement }];
}
