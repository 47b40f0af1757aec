import { PnrError } from "../../src/base/errors";

/** The median of repeated measurements with a confidence interval. */
export interface Summary {
  readonly median: number;
  /** The interval contains the true median with probability `coverage`. */
  readonly low: number;
  readonly high: number;
  readonly coverage: number;
  readonly count: number;
}

/** The coverage of a 95 % interval. It needs at least six measurements. */
export const wantedCoverage = 0.95;

/**
 * The median and a rank interval: from the k-th lowest to the k-th highest measurement, with the largest k for which the binomial
 * probability that the true median is between them is at least 95 %. It assumes only that measurements are independent. If there
 * are too few, the interval is from the lowest to the highest, with its actual `coverage`.
 * @throws PnrError without measurements
 */
export function summarize(measurements: readonly number[]): Summary {
  const count = measurements.length;
  if (!count) throw new PnrError("There is no measurement to summarize.");
  const sorted = [...measurements].sort((a, b) => a - b);
  let rank = 1;
  while (2 * (rank + 1) <= count && coverageOf(rank + 1, count) >= wantedCoverage) rank++;
  return {
    median: (sorted[Math.floor((count - 1) / 2)] + sorted[Math.floor(count / 2)]) / 2,
    low: sorted[rank - 1],
    high: sorted[count - rank],
    coverage: coverageOf(rank, count),
    count,
  };
}

/** The probability that the true median is between the rank-th lowest and the rank-th highest of `count`: 1 - 2 P(B < rank). */
function coverageOf(rank: number, count: number): number {
  let term = 0.5 ** count;
  let below = 0;
  for (let i = 0; i < rank; i++) {
    below += term;
    term *= (count - i) / (i + 1);
  }
  return Math.max(0, 1 - 2 * below);
}

/** The summary of amount per time, from a summary of times. */
export function perTime(amount: number, { median, low, high, ...rest }: Summary): Summary {
  return { median: amount / median, low: amount / high, high: amount / low, ...rest };
}

export type Verdict = "faster" | "slower" | "within noise" | "too few repetitions";

/**
 * Compares two summaries of rates. Requiring disjoint 95 % intervals is stricter than a test at 5 %: equal rates differ in less
 * than 1 % of comparisons.
 */
export function compareRates(before: Summary, after: Summary): Verdict {
  if (Math.min(before.coverage, after.coverage) < wantedCoverage) return "too few repetitions";
  if (after.low > before.high) return "faster";
  return after.high < before.low ? "slower" : "within noise";
}

/** The exponent b of y ≈ a · x^b, by least squares of the logarithms. @returns NaN for fewer than two points */
export function fitExponent(points: readonly (readonly [x: number, y: number])[]): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const mean = (index: 0 | 1) => logs.reduce((sum, log) => sum + log[index], 0) / logs.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const covariance = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return covariance / logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}
