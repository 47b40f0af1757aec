import { add, loadUpTo4, mul, multiplyAdd, splat, storeUpTo4, sub, sumOfLanes, words } from "./lib/simd";

/** The first `count` lanes of x; zeros in the others. */
@inline
function only(x: v128, count: i32): v128 {
  return count >= 4 ? x : v128.and(x, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count)));
}

/**
 * Normalizes rows `first` … `end` - 1 of `size`, then scales and shifts them. `statistics` receives mean and 1 / deviation of
 * each row.
 */
export function layerNorm(
  first: i32,
  end: i32,
  x: usize,
  weight: usize,
  bias: usize,
  size: i32,
  epsilon: f32,
  out: usize,
  statistics: usize,
): void {
  x += words(first * size);
  out += words(first * size);
  statistics += words(2 * first);
  for (let row = first; row < end; row++) {
    let sum = splat(0);
    for (let j = 0; j < size; j += 4) sum = add(sum, loadUpTo4(x + words(j), size - j));
    const mean = sumOfLanes(sum) / <f32>size;
    let squares = splat(0);
    for (let j = 0; j < size; j += 4) {
      const centered = only(sub(loadUpTo4(x + words(j), size - j), splat(mean)), size - j);
      squares = multiplyAdd(centered, centered, squares);
    }
    const inverse: f32 = 1 / Mathf.sqrt(sumOfLanes(squares) / <f32>size + epsilon);
    for (let j = 0; j < size; j += 4) {
      const offset = words(j);
      const lanes = size - j;
      const normal = mul(sub(loadUpTo4(x + offset, lanes), splat(mean)), splat(inverse));
      storeUpTo4(out + offset, multiplyAdd(normal, loadUpTo4(weight + offset, lanes), loadUpTo4(bias + offset, lanes)), lanes);
    }
    store<f32>(statistics, mean);
    store<f32>(statistics, inverse, 4);
    statistics += 8;
    x += words(size);
    out += words(size);
  }
}

/** dx of rows `first` … `end` - 1. */
export function layerNormInputGradient(
  first: i32,
  end: i32,
  x: usize,
  weight: usize,
  statistics: usize,
  dy: usize,
  size: i32,
  dx: usize,
): void {
  x += words(first * size);
  dy += words(first * size);
  dx += words(first * size);
  statistics += words(2 * first);
  for (let row = first; row < end; row++) {
    const mean = splat(load<f32>(statistics));
    const inverse = splat(load<f32>(statistics, 4));
    let sum = splat(0);
    let along = splat(0);
    for (let j = 0; j < size; j += 4) {
      const offset = words(j);
      const lanes = size - j;
      const normal = mul(sub(loadUpTo4(x + offset, lanes), mean), inverse);
      const dNormal = mul(loadUpTo4(dy + offset, lanes), loadUpTo4(weight + offset, lanes));
      sum = add(sum, dNormal);
      along = multiplyAdd(dNormal, normal, along);
    }
    const meanGradient = splat(sumOfLanes(sum) / <f32>size);
    const meanAlong = splat(sumOfLanes(along) / <f32>size);
    for (let j = 0; j < size; j += 4) {
      const offset = words(j);
      const lanes = size - j;
      const normal = mul(sub(loadUpTo4(x + offset, lanes), mean), inverse);
      const dNormal = mul(loadUpTo4(dy + offset, lanes), loadUpTo4(weight + offset, lanes));
      const centered = sub(sub(dNormal, meanGradient), mul(normal, meanAlong));
      storeUpTo4(dx + offset, mul(centered, inverse), lanes);
    }
    statistics += 8;
    x += words(size);
    dy += words(size);
    dx += words(size);
  }
}

/** Gradients of weight and bias. A unit is eight columns. */
export function layerNormParameterGradient(
  first: i32,
  end: i32,
  x: usize,
  statistics: usize,
  dy: usize,
  rows: i32,
  size: i32,
  dWeight: usize,
  dBias: usize,
): void {
  for (let j = first << 3; j < min(end << 3, size); j += 4) {
    const lanes = size - j;
    let weight = splat(0);
    let bias = splat(0);
    for (let row = 0; row < rows; row++) {
      const offset = words(row * size + j);
      const mean = splat(load<f32>(statistics + words(2 * row)));
      const inverse = splat(load<f32>(statistics + words(2 * row), 4));
      const d = loadUpTo4(dy + offset, lanes);
      weight = multiplyAdd(d, mul(sub(loadUpTo4(x + offset, lanes), mean), inverse), weight);
      bias = add(d, bias);
    }
    storeUpTo4(dWeight + words(j), weight, lanes);
    storeUpTo4(dBias + words(j), bias, lanes);
  }
}
