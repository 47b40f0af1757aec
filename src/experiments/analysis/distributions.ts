/** Distribution function of the standard normal. */
export function normalCdf(x: number): number {
  const tail = upperGamma(0.5, (x * x) / 2) / 2;
  return x > 0 ? 1 - tail : tail;
}

/** P(T ≤ t) of Student's t. @param df degrees of freedom, above 0, not necessarily whole */
export function studentCdf(t: number, df: number): number {
  const tail = regularizedBeta(df / (df + t * t), df / 2, 0.5) / 2;
  return t > 0 ? 1 - tail : tail;
}

/** The t below which Student's t lies with probability p. @param p above 0 and below 1 */
export function studentQuantile(p: number, df: number): number {
  if (p < 0.5) return -studentQuantile(1 - p, df);
  let [low, high] = [0, 1];
  while (studentCdf(high, df) < p) [low, high] = [high, 2 * high];
  return bisect((t) => studentCdf(t, df) >= p, low, high);
}

/**
 * P(T ≤ t) of the noncentral t: a normal variable with this mean and variance 1, divided by √(χ²/df).
 * @param shift the normal variable's mean
 */
export function shiftedStudentCdf(t: number, df: number, shift: number): number {
  // ∫ Φ(t·s − shift) f(s) ds with s = √(χ²/df), by Simpson's rule. Eight deviations around 1 hold all of f.
  const reach = 8 / Math.sqrt(df);
  const [from, to] = [Math.max(0, 1 - reach), 1 + reach];
  const constant = (df / 2) * Math.log(df / 2) - logGamma(df / 2) + Math.log(2);
  const density = (s: number): number => {
    if (s > 0) return Math.exp(constant + (df - 1) * Math.log(s) - (df * s * s) / 2);
    return df === 1 ? Math.exp(constant) : 0;
  };
  const steps = 2000;
  const width = (to - from) / steps;
  let sum = 0;
  for (let step = 0; step <= steps; step++) {
    const s = from + step * width;
    const weight = step === 0 || step === steps ? 1 : step % 2 ? 4 : 2;
    sum += weight * density(s) * normalCdf(t * s - shift);
  }
  return Math.min(1, (sum * width) / 3);
}

/** The point between two where a condition starts to hold. @param holds false below the point, true above it */
export function bisect(holds: (x: number) => boolean, from: number, to: number): number {
  let [low, high] = [from, to];
  for (let step = 0; step < 100 && high - low > 1e-13 * Math.max(1, Math.abs(high)); step++) {
    const middle = (low + high) / 2;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

/** Where an increasing function is 0, between two points around it, by the Illinois method: far fewer steps than {@link bisect}. */
export function rootOf(increasing: (x: number) => number, from: number, to: number): number {
  let [low, high, below, above] = [from, to, increasing(from), increasing(to)];
  let [x, side] = [low, 0];
  for (let step = 0; step < 100 && high - low > 1e-13 * Math.max(1, high); step++) {
    const before = x;
    x = (low * above - high * below) / (above - below);
    const value = increasing(x);
    if (value === 0 || Math.abs(x - before) <= 1e-14 * Math.abs(x)) break;
    // An end that stays counts half as much, so that both ends move.
    if (value < 0) {
      if (side < 0) above /= 2;
      [low, below, side] = [x, value, -1];
    } else {
      if (side > 0) below /= 2;
      [high, above, side] = [x, value, 1];
    }
  }
  return x;
}

const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** ln Γ(x) by Lanczos's approximation. @param x above 0 */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x + 6.5;
  const series = lanczos.reduce((sum, term, at) => sum + (at === 0 ? term : term / (x + at - 1)), 0);
  return Math.log(2 * Math.PI) / 2 + (x - 0.5) * Math.log(shifted) - shifted + Math.log(series);
}

/** Relative change at which a continued fraction stops. */
const precision = 1e-15;
const tiny = 1e-300;

/**
 * b₀ + a₁ / (b₁ + a₂ / (b₂ + …)), by Lentz's method.
 * @param term aₙ and bₙ, from n = 1
 */
function continuedFraction(first: number, term: (n: number) => readonly [a: number, b: number]): number {
  let value = first || tiny;
  let [c, d] = [value, 0];
  for (let n = 1; n < 10_000; n++) {
    const [a, b] = term(n);
    d = 1 / (b + a * d || tiny);
    c = b + a / c || tiny;
    value *= c * d;
    if (Math.abs(c * d - 1) < precision) break;
  }
  return value;
}

/** Upper regularized incomplete gamma function Q(a, x). */
function upperGamma(a: number, x: number): number {
  if (x === 0) return 1;
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x >= a + 1) return scale / continuedFraction(x + 1 - a, (n) => [n * (a - n), x + 1 - a + 2 * n]);
  let [term, sum] = [1 / a, 1 / a];
  for (let n = 1; term > precision * sum; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return 1 - scale * sum;
}

/** Regularized incomplete beta function I_x(a, b). */
function regularizedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - regularizedBeta(1 - x, b, a);
  const scale = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  const fraction = continuedFraction(1, (n) => {
    const m = Math.floor(n / 2);
    const numerator = n % 2 ? -(a + m) * (a + b + m) : m * (b - m);
    return [(numerator * x) / ((a + n - 1) * (a + n)), 1];
  });
  return scale / (a * fraction);
}
