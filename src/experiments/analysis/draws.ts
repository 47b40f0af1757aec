import { Random } from "../../engine/random";
import type { BootstrapOptions } from "../../evaluation";
import { sumCounts } from "../../evaluation/counts";
import type { RunRecord } from "../results/run-record";
import { groups, tableOf } from "../results/sentence-counts";

export type Group = (typeof groups)[number];

/** A term of a contrast: the mean F1 of a setting's runs in a group of entities, times a weight. */
export interface Term {
  /** One per seed. */
  readonly runs: readonly RunRecord[];
  /** Default "all". */
  readonly group?: Group;
  readonly weight: number;
}

/** A weighted sum of F1 scores, such as a difference, with its uncertainty. */
export interface Contrast {
  /** The difference in points of F1, over the common seeds. */
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Two-sided p value of the hypothesis that it is 0, not corrected for other tests. */
  readonly p: number;
  /** Seeds that all terms have. */
  readonly seeds: readonly number[];
}

/**
 * A paired bootstrap over all runs on a corpus. Each draw resamples the sentences, the same for every run, and the seeds, the same
 * for every setting. So the interval of a contrast covers the choice of sentences and of seeds. Of n seeds it draws n − 1, because
 * the mean of n resampled seeds would vary too little, by the factor (n − 1) / n (Rao and Wu 1988). With a single seed the interval
 * covers the sentences only.
 */
export class Draws {
  /** `[run][draw × group]`, F1 in percent; 0 where it is 0/0, as in scores. */
  private readonly scores = new Map<RunRecord, Float32Array>();

  /** @param runs all on the same sentences */
  constructor(
    runs: readonly RunRecord[],
    private readonly options: BootstrapOptions = {},
  ) {
    const { seed = 1, resamples = 2000 } = options;
    const random = new Random(seed);
    const sentences = runs[0]?.counts.sentences ?? 0;
    const tables = runs.map((run) => {
      if (run.counts.sentences !== sentences)
        throw new RangeError(`runs ${runs[0].id} and ${run.id} were scored on different sentences`);
      this.scores.set(run, new Float32Array(resamples * groups.length));
      return tableOf(run.counts);
    });
    const weights = new Uint32Array(sentences);
    // The counts end with the groups flat and nested, which are not used here.
    const sums = new Float64Array(3 * (groups.length + 2));
    for (let draw = 0; draw < resamples; draw++) {
      weights.fill(0);
      for (let count = 0; count < sentences; count++) weights[random.below(sentences)]++;
      for (const [index, table] of tables.entries()) {
        sumCounts(table, weights, sums);
        const scores = this.scores.get(runs[index])!;
        for (let group = 0; group < groups.length; group++) {
          const [gold, predicted, correct] = sums.subarray(3 * group);
          const all = gold + predicted;
          scores[draw * groups.length + group] = all ? (200 * correct) / all : 0;
        }
      }
    }
  }

  /** @returns `undefined` if the terms have no seed in common */
  contrast(terms: readonly Term[]): Contrast | undefined {
    const { seed = 1, resamples = 2000, level = 0.95 } = this.options;
    const seeds = terms[0].runs
      .map((run) => run.seed)
      .filter((one) => terms.every(({ runs }) => runs.some((run) => run.seed === one)));
    if (!seeds.length) return undefined;
    const drawnSeeds = Math.max(1, seeds.length - 1);
    const parts = terms.map(({ runs: all, group = "all", weight }) => {
      const runs = seeds.map((one) => all.find((run) => run.seed === one)!);
      return {
        estimate: (weight / seeds.length) * sum(runs.map((run) => f1(run, group))),
        weight: weight / drawnSeeds,
        group: groups.indexOf(group),
        scores: runs.map((run) => this.scores.get(run)!),
      };
    });
    // A generator per contrast, so that it does not depend on earlier contrasts.
    const random = new Random(seed + 1);
    const values = new Float64Array(resamples);
    for (let draw = 0; draw < resamples; draw++) {
      for (let count = 0; count < drawnSeeds; count++) {
        const index = random.below(seeds.length);
        for (const { scores, group, weight } of parts)
          values[draw] += weight * scores[index][draw * groups.length + group];
      }
    }
    // Equal scores must not differ by the rounding of their sum.
    for (const [draw, value] of values.entries()) if (Math.abs(value) < 1e-9) values[draw] = 0;
    values.sort();
    const quantile = (share: number): number => {
      const position = share * (resamples - 1);
      const low = Math.floor(position);
      return values[low] + (position - low) * (values[Math.min(low + 1, resamples - 1)] - values[low]);
    };
    return {
      estimate: sum(parts.map(({ estimate }) => estimate)),
      low: quantile((1 - level) / 2),
      high: quantile((1 + level) / 2),
      p: twoSidedP(values),
      seeds,
    };
  }
}

/** Twice the smaller share of draws at or beyond 0, with one draw added. */
function twoSidedP(values: Float64Array): number {
  const notPositive = values.filter((value) => value <= 0).length;
  const notNegative = values.filter((value) => value >= 0).length;
  return Math.min(1, (2 * (Math.min(notPositive, notNegative) + 1)) / (values.length + 1));
}

export function f1(run: RunRecord, group: Group): number {
  return (group === "all" ? run.overall : run.byLength[group]).f1;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
