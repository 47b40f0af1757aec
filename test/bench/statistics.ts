import { PnrError } from "../../src/base/errors";

/** The median of repeated measurements, and how sure it is. */
export interface Summary {
  readonly median: number;
  /** The interval that holds the true median with probability `coverage`. */
  readonly low: number;
  readonly high: number;
  readonly coverage: number;
  readonly count: number;
}

/** What an interval should hold the true median with. Six measurements are the fewest that can. */
export const wantedCoverage = 0.95;

/**
 * Median and rank interval: from the k-th lowest to the k-th highest measurement, k as large as keeps the binomial
 * probability that the true median lies between them at 95 % or more. It supposes nothing of the distribution but that the
 * measurements do not depend on each other. Where there are too few, it is from the lowest to the highest, and `coverage`
 * says what that is worth.
 * @throws PnrError without any
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

/** Probability that the true median lies between the rank-th lowest and the rank-th highest of `count`: 1 - 2 P(B < rank). */
function coverageOf(rank: number, count: number): number {
  let term = 0.5 ** count;
  let below = 0;
  for (let i = 0; i < rank; i++) {
    below += term;
    term *= (count - i) / (i + 1);
  }
  return Math.max(0, 1 - 2 * below);
}

/** The same for amount per time, from a summary of times. */
export function perTime(amount: number, { median, low, high, ...rest }: Summary): Summary {
  return { median: amount / median, low: amount / high, high: amount / low, ...rest };
}

export type Verdict = "faster" | "slower" | "within noise" | "too few repetitions";

/**
 * Compares two summaries of rates. Two 95 % intervals that do not touch are a stricter test than one at 5 %: under one
 * measurement in a hundred calls equal things different.
 */
export function compareRates(before: Summary, after: Summary): Verdict {
  if (Math.min(before.coverage, after.coverage) < wantedCoverage) return "too few repetitions";
  if (after.low > before.high) return "faster";
  return after.high < before.low ? "slower" : "within noise";
}

/** The exponent b of y ≈ a · x^b by least squares of the logarithms. @returns NaN for fewer than two points */
export function fitExponent(points: readonly (readonly [x: number, y: number])[]): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const mean = (at: 0 | 1) => logs.reduce((sum, log) => sum + log[at], 0) / logs.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const over = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return over / logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}
