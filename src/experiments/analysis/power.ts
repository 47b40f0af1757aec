import { type Components, expectedError } from "./crossed";
import { bisect, normalCdf, rootOf, shiftedStudentCdf, studentQuantile } from "./distributions";
import type { Estimate } from "./statistics";

/** Probability with which an effect should be found. */
export const wantedPower = 0.8;

/**
 * Probability that a two-sided t test finds an effect.
 * @param level of the test
 */
export function powerOf(
  effect: number,
  { standardError, df }: Pick<Estimate, "standardError" | "df">,
  level = 0.05,
): number {
  const critical = studentQuantile(1 - level / 2, df);
  const shift = effect / standardError;
  return 1 - shiftedStudentCdf(critical, df, shift) + shiftedStudentCdf(-critical, df, shift);
}

/** The smallest effect that the test finds with the probability {@link wantedPower}. */
export function detectableEffect(
  error: Pick<Estimate, "standardError" | "df">,
  level = 0.05,
  power = wantedPower,
): number {
  if (error.standardError === 0) return 0;
  let high = error.standardError;
  while (powerOf(high, error, level) < power) high *= 2;
  return rootOf((effect) => powerOf(effect, error, level) - power, 0, high);
}

/** The smallest effect that a number of seeds detect with the probability {@link wantedPower}. @param seeds at least 2 */
export function detectableWith(components: Components, seeds: number, units: number, level = 0.05): number {
  return detectableEffect(expectedError(components, seeds, units), level);
}

/** The largest number of seeds to try. */
export const mostSeeds = 200;

/**
 * The number of seeds with which an effect is detected.
 * @returns null if even {@link mostSeeds} are too few, for example because the test units alone cause too much variance
 */
export function seedsFor(effect: number, components: Components, units: number, level = 0.05): number | null {
  const critical = bisect((x) => normalCdf(x) >= 1 - level / 2, 0, 40);
  for (let seeds = 3; seeds <= mostSeeds; seeds++) {
    const error = expectedError(components, seeds, units);
    // With a known standard error, the test would have the power of a normal variable. An estimated one can only lower it.
    const shift = Math.abs(effect) / error.standardError;
    const most = normalCdf(shift - critical) + normalCdf(-shift - critical);
    if (most >= wantedPower && powerOf(effect, error, level) >= wantedPower) return seeds;
  }
  return null;
}
