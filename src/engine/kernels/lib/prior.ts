// The prior of spatially modulated attention for a row of locations: log G(n) = -|θᵀ(n - μ)|² with μ = n_i + Δn (Eq. 12–13). A
// Gaussian is six numbers: Δn and θ, row-major. Rows are padded to whole vectors of four.
import { add, loadUpTo4, mul, multiplyAdd, splat, storeUpTo4, sub, sumOfLanes, words } from "./simd";

/** Splits [count, 2] locations into a row of starts and a row of ends, padded with zeros. */
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
 * @param location the location n_i
 * @returns the largest of the lanes
 */
export function addLogPrior(
  x: usize,
  count: i32,
  scale: f32,
  gaussian: usize,
  location: usize,
  starts: usize,
  ends: usize,
): v128 {
  const factor = splat(scale);
  const start = splat(load<f32>(location) + load<f32>(gaussian));
  const end = splat(load<f32>(location, 4) + load<f32>(gaussian, 4));
  const a = v128.load32_splat(gaussian, 8);
  const b = v128.load32_splat(gaussian, 12);
  const c = v128.load32_splat(gaussian, 16);
  const d = v128.load32_splat(gaussian, 20);
  let largest = splat(-Infinity);
  for (let offset: usize = 0; offset < words(count); offset += 16) {
    const s = sub(v128.load(starts + offset), start);
    const e = sub(v128.load(ends + offset), end);
    const u = multiplyAdd(a, s, mul(c, e));
    const v = multiplyAdd(b, s, mul(d, e));
    const score = sub(mul(v128.load(x + offset), factor), multiplyAdd(u, u, mul(v, v)));
    largest = f32x4.pmax(largest, score);
    v128.store(x + offset, score);
  }
  return largest;
}

/**
 * From the gradient g of a row of log G, writes the gradient of the Gaussian and adds that of the locations n_j. (Sums in double
 * precision would not be more accurate, because the terms are rounded.)
 * @param dGaussian [6]
 */
export function logPriorGradient(
  g: usize,
  count: i32,
  gaussian: usize,
  location: usize,
  starts: usize,
  ends: usize,
  dGaussian: usize,
  dStarts: usize,
  dEnds: usize,
): void {
  const start = splat(load<f32>(location) + load<f32>(gaussian));
  const end = splat(load<f32>(location, 4) + load<f32>(gaussian, 4));
  const a = v128.load32_splat(gaussian, 8);
  const b = v128.load32_splat(gaussian, 12);
  const c = v128.load32_splat(gaussian, 16);
  const d = v128.load32_splat(gaussian, 20);
  let dStart = splat(0);
  let dEnd = splat(0);
  let dA = splat(0);
  let dB = splat(0);
  let dC = splat(0);
  let dD = splat(0);
  for (let offset: usize = 0; offset < words(count); offset += 16) {
    const s = sub(v128.load(starts + offset), start);
    const e = sub(v128.load(ends + offset), end);
    const twice = mul(v128.load(g + offset), splat(-2));
    const du = mul(twice, multiplyAdd(a, s, mul(c, e)));
    const dv = mul(twice, multiplyAdd(b, s, mul(d, e)));
    const ds = multiplyAdd(a, du, mul(b, dv));
    const de = multiplyAdd(c, du, mul(d, dv));
    v128.store(dStarts + offset, add(v128.load(dStarts + offset), ds));
    v128.store(dEnds + offset, add(v128.load(dEnds + offset), de));
    dStart = sub(dStart, ds);
    dEnd = sub(dEnd, de);
    dA = multiplyAdd(du, s, dA);
    dB = multiplyAdd(dv, s, dB);
    dC = multiplyAdd(du, e, dC);
    dD = multiplyAdd(dv, e, dD);
  }
  store<f32>(dGaussian, sumOfLanes(dStart));
  store<f32>(dGaussian, sumOfLanes(dEnd), 4);
  store<f32>(dGaussian, sumOfLanes(dA), 8);
  store<f32>(dGaussian, sumOfLanes(dB), 12);
  store<f32>(dGaussian, sumOfLanes(dC), 16);
  store<f32>(dGaussian, sumOfLanes(dD), 20);
}
