import { sum } from "../../base/sum";
import { Random } from "../../engine/random";
import { manyDraws } from "./friedman";

/** How much two groups of entities depend on the setting. */
export interface Sensitivity {
  /** Largest minus smallest mean over the settings, of each group. */
  readonly ranges: readonly [number, number];
  /** First range minus second. */
  readonly difference: number;
  /** Mean of the difference if settings did not matter. It is not 0, because scores of few entities vary more. */
  readonly byChance: number;
  /** Two-sided p value by permutation; null for fewer than three seeds. */
  readonly p: number | null;
}

/**
 * Compares the ranges of two groups' mean scores over all settings with those after permutations of the settings within each
 * seed, the same in both groups.
 * @param one `[seed][setting]` scores of the first group
 * @param other of the second, with the same seeds and settings
 */
export function sensitivity(
  one: readonly (readonly number[])[],
  other: readonly (readonly number[])[],
  { draws = manyDraws, seed = 1 }: { readonly draws?: number; readonly seed?: number } = {},
): Sensitivity {
  const settings = one[0].length;
  const random = new Random(seed);
  const orders = one.map(() => Array.from({ length: settings }, (_, setting) => setting));
  const ranges = [rangeOf(one, orders), rangeOf(other, orders)] as const;
  const difference = ranges[0] - ranges[1];
  const permuted = Float64Array.from({ length: draws }, () => {
    for (const order of orders) random.shuffle(order);
    return rangeOf(one, orders) - rangeOf(other, orders);
  });
  const byChance = sum(permuted) / draws;
  const distance = Math.abs(difference - byChance);
  // Tolerates rounding.
  const asFar = permuted.filter((value) => Math.abs(value - byChance) >= distance - 1e-9).length;
  return { ranges, difference, byChance, p: one.length < 3 ? null : (asFar + 1) / (draws + 1) };
}

/** Largest minus smallest mean over the seeds, with each seed's settings in its order. */
function rangeOf(scores: readonly (readonly number[])[], orders: readonly (readonly number[])[]): number {
  const means = scores[0].map(
    (_, at) => scores.reduce((sum, ofSeed, seed) => sum + ofSeed[orders[seed][at]], 0) / scores.length,
  );
  return Math.max(...means) - Math.min(...means);
}
