import { lengthGroups } from "../../corpus/spans";
import { errorKinds, type Interval, unitsOf } from "../../evaluation";
import { table5 } from "../paper";
import type { PlanName } from "../plans";
import type { RunRecord } from "../results/run-record";
import type { Measures } from "../run/measures";
import type { Setting } from "../settings";
import { smallestEffect } from "../smallest-effect";
import type { Analysis } from "./analyze";
import type { ResultCell } from "./cells";
import { fewestSeeds } from "./contrast";
import { errorGains } from "./error-gains";
import { encoderText, fixed, intervalText, nothing, pText, signed, spreadText } from "./format";
import { otherRules } from "./other-scores";
import { mostSeeds, seedsFor } from "./power";
import { type Estimate, intervalAround, meanInterval, type Spread, spread } from "./statistics";
import { cellsIn, meanEpochs, planIn, runCells } from "./views";

/** A row of a table as texts by column heading, for `showTable`. */
export type TextRow = Readonly<Record<string, string>>;

/** A row per setting and corpus: the paper's F1, ours with its interval, the verdict, and the encoder, engine and time. */
export function cellRows(analysis: Analysis, plan: PlanName): TextRow[] {
  const cells = cellsIn(analysis, plan);
  const rules = otherRules(cells, analysis.scoring);
  return cells.map((cell) => {
    const { setting, runs, ours, intervals, prediction, paper, difference, verdict } = cell;
    return {
      setting: settingText(plan, setting),
      "paper F1": fixed(paper?.f1),
      precision: fixed(ours?.precision.mean),
      recall: fixed(ours?.recall.mean),
      F1: ours ? spreadText(ours.f1) : nothing,
      "95 % interval": intervalText(intervals?.overall.f1),
      "a further seed": intervalText(prediction),
      difference: difference === null ? nothing : signed(difference),
      verdict,
      ...Object.fromEntries(rules.map(({ heading, f1 }) => [heading, otherText(runs.map(f1))])),
      "corpus, encoder": corpusText(cell),
      "seconds, engine": runs.length
        ? `${fixed(spread(runs.map(({ seconds }) => seconds)).mean, 0)}, ${runs[0].engine}`
        : nothing,
      "first run": runs[0]?.id.slice(0, 8) ?? nothing,
    };
  });
}

/** Mean and deviation of the scores under another rule, if all runs can be scored by it. */
function otherText(scores: readonly (number | undefined)[]): string {
  const values = scores.filter((score) => score !== undefined);
  return values.length && values.length === scores.length ? spreadText(spread(values)) : nothing;
}

function corpusText({ corpus, runs }: ResultCell): string {
  const name = corpus.genuine ? corpus.name : `${corpus.name} for ${corpus.standsFor}`;
  return runs.length ? `${name}${onDev(runs)}, ${encoderText(runs[0])}` : name;
}

/** Names the split if it is not test. */
function onDev([run]: readonly RunRecord[]): string {
  return run && run.split !== "test" ? ` (${run.split})` : "";
}

/** A row per corpus and entity length, as in Table 5. */
export function lengthRows(analysis: Analysis, plan: PlanName = "table5"): TextRow[] {
  return cellsIn(analysis, plan).flatMap(({ corpus, runs, intervals }) =>
    ([...lengthGroups, "all"] as const).map((group) => {
      const scores = runs.map(({ overall, byLength }) => (group === "all" ? overall : byLength[group]));
      const of = (name: "precision" | "recall" | "f1"): Spread => spread(scores.map((score) => score[name]));
      const paper = table5[corpus.standsFor][group];
      const interval = group === "all" ? intervals?.overall : intervals?.byLength[group];
      return {
        corpus: `${corpus.name}${onDev(runs)}`,
        length: group,
        gold: scores.length ? String(scores[0].gold) : nothing,
        "paper P": fixed(paper?.precision),
        "paper R": fixed(paper?.recall),
        "paper F1": fixed(paper?.f1),
        precision: scores.length ? fixed(of("precision").mean) : nothing,
        recall: scores.length ? fixed(of("recall").mean) : nothing,
        F1: scores.length ? spreadText(of("f1")) : nothing,
        "95 % interval": intervalText(interval?.f1),
      };
    }),
  );
}

