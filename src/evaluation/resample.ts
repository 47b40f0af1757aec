import { Random } from "../engine/random";
import type { Interval } from "./score-types";

export interface BootstrapOptions {
  /** Default 1. */
  readonly seed?: number;
  /** Default 1000. */
  readonly resamples?: number;
  /** Default 0.95. */
  readonly level?: number;
}

/** The options with their defaults. @throws RangeError if one is out of range */
export function bootstrapSettings({
  seed = 1,
  resamples = 1000,
  level = 0.95,
}: BootstrapOptions): Required<BootstrapOptions> {
  if (!(Number.isInteger(resamples) && resamples > 0))
    throw new RangeError(`resamples: ${resamples} is not a positive whole number`);
  if (!(level > 0 && level < 1)) throw new RangeError(`level: ${level} is not between 0 and 1`);
  return { seed, resamples, level };
}

/**
 * Draws `units` of as many units with replacement, again and again.
 * @param visit gets the number of times that each unit occurs in a draw, in an array that the next draw overwrites
 */
export function resample(
  units: number,
  { seed, resamples }: Required<BootstrapOptions>,
  visit: (weights: Uint32Array, draw: number) => void,
): void {
  const random = new Random(seed);
  const weights = new Uint32Array(units);
  for (let draw = 0; draw < resamples; draw++) {
    weights.fill(0);
    for (let count = 0; count < units; count++) weights[random.below(units)]++;
    visit(weights, draw);
  }
}

/**
 * Percentile bootstrap intervals of numbers that depend on sums over units, such as scores and their differences. Draws in which
 * a number is not defined (NaN) do not count for its interval.
 * @param counts `[units][sums]`: what each unit adds to each sum
 * @param numbers computes the numbers from the sums
 */
export function bootstrapSums(
  counts: readonly ArrayLike<number>[],
  numbers: (sums: Float64Array) => readonly number[],
  options: BootstrapOptions = {},
): (Interval | null)[] {
  const settings = bootstrapSettings(options);
  const sums = new Float64Array(counts[0]?.length ?? 0);
  const values = numbers(sums).map(() => new Float64Array(settings.resamples));
  resample(counts.length, settings, (weights, draw) => {
    sums.fill(0);
    for (const [unit, row] of counts.entries()) {
      if (weights[unit] === 0) continue;
      for (let column = 0; column < sums.length; column++) sums[column] += weights[unit] * row[column];
    }
    for (const [index, value] of numbers(sums).entries()) values[index][draw] = value;
  });
  return values.map((draws) => percentiles(draws, settings.level));
}

/** The central interval that holds the share `level` of the values, interpolated; null if no value is a number. */
export function percentiles(values: Float64Array, level: number): Interval | null {
  const numbers = values.filter((value) => !Number.isNaN(value)).sort();
  if (!numbers.length) return null;
  const quantile = (share: number): number => {
    const position = share * (numbers.length - 1);
    const below = Math.floor(position);
    const above = Math.min(below + 1, numbers.length - 1);
    return numbers[below] + (position - below) * (numbers[above] - numbers[below]);
  };
  return { low: quantile((1 - level) / 2), high: quantile((1 + level) / 2) };
}
