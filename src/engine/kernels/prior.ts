// The prior of spatially modulated attention: log G(n) = -|θᵀ(n - μ)|² with μ = n_i + Δn (Eq. 12–13), a row of places at a
// time. A Gaussian is six numbers: Δn and θ, row-major. Rows are whole vectors of four.
import { add, loadUpTo4, mul, multiplyAdd, splat, storeUpTo4, sub, words } from "./simd";
import { highHalf, lowHalf, sumOfHalves } from "./sums";

/** Starts and ends of [count, 2] locations as two rows, with zeros up to a whole vector. */
export function splitPairs(pairs: usize, count: i32, starts: usize, ends: usize): void {
  for (let j = 0; j < count; j += 4) {
    const low = loadUpTo4(pairs, 2 * (count - j));
    const high = count - j > 2 ? loadUpTo4(pairs + 16, 2 * (count - j) - 4) : splat(0);
    v128.store(starts, v128.shuffle<f32>(low, high, 0, 2, 4, 6));
    v128.store(ends, v128.shuffle<f32>(low, high, 1, 3, 5, 7));
    pairs += 32;
    starts += 16;
    ends += 16;
  }
}

/** The inverse of {@link splitPairs}. */
export function joinPairs(starts: usize, ends: usize, count: i32, pairs: usize): void {
  for (let j = 0; j < count; j += 4) {
    const s = v128.load(starts);
    const e = v128.load(ends);
    storeUpTo4(pairs, v128.shuffle<f32>(s, e, 0, 4, 1, 5), 2 * (count - j));
    if (count - j > 2) storeUpTo4(pairs + 16, v128.shuffle<f32>(s, e, 2, 6, 3, 7), 2 * (count - j) - 4);
    pairs += 32;
    starts += 16;
    ends += 16;
  }
}

/**
 * x[j] = scale · x[j] + log G(n_j), in place.
 * @param own the location n_i
 * @returns the largest of the lanes
 */
export function addLogPrior(
  x: usize,
  count: i32,
  scale: f32,
  gaussian: usize,
  own: usize,
  starts: usize,
  ends: usize,
): v128 {
  const factor = splat(scale);
  const start = splat(load<f32>(own) + load<f32>(gaussian));
  const end = splat(load<f32>(own, 4) + load<f32>(gaussian, 4));
  const a = v128.load32_splat(gaussian, 8);
  const b = v128.load32_splat(gaussian, 12);
  const c = v128.load32_splat(gaussian, 16);
  const d = v128.load32_splat(gaussian, 20);
  let largest = splat(-Infinity);
  for (let at: usize = 0; at < words(count); at += 16) {
    const s = sub(v128.load(starts + at), start);
    const e = sub(v128.load(ends + at), end);
    const u = multiplyAdd(a, s, mul(c, e));
    const v = multiplyAdd(b, s, mul(d, e));
    const score = sub(mul(v128.load(x + at), factor), multiplyAdd(u, u, mul(v, v)));
    largest = f32x4.max(largest, score);
    v128.store(x + at, score);
  }
  return largest;
}

/**
 * From the gradient g of a row of log G: writes that of the Gaussian, adds that of the places n_j. Sums over the row, which
 * cancel where the row's gradient does, are added up in 64 bits.
 * @param dGaussian [6]
 */
export function logPriorGradient(
  g: usize,
  count: i32,
  gaussian: usize,
  own: usize,
  starts: usize,
  ends: usize,
  dGaussian: usize,
  dStarts: usize,
  dEnds: usize,
): void {
  const start = splat(load<f32>(own) + load<f32>(gaussian));
  const end = splat(load<f32>(own, 4) + load<f32>(gaussian, 4));
  const a = v128.load32_splat(gaussian, 8);
  const b = v128.load32_splat(gaussian, 12);
  const c = v128.load32_splat(gaussian, 16);
  const d = v128.load32_splat(gaussian, 20);
  let dStart = f64x2.splat(0);
  let dEnd = f64x2.splat(0);
  let dA = f64x2.splat(0);
  let dB = f64x2.splat(0);
  let dC = f64x2.splat(0);
  let dD = f64x2.splat(0);
  for (let at: usize = 0; at < words(count); at += 16) {
    const s = sub(v128.load(starts + at), start);
    const e = sub(v128.load(ends + at), end);
    const twice = mul(v128.load(g + at), splat(-2));
    const du = mul(twice, multiplyAdd(a, s, mul(c, e)));
    const dv = mul(twice, multiplyAdd(b, s, mul(d, e)));
    const ds = multiplyAdd(a, du, mul(b, dv));
    const de = multiplyAdd(c, du, mul(d, dv));
    v128.store(dStarts + at, add(v128.load(dStarts + at), ds));
    v128.store(dEnds + at, add(v128.load(dEnds + at), de));
    dStart = f64x2.sub(dStart, halves(ds));
    dEnd = f64x2.sub(dEnd, halves(de));
    dA = f64x2.add(dA, halves(mul(du, s)));
    dB = f64x2.add(dB, halves(mul(dv, s)));
    dC = f64x2.add(dC, halves(mul(du, e)));
    dD = f64x2.add(dD, halves(mul(dv, e)));
  }
  storeSum(dGaussian, dStart);
  storeSum(dGaussian + 4, dEnd);
  storeSum(dGaussian + 8, dA);
  storeSum(dGaussian + 12, dB);
  storeSum(dGaussian + 16, dC);
  storeSum(dGaussian + 20, dD);
}

/** Both halves of four float32, added in 64 bits. */
@inline
function halves(x: v128): v128 {
  return f64x2.add(lowHalf(x), highHalf(x));
}

@inline
function storeSum(address: usize, x: v128): void {
  store<f32>(address, <f32>(f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1)));
}