/** A setting's label, marked if the paper does not say what it is. */
function settingText(plan: PlanName, { key, label }: Pick<Setting, "key" | "label">): string {
  return plan === "table6" && key === "update" ? `${label} ${ourReading}` : label;
}

const ourReading = "(our reading)";

/** A row per setting and corpus: its difference from the plan's first setting, with interval, p values and power. */
export function comparisonRows(analysis: Analysis, plan: PlanName = "table6"): TextRow[] {
  const comparisons = analysis.comparisons.filter((comparison) => comparison.plan === plan);
  const settingNamed = (label: string): Pick<Setting, "key" | "label"> =>
    planIn(analysis, plan).settings.find((setting) => setting.label === label)!;
  return comparisons.map(({ corpus, setting, contrast, tests, outcome, detectable }) => ({
    setting: settingText(plan, settingNamed(setting)),
    corpus: corpus.name,
    "difference in F1": signed(contrast.estimate),
    "95 % interval": tests.different === null ? nothing : signedInterval(intervalAround(contrast)),
    "p by Holm": pOrNothing(tests.different),
    "p of equivalence": pOrNothing(tests.equivalent),
    "detects F1": fixed(detectable),
    seeds: String(contrast.seeds),
    outcome,
  }));
}

function pOrNothing(p: number | null): string {
  return p === null ? nothing : pText(p);
}

function signedInterval({ low, high }: Interval): string {
  return `${signed(low)} to ${signed(high)}`;
}

/**
 * A row per setting and corpus: the sources of variance of its difference from the plan's first setting, as standard deviations
 * in F1.
 */
export function varianceRows(analysis: Analysis, plan: PlanName = "table6"): TextRow[] {
  return analysis.comparisons.flatMap((comparison) => {
    const { corpus, setting, contrast, falsePositives } = comparison;
    const { components, units, seeds } = contrast;
    if (comparison.plan !== plan || !components || seeds < fewestSeeds) return [];
    const [run] = cellsIn(analysis, plan).find((cell) => cell.corpus === corpus && cell.runs.length)!.runs;
    const needed = seedsFor(smallestEffect, components, units);
    return [
      {
        setting,
        corpus: corpus.name,
        "seed of training": fixed(Math.sqrt(components.seed)),
        "test sentences": fixed(Math.sqrt(components.units)),
        interaction: fixed(Math.sqrt(components.interaction)),
        "of the mean": fixed(contrast.standardError),
        seeds: String(seeds),
        "test units": `${units} ${unitsOf(run.counts).name}`,
        [`seeds for ${smallestEffect} F1`]: needed === null ? `over ${mostSeeds}` : String(needed),
        "false findings": falsePositives === null ? nothing : `${(100 * falsePositives).toFixed(1)} %`,
      },
    ];
  });
}

/** A row per corpus: how often a table of one run per setting would agree with the paper's table. */
export function singleRunRows({ summaries }: Analysis, plan: PlanName = "table6"): TextRow[] {
  return summaries.flatMap(({ plan: of, corpus, omnibus, singleRuns }) => {
    if (of !== plan || !singleRuns) return [];
    const { signs, eachSign, order, correlation, byChance } = singleRuns;
    return [
      {
        corpus: corpus.name,
        "all signs": percentText(signs),
        "by chance": percentText(byChance.signs),
        "signs on average": percentText(eachSign),
        "the order": percentText(order),
        "by chance ": percentText(byChance.order),
        "rank correlation": signed(correlation),
        "Friedman's p": pText(omnibus.p),
        seeds: String(omnibus.seeds),
      },
    ];
  });
}

function percentText(share: number): string {
  const percent = 100 * share;
  return percent > 0 && percent < 0.1 ? `${percent.toFixed(2)} %` : `${percent.toFixed(1)} %`;
}

