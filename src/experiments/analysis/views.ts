import { InputError } from "../../base/errors";
import { lengthGroups } from "../../corpus/spans";
import type { Grouped, Score } from "../../evaluation";
import type { DifferenceResults } from "../difference-types";
import { isOwnAblation, type Plan, type PlanName } from "../plans";
import type { EpochRecord, RunRecord } from "../results/run-record";
import { smallestEffect } from "../smallest-effect";
import type { SweepResults } from "../sweep-types";
import { type Analysis, isConclusive } from "./analyze";
import { isComparable, paperSettings, type ResultCell } from "./cells";
import type { MeanIntervals } from "./contrast";
import { intervalAround, spread } from "./statistics";

/** @throws InputError if the analysis is not of that plan */
export function planIn({ plans }: Analysis, name: PlanName): Plan {
  const plan = plans.find((one) => one.name === name);
  if (plan) return plan;
  throw new InputError(`This is an analysis of ${plans.map((one) => one.name).join(", ")}, not of "${name}"`);
}

/** A table's or figure's results as the sweep widgets take them. @throws InputError if the analysis is not of that plan */
export function sweepResults(analysis: Analysis, plan: PlanName): SweepResults {
  const planned = planIn(analysis, plan);
  const { title, settings, corpora, variable = "model" } = planned;
  const cells = cellsIn(analysis, plan);
  const swept = analysis.corpora.filter(({ standsFor }) => corpora.includes(standsFor));
  const paper = paperSettings[plan];
  return {
    title,
    variable,
    settings: settings.map(({ label, value, series }) => ({
      name: label,
      ...(value === undefined ? {} : { value }),
      ...(series === undefined ? {} : { series }),
    })),
    corpora: swept.map((corpus) => ({
      name: corpus.name,
      ...(isOwnAblation(planned) ? {} : { paper: corpus.standsFor }),
      comparable: cells.some(
        (cell) => cell.corpus === corpus && cell.runs.some((run) => isComparable(run, corpus)),
      ),
    })),
    runs: cells.flatMap(({ setting, corpus, runs }) =>
      runs.map(({ seed, overall, byLength }) => ({
        setting: setting.label,
        corpus: corpus.name,
        seed,
        overall,
        byLength: Object.fromEntries(Object.entries(byLength).filter(([, { gold }]) => gold)),
      })),
    ),
    intervals: cells.flatMap(({ setting, corpus, intervals }) => {
      if (!intervals) return [];
      const { overall, byLength } = intervals;
      return [{ setting: setting.label, corpus: corpus.name, overall, byLength }];
    }),
    level: 0.95,
    ...(paper ? { paper } : {}),
  };
}

/**
 * A table's or figure's settings compared with its first one, as the forest plot takes them.
 * @throws InputError for an unknown plan
 */
export function differenceResults(analysis: Analysis, plan: PlanName): DifferenceResults {
  const { title, settings, variable } = planIn(analysis, plan);
  const [{ label }] = settings;
  const compared = analysis.comparisons.filter((comparison) => comparison.plan === plan);
  return {
    title,
    reference: plan.startsWith("figure") ? `${variable}: ${label}` : label,
    smallestEffect,
    level: 0.95,
    ...(isConclusive(analysis.scale)
      ? {}
      : { note: `Runs of the scale ${analysis.scale.name} decide nothing about the paper.` }),
    differences: compared.map(({ corpus, setting, contrast, tests, outcome }) => ({
      setting,
      corpus: corpus.name,
      estimate: contrast.estimate,
      interval: tests.different === null ? null : intervalAround(contrast),
      p: tests.different,
      pEquivalent: tests.equivalent,
      outcome,
      seeds: contrast.seeds,
    })),
  };
}

/** Scores by entity length of a setting on a corpus, averaged over the seeds; for `scoresByLength`. */
export interface LengthScores {
  readonly name: string;
  readonly scores: Pick<Grouped<Score>, "overall" | "byLength">;
  readonly intervals: MeanIntervals;
}

/** The settings of a plan that were run, on every corpus. @param settings labels; default all */
export function lengthScores(
  analysis: Analysis,
  plan: PlanName = "table5",
  settings?: readonly string[],
): LengthScores[] {
  return runCells(analysis, plan, settings).map(({ setting, corpus, runs, intervals }) => ({
    name: `${setting.label} on ${corpus.name}`,
    scores: {
      overall: meanScore(runs.map(({ overall }) => overall)),
      byLength: Object.fromEntries(
        lengthGroups.map((length) => [length, meanScore(runs.map(({ byLength }) => byLength[length]))]),
      ),
    },
    intervals: intervals!,
  }));
}

/** Predicted and correct are rounded means. */
function meanScore(scores: readonly Score[]): Score {
  const mean = (of: keyof Score): number => spread(scores.map((score) => score[of])).mean;
  return {
    gold: mean("gold"),
    predicted: Math.round(mean("predicted")),
    correct: Math.round(mean("correct")),
    precision: mean("precision"),
    recall: mean("recall"),
    f1: mean("f1"),
  };
}

/** The epochs of a setting on a corpus, averaged over the seeds; for `trainingCurves`. */
export interface TrainingSeries {
  readonly name: string;
  readonly epochs: readonly EpochRecord[];
}

/** The settings of a plan that were run, on every corpus. @param settings labels; default all */
export function trainingSeries(
  analysis: Analysis,
  plan: PlanName,
  settings?: readonly string[],
): TrainingSeries[] {
  return runCells(analysis, plan, settings).map(({ setting, corpus, runs }) => ({
    name: `${setting.label} on ${corpus.name}`,
    epochs: meanEpochs(runs),
  }));
}

/** The epochs that all runs have. An epoch counts as the best so far if it was so in most runs. */
export function meanEpochs(runs: readonly RunRecord[]): EpochRecord[] {
  const length = Math.min(...runs.map(({ epochs }) => epochs.length));
  return Array.from({ length }, (_, index) => {
    const epochs = runs.map((run) => run.epochs[index]);
    const mean = (of: (epoch: EpochRecord) => number): number => spread(epochs.map(of)).mean;
    const common = {
      epoch: index + 1,
      loss: mean(({ loss }) => loss),
      seconds: mean(({ seconds }) => seconds),
      best: 2 * epochs.filter(({ best }) => best).length > epochs.length,
    };
    if (!epochs.every(({ dev }) => dev)) return common;
    const score = (name: "precision" | "recall" | "f1"): number => mean(({ dev }) => dev!.overall[name]);
    return {
      ...common,
      dev: { overall: { precision: score("precision"), recall: score("recall"), f1: score("f1") } },
    };
  });
}

/** The distinct runs that an analysis shows. */
export function runsIn({ cells }: Analysis): RunRecord[] {
  return [...new Set(cells.flatMap(({ runs }) => runs))];
}

/** The cells of a plan, with and without runs. */
export function cellsIn({ cells }: Analysis, plan: PlanName): readonly ResultCell[] {
  return cells.filter((cell) => cell.plan.name === plan);
}

/** The cells of a plan with runs. */
export function runCells(
  analysis: Analysis,
  plan: PlanName,
  settings?: readonly string[],
): readonly ResultCell[] {
  return cellsIn(analysis, plan).filter(
    ({ runs, setting }) => runs.length && (settings?.includes(setting.label) ?? true),
  );
}
