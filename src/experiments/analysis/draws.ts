import { Random } from "../../engine/random";
import type { BootstrapOptions } from "../../evaluation";
import { sumCounts } from "../../evaluation/counts";
import { groups, tableOf } from "../results/sentence-counts";
import type { RunRecord } from "../results/types";

export type Group = (typeof groups)[number];

/** A share of a contrast: the mean F1 of runs of one setting, in a group of entities, times a weight. */
export interface Term {
  /** One a seed. */
  readonly runs: readonly RunRecord[];
  /** Default "all". */
  readonly group?: Group;
  readonly weight: number;
}

/** A weighted sum of F1 scores, for example a difference, with how sure it is. */
export interface Contrast {
  /** In points of F1, over the seeds that all terms have. */
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Two-sided p value of "it is 0", before any correction. */
  readonly p: number;
  /** Seeds that all terms have. */
  readonly seeds: readonly number[];
}

/**
 * A paired bootstrap over all runs on a corpus: in each draw the sentences are drawn anew with replacement, the same for
 * every run, and so are the seeds, the same for every setting. So a contrast's interval says how far it depends on which
 * sentences were scored and on which seeds were trained. Of n seeds n − 1 are drawn, because the mean of n would vary by
 * (n − 1) / n too little, which matters where they are few (Rao and Wu 1988). With one seed nothing is known of other ones.
 */
export class Draws {
  /** `[run][draw × group]`, F1 in percent; where it is 0/0, 0 as in scores. */
  private readonly scores = new Map<RunRecord, Float32Array>();
  private readonly random: Random;

  /** @param runs all on the same sentences */
  constructor(
    runs: readonly RunRecord[],
    private readonly options: BootstrapOptions = {},
  ) {
    const { seed = 1, resamples = 2000 } = options;
    this.random = new Random(seed);
    const sentences = runs[0]?.counts.sentences ?? 0;
    const tables = runs.map((run) => {
      if (run.counts.sentences !== sentences)
        throw new RangeError(`runs ${runs[0].id} and ${run.id} were scored on different sentences`);
      this.scores.set(run, new Float32Array(resamples * groups.length));
      return tableOf(run.counts);
    });
    const weights = new Uint32Array(sentences);
    // flat and nested, which no run's counts tell apart, come last
    const sums = new Float64Array(3 * (groups.length + 2));
    for (let draw = 0; draw < resamples; draw++) {
      weights.fill(0);
      for (let left = sentences; left > 0; left--) weights[this.random.below(sentences)]++;
      for (const [at, table] of tables.entries()) {
        sumCounts(table, weights, sums);
        const scores = this.scores.get(runs[at])!;
        for (let group = 0; group < groups.length; group++) {
          const [gold, predicted, correct] = sums.subarray(3 * group);
          const all = gold + predicted;
          scores[draw * groups.length + group] = all ? (200 * correct) / all : 0;
        }
      }
    }
  }

  /** @returns undefined where the terms have no seed in common */
  contrast(terms: readonly Term[]): Contrast | undefined {
    const { seed = 1, resamples = 2000, level = 0.95 } = this.options;
    const [first] = terms;
    const seeds = first.runs
      .map((run) => run.seed)
      .filter((one) => terms.every(({ runs }) => runs.some((run) => run.seed === one)));
    if (!seeds.length) return undefined;
    const parts = terms.map(({ runs, group = "all", weight }) => ({
      runs: seeds.map((one) => runs.find((run) => run.seed === one)!),
      group,
      place: groups.indexOf(group),
      weight: weight / seeds.length,
    }));
    const estimate = sum(
      parts.map(({ runs, group, weight }) => weight * sum(runs.map((run) => f1(run, group)))),
    );
    const many = Math.max(1, seeds.length - 1);
    const drawn = parts.map(({ runs, ...part }) => ({
      ...part,
      weight: (part.weight * seeds.length) / many,
      scores: runs.map((run) => this.scores.get(run)!),
    }));
    // of its own, so that a contrast does not depend on which others were asked for before
    const random = new Random(seed + 1);
    const values = new Float64Array(resamples);
    for (let draw = 0; draw < resamples; draw++) {
      for (let left = many; left > 0; left--) {
        const at = random.below(seeds.length);
        for (const { scores, place, weight } of drawn)
          values[draw] += weight * scores[at][draw * groups.length + place];
      }
    }
    // scores that are all alike must not differ by their sum's rounding
    for (const [draw, value] of values.entries()) if (Math.abs(value) < 1e-9) values[draw] = 0;
    values.sort();
    const below = values.findIndex((value) => value >= 0);
    const notAbove = values.findIndex((value) => value > 0);
    const smaller = Math.min(
      notAbove < 0 ? resamples : notAbove,
      resamples - (below < 0 ? resamples : below),
    );
    const p = Math.min(1, (2 * (smaller + 1)) / (resamples + 1));
    const quantile = (share: number): number => {
      const at = share * (resamples - 1);
      const low = Math.floor(at);
      return values[low] + (at - low) * (values[Math.min(low + 1, resamples - 1)] - values[low]);
    };
    return { estimate, low: quantile((1 - level) / 2), high: quantile((1 + level) / 2), p, seeds };
  }
}

export function f1(run: RunRecord, group: Group): number {
  return (group === "all" ? run.overall : run.byLength[group]).f1;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
