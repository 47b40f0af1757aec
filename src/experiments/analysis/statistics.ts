import type { Interval } from "../../evaluation";

/** Mean and standard deviation over seeds. */
export interface Spread {
  readonly mean: number;
  /** Sample standard deviation; null for fewer than two values. */
  readonly std: number | null;
  readonly n: number;
}

/** @param values at least one */
export function spread(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, std: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : null, n: values.length };
}

/** 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom. */
const quantiles = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** The 95 % interval of the mean by Student's t; null for fewer than two values. */
export function meanInterval(values: readonly number[]): Interval | null {
  const { mean, std, n } = spread(values);
  if (std === null) return null;
  // Beyond the list: Fisher's expansion around the normal quantile 1.96, correct to three decimals.
  const t = quantiles[n - 2] ?? 1.96 + 2.372 / (n - 1);
  const half = (t * std) / Math.sqrt(n);
  return { low: mean - half, high: mean + half };
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
  const sum = (of: (at: number) => number): number => x.reduce((total, _, at) => total + of(at), 0);
  const size = Math.sqrt(sum((at) => (x[at] - mx) ** 2) * sum((at) => (y[at] - my) ** 2));
  return size === 0 ? null : sum((at) => (x[at] - mx) * (y[at] - my)) / size;
}

function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal + 1) / 2;
  });
}

/**
 * Two-sided p value of a rank correlation: the share of all permutations whose correlation is at least as far from 0.
 * @param one at most 8 values
 */
export function permutationP(one: readonly number[], other: readonly number[]): number {
  if (one.length > 8) throw new RangeError(`${one.length} values have too many permutations`);
  const observed = Math.abs(rankCorrelation(one, other) ?? 0);
  let [all, far] = [0, 0];
  for (const order of permutations(other)) {
    all++;
    // Tolerates rounding.
    if (Math.abs(rankCorrelation(one, order) ?? 0) >= observed - 1e-9) far++;
  }
  return far / all;
}

function* permutations(values: readonly number[]): Generator<number[]> {
  if (values.length <= 1) yield [...values];
  for (const [at, value] of values.entries()) {
    for (const rest of permutations(values.filter((_, other) => other !== at))) yield [value, ...rest];
  }
}