/** A row per corpus and statement of the paper. */
export function conclusionRows({ conclusions }: Analysis): TextRow[] {
  return conclusions.map(({ section, text, corpus, judgement, evidence }) => ({
    section,
    statement: text,
    corpus: corpus.name,
    "our runs": judgement,
    evidence,
  }));
}

/**
 * A row per setting and corpus: entropy of attention with and without its prior as a share of the maximum, mean length of
 * proposals in tokens, and how far the layers move them. Each is the mean over the seeds with its 95 % interval by t.
 */
export function measureRows(analysis: Analysis, plan: PlanName): TextRow[] {
  return runCells(analysis, plan).map(({ setting, corpus, runs }) => {
    const of = (value: (measures: Measures) => number): string =>
      withInterval(
        runs
          .flatMap(({ measures }) => (measures ? [value(measures)] : []))
          .filter((one) => !Number.isNaN(one)),
      );
    return {
      setting: setting.label,
      corpus: corpus.name,
      "entropy of attention": of(({ entropy }) => spread(entropy).mean),
      "without its prior": of(({ contentEntropy }) => spread(contentEntropy).mean),
      "at most 2 tokens": of(({ shortShares }) => shortShares?.[0] ?? Number.NaN),
      "tokens of a proposal": of(({ spanLengths }) => spanLengths[0]),
      "after the last layer": of(({ spanLengths }) => spanLengths[spanLengths.length - 1]),
      "tokens moved": of(({ moves }) => moves.reduce((sum, move) => sum + move, 0)),
      "tokens of an entity": fixed(runs[0].goldLength),
    };
  });
}

function withInterval(values: readonly number[]): string {
  return values.length ? withHalf(spread(values).mean, meanInterval(values)) : nothing;
}

/** "1.20 ± 0.31": a mean and half its interval. */
function withHalf(mean: number, interval: Interval | null): string {
  return interval ? `${fixed(mean)} ± ${fixed((interval.high - interval.low) / 2)}` : fixed(mean);
}

/**
 * A row per corpus and kind of error, a column per setting: the F1 that fixing these errors would gain with its 95 % interval, and
 * their mean number. Kinds that do not occur have no row.
 */
export function errorGainRows(analysis: Analysis, plan: PlanName): TextRow[] {
  const cells = cellsIn(analysis, plan).map(({ setting, corpus, runs }) => {
    return { setting, corpus, gains: errorGains(runs, analysis.scoring) };
  });
  const corpora = analysis.corpora.filter((corpus) =>
    cells.some((cell) => cell.corpus === corpus && cell.gains),
  );
  return corpora.flatMap((corpus) => {
    const ofCorpus = cells.filter((cell) => cell.corpus === corpus);
    return errorKinds.flatMap((kind, index): TextRow[] => {
      if (!ofCorpus.some(({ gains }) => gains?.[index].errors)) return [];
      const columns = ofCorpus.map(({ setting, gains }) => {
        const text = gains
          ? `${estimateText(gains[index].gain)} (${gains[index].errors.toFixed(0)})`
          : nothing;
        return [settingText(plan, setting), text] as const;
      });
      return [{ corpus: corpus.name, "kind of error": kind, ...Object.fromEntries(columns) }];
    });
  });
}

function estimateText(estimate: Estimate): string {
  return withHalf(estimate.estimate, intervalAround(estimate));
}

/** A row per setting and corpus, a column per epoch: F1 on dev, averaged over the seeds. */
export function convergenceRows(analysis: Analysis, plan: PlanName): TextRow[] {
  return runCells(analysis, plan).map(({ setting, corpus, runs }) => ({
    setting: setting.label,
    corpus: corpus.name,
    ...Object.fromEntries(
      meanEpochs(runs).map(({ epoch, dev }) => [`epoch ${epoch}`, fixed(dev?.overall.f1)] as const),
    ),
  }));
}
