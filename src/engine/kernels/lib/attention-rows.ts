// Passes over a row of attention scores. In scratch, a row is padded to whole vectors of four, so its loops have no conditions. In a
// tensor, a row is as long as its sentence, so its last words are processed one by one.
import { expOfNegative } from "./functions";
import { add, mul, splat, sub, sumOfLanes, words } from "./simd";
import { highHalf, lowHalf, sumOfHalves } from "./doubles";

/** Terms e^x for smaller x are treated as 0. They are subnormal in float32, which is slow. */
const negligible: f32 = -87;

@inline
export function wholeVectors(count: i32): i32 {
  return (count + 3) & ~3;
}

/** Pads a row in scratch to whole vectors. */
export function pad(x: usize, count: i32, value: f32): void {
  for (let j = count; j < wholeVectors(count); j++) store<f32>(x + words(j), value);
}

/** x *= scale. @returns the largest of the lanes */
export function scaleRow(x: usize, whole: i32, scale: f32): v128 {
  let largest = splat(-Infinity);
  for (const end = x + words(whole); x < end; x += 16) {
    const score = mul(v128.load(x), splat(scale));
    largest = f32x4.pmax(largest, score);
    v128.store(x, score);
  }
  return largest;
}

/** x = e^(x - largest). @returns the sum */
export function exponentials(x: usize, whole: i32, largest: f32): f32 {
  let sum = splat(0);
  for (const end = x + words(whole); x < end; x += 16) {
    const shifted = sub(v128.load(x), splat(largest));
    const value = v128.andnot(expOfNegative(shifted), f32x4.lt(shifted, splat(negligible)));
    sum = add(sum, value);
    v128.store(x, value);
  }
  return sumOfLanes(sum);
}

/** out = scale · x */
export function scaleInto(x: usize, count: i32, scale: f32, out: usize): void {
  let j = 0;
  for (; j + 4 <= count; j += 4) v128.store(out + words(j), mul(v128.load(x + words(j)), splat(scale)));
  for (; j < count; j++) store<f32>(out + words(j), load<f32>(x + words(j)) * scale);
}

/** out = x ⊙ y; out may be x. */
export function multiplyInto(x: usize, y: usize, count: i32, out: usize): void {
  let j = 0;
  for (; j + 4 <= count; j += 4) {
    v128.store(out + words(j), mul(v128.load(x + words(j)), v128.load(y + words(j))));
  }
  for (; j < count; j++) store<f32>(out + words(j), load<f32>(x + words(j)) * load<f32>(y + words(j)));
}

export function copyRow(x: usize, count: i32, out: usize): void {
  let j = 0;
  for (; j + 4 <= count; j += 4) v128.store(out + words(j), v128.load(x + words(j)));
  for (; j < count; j++) store<f32>(out + words(j), load<f32>(x + words(j)));
}

/**
 * g = α ⊙ (g - Σ α g), the gradient of softmax. It sums to 0, except for rounding. We subtract the rounding error where the
 * weight is largest (see ops/softmax.ts).
 */
export function softmaxRowGradient(alpha: usize, g: usize, whole: i32): void {
  const bytes = words(whole);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  let largest = splat(0);
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    const weight = v128.load(alpha + offset);
    const term = mul(weight, v128.load(g + offset));
    low = f64x2.add(low, lowHalf(term));
    high = f64x2.add(high, highHalf(term));
    largest = f32x4.pmax(largest, weight);
  }
  const along = splat(<f32>sumOfHalves(low, high));
  low = f64x2.splat(0);
  high = f64x2.splat(0);
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    const d = mul(v128.load(alpha + offset), sub(v128.load(g + offset), along));
    low = f64x2.add(low, lowHalf(d));
    high = f64x2.add(high, highHalf(d));
    v128.store(g + offset, d);
  }
  const most = largestOfLanes(largest);
  let offset: usize = 0;
  while (offset < bytes && load<f32>(alpha + offset) != most) offset += 4;
  if (offset < bytes) store<f32>(g + offset, load<f32>(g + offset) - <f32>sumOfHalves(low, high));
}

@inline
export function largestOfLanes(x: v128): f32 {
  return max(
    max(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1)),
    max(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)),
  );
}
