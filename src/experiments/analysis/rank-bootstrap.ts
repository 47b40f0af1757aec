import { mean } from "../../base/sum";
import { Random } from "../../engine/random";
import { type Interval, unitsOf } from "../../evaluation";
import type { RunRecord } from "../results/run-record";
import { unitCounts } from "./contrast";
import { manyDraws } from "./friedman";
import { rankCorrelation } from "./statistics";

/** A setting with a number for each of its runs, such as the mean length of proposals. */
export interface RankedSetting {
  /** One per seed; all settings have the same seeds in the same order. */
  readonly runs: readonly RunRecord[];
  readonly values: readonly number[];
}

/**
 * The 95 % interval of the rank correlation over settings between their mean F1 and a number, by a bootstrap. Each draw resamples
 * the test units, the same for every run, and the seeds, the same for every setting. Of n seeds it draws n − 1, because the mean
 * of n resampled seeds would vary too little, by the factor (n − 1) / n (Rao and Wu 1988).
 * @param numberOf the number of a setting from the mean of its runs' values
 */
export function rankInterval(
  settings: readonly RankedSetting[],
  numberOf: (mean: number) => number,
  { draws = manyDraws, seed = 1 }: { readonly draws?: number; readonly seed?: number } = {},
): Interval {
  const random = new Random(seed);
  const seeds = settings[0].runs.length;
  const { units } = unitsOf(settings[0].runs[0].counts);
  const tables = settings.map(({ runs }) =>
    runs.map(({ counts }) => {
      const { gold, predicted, correct } = unitCounts(counts, "all");
      return { whole: gold.map((count, unit) => count + predicted[unit]), correct };
    }),
  );
  const weights = new Float64Array(units);
  const correlations = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++) {
    weights.fill(0);
    for (let count = 0; count < units; count++) weights[random.below(units)]++;
    const drawnSeeds = Array.from({ length: Math.max(1, seeds - 1) }, () => random.below(seeds));
    const scores = tables.map((runs) => mean(drawnSeeds.map((index) => weightedF1(runs[index], weights))));
    const numbers = settings.map(({ values }) => numberOf(mean(drawnSeeds.map((index) => values[index]))));
    correlations[draw] = rankCorrelation(scores, numbers) ?? 0;
  }
  correlations.sort();
  const quantile = (share: number): number => correlations[Math.round(share * (draws - 1))];
  return { low: quantile(0.025), high: quantile(0.975) };
}

function weightedF1(
  { whole, correct }: { readonly whole: Float64Array; readonly correct: Float64Array },
  weights: Float64Array,
): number {
  let [all, right] = [0, 0];
  for (let unit = 0; unit < weights.length; unit++) {
    all += weights[unit] * whole[unit];
    right += weights[unit] * correct[unit];
  }
  return all ? (2 * right) / all : 0;
}
