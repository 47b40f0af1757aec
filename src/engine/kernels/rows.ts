import { loadUpTo4, storeUpTo4, words } from "./simd";

/** Copies rows: row i of `target` is row index[i] of `source`. `width` words each; strides in words. */
export function gatherRows(
  source: usize,
  sourceStride: i32,
  index: usize,
  count: i32,
  width: i32,
  target: usize,
  targetStride: i32,
): void {
  for (let i = 0; i < count; i++) {
    const row = load<i32>(index + words(i));
    memory.copy(target + words(i * targetStride), source + words(row * sourceStride), words(width));
  }
}

/** The reverse: row i of `source` becomes row index[i] of `target`, or is added to it. */
export function scatterRows(
  source: usize,
  sourceStride: i32,
  index: usize,
  count: i32,
  width: i32,
  target: usize,
  targetStride: i32,
  accumulate: bool,
): void {
  for (let i = 0; i < count; i++) {
    const from = source + words(i * sourceStride);
    const to = target + words(load<i32>(index + words(i)) * targetStride);
    if (accumulate) addRow(from, to, width);
    else memory.copy(to, from, words(width));
  }
}

@inline
function addRow(from: usize, to: usize, width: i32): void {
  let j = 0;
  for (; j + 4 <= width; j += 4) {
    const at = words(j);
    v128.store(to + at, f32x4.add(v128.load(to + at), v128.load(from + at)));
  }
  for (; j < width; j++) {
    const at = words(j);
    store<f32>(to + at, load<f32>(to + at) + load<f32>(from + at));
  }
}

/** out[j] = Σ of column j over `rows` rows, `stride` words apart, added up in 64 bits. */
export function sumRows(source: usize, stride: i32, rows: i32, width: i32, out: usize): void {
  for (let j = 0; j < width; j += 4) {
    const column = source + words(j);
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    for (let row = 0; row < rows; row++) {
      const x = loadUpTo4(column + words(row * stride), width - j);
      low = f64x2.add(low, f64x2.promote_low_f32x4(x));
      high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3)));
    }
    const sums = v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
    storeUpTo4(out + words(j), sums, width - j);
  }
}

/** Writes the same row `rows` times, one after the other. */
export function fillRows(row: usize, rows: i32, width: i32, out: usize): void {
  for (let i = 0; i < rows; i++) memory.copy(out + words(i * width), row, words(width));
}

/** Σ of squares of `count` words, added up in 64 bits. */
export function sumOfSquares(source: usize, count: i32): f64 {
  let sum = f64x2.splat(0);
  for (let i = 0; i < count; i += 4) {
    const x = loadUpTo4(source + words(i), count - i);
    const low = f64x2.promote_low_f32x4(x);
    const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3));
    sum = f64x2.add(sum, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
  }
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}
