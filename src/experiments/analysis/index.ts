import { InputError } from "../../base/errors";
import type { Config } from "../../training";
import { type Plan, type PlanName, plans, plansNamed, supplements } from "../plans";
import type { Results } from "../results/types";
import { type ScaleName, scales } from "../scales";
import { type CellOptions, cellsOf, corporaOf, leftOutRuns } from "./cells";
import { claims } from "./claims";
import { Evidence } from "./evidence";
import { holm } from "./statistics";
import type { Analysis, Comparison } from "./types";

export { isComparable, type ResultCell, type Verdict } from "./cells";
export { type Contrast, Draws, type Group, type Term } from "./draws";
export type { Finding, Judgement } from "./findings";
export {
  cellRows,
  comparisonRows,
  conclusionRows,
  convergenceRows,
  lengthRows,
  measureRows,
  type TextRow,
} from "./rows";
export { holm, meanInterval, type Spread, spread } from "./statistics";
export type { Analysis, Comparison, Conclusion } from "./types";
export { type LengthScores, lengthScores, sweepResults, type TrainingSeries, trainingSeries } from "./views";

export interface AnalysisOptions {
  /** Default "sample". */
  readonly scale?: ScaleName;
  /** Names of corpora; default: the scale's, and others that runs are there of. */
  readonly corpora?: readonly string[];
  /** Changes of every config that the runs were swept with (`--set`). */
  readonly change?: (config: Config) => Config;
  /** Draws of the bootstraps. Default 1000 for intervals, 2000 for comparisons. */
  readonly resamples?: number;
  /** What the draws are drawn from. Default 1. */
  readonly seed?: number;
}

/**
 * Puts the runs of a scale into the cells of the paper's tables and figures, compares settings, and draws conclusions.
 * @throws InputError when there is no run of the scale
 */
export function analyse(results: Results, options: AnalysisOptions = {}): Analysis {
  const { scale: name = "sample", change, resamples, seed = 1 } = options;
  const scale = scales.find((one) => one.name === name)!;
  const there = new Set(results.runs.map((run) => run.scale));
  if (!there.has(name)) {
    throw new InputError(
      `no run of the scale ${name} is complete; there are ${[...there].join(", ") || "none"}`,
    );
  }
  const corpora = corporaOf(results, scale, options.corpora);
  const bootstrap = { cells: resamples ?? 1000, comparisons: resamples ?? 2000, seed };
  const cellOptions: CellOptions = { scale, change, resamples: bootstrap.cells, seed };
  const cells = [...plans, ...supplements].flatMap((plan: Plan) =>
    cellsOf(results, plan, corpora, cellOptions),
  );
  const found = corpora
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
    comparisons: found.flatMap((evidence) => compared.flatMap((plan) => comparisonsOf(evidence, plan))),
    conclusions: found.flatMap((evidence) =>
      claims.map(({ section, text, judge }) => ({
        section,
        text,
        corpus: evidence.corpus,
        ...judge(evidence),
      })),
    ),
  };
}

/** The plans whose first setting the others are held against. */
const compared: readonly PlanName[] = ["table6", "selection", "differences"];

function comparisonsOf(evidence: Evidence, plan: PlanName): Comparison[] {
  const [first] = plansNamed([plan])[0].settings;
  const others = evidence.settings(plan).filter(({ label }) => label !== first.label);
  const found = others.flatMap(({ label }) => {
    const contrast = evidence.difference(plan, label, first.label);
    return contrast ? [{ setting: label, contrast }] : [];
  });
  const corrected = holm(found.map(({ contrast }) => contrast.p));
  return found.map((one, at) => ({ plan, corpus: evidence.corpus, ...one, corrected: corrected[at] }));
}
