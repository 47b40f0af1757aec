import { lengthGroups } from "../../corpus/spans";
import { table5 } from "../paper";
import type { PlanName } from "../plans";
import type { RunRecord } from "../results/run-record";
import type { Measures } from "../run/measures";
import type { Analysis } from "./analyze";
import type { ResultCell } from "./cells";
import { encoderText, fixed, intervalText, nothing, pText, signed, spreadText } from "./format";
import { meanInterval, type Spread, spread } from "./statistics";
import { cellsIn, meanEpochs, runCells } from "./views";

/** A row of a table as texts by column heading, for `showTable`. */
export type TextRow = Readonly<Record<string, string>>;

/** A row per setting and corpus: the paper's F1, ours with its interval, the verdict, and the encoder, engine and time. */
export function cellRows(analysis: Analysis, plan: PlanName): TextRow[] {
  return cellsIn(analysis, plan).map((cell) => {
    const { setting, runs, ours, intervals, paper, difference, verdict } = cell;
    return {
      setting: setting.label,
      "paper F1": fixed(paper?.f1),
      precision: fixed(ours?.precision.mean),
      recall: fixed(ours?.recall.mean),
      F1: ours ? spreadText(ours.f1) : nothing,
      "95 % interval": intervalText(intervals?.overall.f1),
      difference: difference === null ? nothing : signed(difference),
      verdict,
      "corpus, encoder": corpusText(cell),
      "seconds, engine": runs.length
        ? `${fixed(spread(runs.map(({ seconds }) => seconds)).mean, 0)}, ${runs[0].engine}`
        : nothing,
      "first run": runs[0]?.id.slice(0, 8) ?? nothing,
    };
  });
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

/** A row per setting and corpus: its difference from the plan's first setting, with interval and p value. */
export function comparisonRows(analysis: Analysis, plan: PlanName = "table6"): TextRow[] {
  const comparisons = analysis.comparisons.filter((comparison) => comparison.plan === plan);
  return comparisons.map(({ corpus, setting, contrast, corrected }) => ({
    setting,
    corpus: corpus.name,
    "difference in F1": signed(contrast.estimate),
    "95 % interval": `${signed(contrast.low)} to ${signed(contrast.high)}`,
    p: pText(contrast.p),
    "p by Holm": pText(corrected),
    seeds: String(contrast.seeds.length),
  }));
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
      withInterval(runs.flatMap(({ measures }) => (measures ? [value(measures)] : [])));
    return {
      setting: setting.label,
      corpus: corpus.name,
      "entropy of attention": of(({ entropy }) => spread(entropy).mean),
      "without its prior": of(({ contentEntropy }) => spread(contentEntropy).mean),
      "tokens of a proposal": of(({ spanLengths }) => spanLengths[0]),
      "after the last layer": of(({ spanLengths }) => spanLengths[spanLengths.length - 1]),
      "tokens moved": of(({ moves }) => moves.reduce((sum, move) => sum + move, 0)),
      "tokens of an entity": fixed(runs[0].goldLength),
    };
  });
}

function withInterval(values: readonly number[]): string {
  if (!values.length) return nothing;
  const interval = meanInterval(values);
  const { mean } = spread(values);
  return interval ? `${fixed(mean)} ± ${fixed((interval.high - interval.low) / 2)}` : fixed(mean);
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
