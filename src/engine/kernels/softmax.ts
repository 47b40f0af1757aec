import { loadUpTo4, mul, splat, storeUpTo4, sub, words } from "./lib/simd";
import { highHalf, lowHalf, sumOfHalves } from "./lib/doubles";

/**
 * The gradient of softmax over rows `first` … `end` - 1 of `size`, from its value and dy. A row of dx sums to 0, except for
 * rounding. We subtract the rounding error where the value is largest.
 */
export function softmaxGradient(first: i32, end: i32, value: usize, dy: usize, size: i32, dx: usize): void {
  value += words(first * size);
  dy += words(first * size);
  dx += words(first * size);
  for (let row = first; row < end; row++) {
    const largest = splat(largestOf(value, size));
    const along = splat(<f32>sumOfProducts(value, dy, size));
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    for (let j = 0; j < size; j += 4) {
      const offset = words(j);
      const lanes = size - j;
      const d = mul(loadUpTo4(value + offset, lanes), sub(loadUpTo4(dy + offset, lanes), along));
      low = f64x2.add(low, lowHalf(d));
      high = f64x2.add(high, highHalf(d));
      storeUpTo4(dx + offset, d, lanes);
    }
    const rest = splat(<f32>sumOfHalves(low, high));
    for (let j = 0; j < size; j += 4) {
      const offset = words(j);
      const lanes = size - j;
      const isLargest = f32x4.eq(loadUpTo4(value + offset, lanes), largest);
      storeUpTo4(dx + offset, sub(loadUpTo4(dx + offset, lanes), v128.and(isLargest, rest)), lanes);
    }
    value += words(size);
    dy += words(size);
    dx += words(size);
  }
}

/** The largest of nonnegative numbers. */
function largestOf(x: usize, count: i32): f32 {
  let most = splat(0);
  for (let i = 0; i < count; i += 4) most = f32x4.pmax(most, loadUpTo4(x + words(i), count - i));
  return max(
    max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
    max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
  );
}

function sumOfProducts(x: usize, y: usize, count: i32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let i = 0; i < count; i += 4) {
    const product = mul(loadUpTo4(x + words(i), count - i), loadUpTo4(y + words(i), count - i));
    low = f64x2.add(low, lowHalf(product));
    high = f64x2.add(high, highHalf(product));
  }
  return sumOfHalves(low, high);
}
