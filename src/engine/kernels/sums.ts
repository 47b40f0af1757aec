// Sums of float32, added up in 64 bits.
import { loadUpTo4, storeUpTo4, words } from "./simd";

@inline
export function lowHalf(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

@inline
export function highHalf(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3));
}

@inline
export function sumOfHalves(low: v128, high: v128): f64 {
  return (
    f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1) + (f64x2.extract_lane(high, 0) + f64x2.extract_lane(high, 1))
  );
}

/** Four float32: each of two and two sums times the scale. */
@inline
function scaled(low: v128, high: v128, scale: v128): v128 {
  const first = f32x4.demote_f64x2_zero(f64x2.mul(low, scale));
  const last = f32x4.demote_f64x2_zero(f64x2.mul(high, scale));
  return v128.shuffle<f32>(first, last, 0, 1, 4, 5);
}

/** out[b, j] = scale · Σ over the rows of block b of column j: [blocks, rows, width] → [blocks, width] */
export function sumRows(source: usize, blocks: i32, rows: i32, width: i32, scale: f64, out: usize): void {
  const factor = f64x2.splat(scale);
  const stride = words(width);
  for (let block = 0; block < blocks; block++) {
    let j = 0;
    for (; j + 8 <= width; j += 8) sumEight(source + words(j), rows, stride, factor, out + words(j));
    for (; j < width; j += 4) sumUpTo4(source + words(j), rows, stride, width - j, factor, out + words(j));
    source += words(rows * width);
    out += stride;
  }
}

/** Eight columns; `stride` bytes from one row to the next. */
function sumEight(source: usize, rows: i32, stride: usize, scale: v128, out: usize): void {
  let a = f64x2.splat(0);
  let b = f64x2.splat(0);
  let c = f64x2.splat(0);
  let d = f64x2.splat(0);
  for (let row = 0; row < rows; row++) {
    const x = v128.load(source);
    const y = v128.load(source, 16);
    a = f64x2.add(a, lowHalf(x));
    b = f64x2.add(b, highHalf(x));
    c = f64x2.add(c, lowHalf(y));
    d = f64x2.add(d, highHalf(y));
    source += stride;
  }
  v128.store(out, scaled(a, b, scale));
  v128.store(out, scaled(c, d, scale), 16);
}

function sumUpTo4(source: usize, rows: i32, stride: usize, columns: i32, scale: v128, out: usize): void {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let row = 0; row < rows; row++) {
    const x = loadUpTo4(source, columns);
    low = f64x2.add(low, lowHalf(x));
    high = f64x2.add(high, highHalf(x));
    source += stride;
  }
  storeUpTo4(out, scaled(low, high, scale), columns);
}

/** out[i] = scale · Σ of row i: [rows, width] → [rows]; four sums, because each addition waits for the one before. */
export function sumColumns(source: usize, rows: i32, width: i32, scale: f64, out: usize): void {
  for (let row = 0; row < rows; row++) {
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    let j = 0;
    for (; j + 4 <= width; j += 4) {
      const x = v128.load(source + words(j));
      low = f64x2.add(low, lowHalf(x));
      high = f64x2.add(high, highHalf(x));
    }
    for (; j < width; j++) low = f64x2.add(low, lowHalf(v128.load32_zero(source + words(j))));
    store<f32>(out + words(row), <f32>(sumOfHalves(low, high) * scale));
    source += words(width);
  }
}

/**
 * Σ of squares of each of the blocks from `first` up to `end`, added up in 64 bits.
 * @param table two words a block: its address and how many elements
 * @param out [blocks] 64-bit sums
 */
export function sumOfSquares(first: i32, end: i32, table: usize, out: usize): void {
  for (let block = first; block < end; block++) {
    const own = table + words(2 * block);
    store<f64>(out + words(2 * block), squaresOf(<usize>load<u32>(own), load<i32>(own, 4)));
  }
}

function squaresOf(source: usize, count: i32): f64 {
  let sum = f64x2.splat(0);
  for (let i = 0; i < count; i += 4) {
    const x = loadUpTo4(source + words(i), count - i);
    const low = lowHalf(x);
    const high = highHalf(x);
    sum = f64x2.add(sum, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
  }
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}
