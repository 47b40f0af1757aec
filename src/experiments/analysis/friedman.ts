import { Random } from "../../engine/random";
import { ranks } from "./statistics";

/** Draws of permutation tests, bootstraps and simulations. */
export const manyDraws = 20_000;

/** Whether settings differ at all. */
export interface Omnibus {
  /** Friedman's χ², corrected for ties. 0 if all settings are alike. */
  readonly statistic: number;
  readonly p: number;
  readonly settings: number;
  readonly seeds: number;
}

/**
 * Friedman's test of the hypothesis that the settings do not differ, with the seeds as blocks. Its p value is the share of
 * permutations within the seeds with at least this statistic, the observed one among them.
 * @param scores `[seed][setting]`
 * @returns null for fewer than three seeds or two settings
 */
export function friedman(
  scores: readonly (readonly number[])[],
  { draws = manyDraws, seed = 1 }: { readonly draws?: number; readonly seed?: number } = {},
): Omnibus | null {
  const [seeds, settings] = [scores.length, scores[0]?.length ?? 0];
  if (seeds < 3 || settings < 2) return null;
  const table = scores.map(ranks);
  const statistic = statisticOf(table);
  const random = new Random(seed);
  let asLarge = 0;
  for (let draw = 0; draw < draws; draw++) {
    for (const row of table) random.shuffle(row);
    // Tolerates rounding.
    if (statisticOf(table) >= statistic - 1e-9) asLarge++;
  }
  return { statistic, p: (asLarge + 1) / (draws + 1), settings, seeds };
}

/** Squared distances of the settings' rank sums from their mean, as a share of what ranks without agreement would give. */
function statisticOf(table: readonly (readonly number[])[]): number {
  const [n, k] = [table.length, table[0].length];
  const middle = (n * (k + 1)) / 2;
  let between = 0;
  for (let setting = 0; setting < k; setting++) {
    let sum = -middle;
    for (const row of table) sum += row[setting];
    between += sum * sum;
  }
  let within = 0;
  for (const row of table) for (const rank of row) within += (rank - (k + 1) / 2) ** 2;
  return within === 0 ? 0 : ((k - 1) * between) / within;
}
