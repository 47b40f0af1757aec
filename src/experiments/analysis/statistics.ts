import { sum } from "../../base/sum";
import type { Interval } from "../../evaluation";
import { studentCdf, studentQuantile } from "./distributions";

/** Mean and standard deviation over seeds. */
export interface Spread {
  readonly mean: number;
  /** Sample standard deviation; null for fewer than two values. */
  readonly std: number | null;
  readonly n: number;
}

/** @param values at least one */
export function spread(values: readonly number[]): Spread {
  const mean = sum(values) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, std: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : null, n: values.length };
}

/** The 95 % interval of the mean by Student's t; null for fewer than two values. */
export function meanInterval(values: readonly number[]): Interval | null {
  const { mean, std, n } = spread(values);
  return std === null
    ? null
    : intervalAround({ estimate: mean, standardError: std / Math.sqrt(n), df: n - 1 });
}

/**
 * The interval in which a further value lies with 95 % probability: t · s · √(1 + 1/n) around the mean. null for fewer than
 * three values.
 */
export function predictionInterval(values: readonly number[]): Interval | null {
  const { mean, std, n } = spread(values);
  if (std === null || n < 3) return null;
  return intervalAround({ estimate: mean, standardError: std * Math.sqrt(1 + 1 / n), df: n - 1 });
}

/** An estimate whose error, divided by its standard error, follows Student's t. */
export interface Estimate {
  readonly estimate: number;
  readonly standardError: number;
  /** Degrees of freedom of the standard error. */
  readonly df: number;
}

/** The interval that holds the estimated number with the probability `level`. */
export function intervalAround({ estimate, standardError, df }: Estimate, level = 0.95): Interval {
  const half = standardError === 0 ? 0 : standardError * studentQuantile((1 + level) / 2, df);
  return { low: estimate - half, high: estimate + half };
}

/** One-sided p value of the hypothesis that the number is at most `bound`; small values show that it is above. */
export function pAbove(estimate: Estimate, bound = 0): number {
  const { standardError, df } = estimate;
  const distance = estimate.estimate - bound;
  // Without any spread, the sign of the difference is certain; only equal numbers leave it open.
  if (standardError === 0) return distance > 0 ? 0 : 1;
  return studentCdf(-distance / standardError, df);
}

/** One-sided p value of the hypothesis that the number is at least `bound`; small values show that it is below. */
export function pBelow({ estimate, standardError, df }: Estimate, bound = 0): number {
  return pAbove({ estimate: -estimate, standardError, df }, -bound);
}

/** Two-sided p value of the hypothesis that the number is 0. */
export function pDifferent(estimate: Estimate): number {
  return Math.min(1, 2 * Math.min(pAbove(estimate), pBelow(estimate)));
}

/**
 * p value of two one-sided tests (Schuirmann 1987) of the hypothesis that the number is at least `margin` away from 0; small
 * values show that it is nearer.
 */
export function pEquivalent(estimate: Estimate, margin: number): number {
  return Math.max(pAbove(estimate, -margin), pBelow(estimate, margin));
}

/**
 * Holm's correction for several tests: the chance of any false finding among them is at most the level with which the adjusted
 * p values are compared.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, index) => ({ p, index })).sort((one, other) => one.p - other.p);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  for (const [rank, { p, index }] of order.entries()) {
    largest = Math.max(largest, Math.min(1, p * (pValues.length - rank)));
    adjusted[index] = largest;
  }
  return adjusted;
}

/** Spearman's rank correlation, with mean ranks for ties; null if one side does not vary. */
export function rankCorrelation(one: readonly number[], other: readonly number[]): number | null {
  const [x, y] = [ranks(one), ranks(other)];
  const [mx, my] = [spread(x).mean, spread(y).mean];
  const total = (of: (at: number) => number): number => x.reduce((before, _, at) => before + of(at), 0);
  const size = Math.sqrt(total((at) => (x[at] - mx) ** 2) * total((at) => (y[at] - my) ** 2));
  return size === 0 ? null : total((at) => (x[at] - mx) * (y[at] - my)) / size;
}

/** Ranks from 1, the mean of their ranks for equal values. */
export function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal + 1) / 2;
  });
}

/** Weights whose sum with values at these positions is the slope of a straight line through them. */
export function slopeWeights(positions: readonly number[]): number[] {
  const { mean } = spread(positions);
  const squares = positions.reduce((sum, position) => sum + (position - mean) ** 2, 0);
  return positions.map((position) => (position - mean) / squares);
}
