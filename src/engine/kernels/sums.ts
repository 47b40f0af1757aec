// Sums of float32 in double precision.
import { highHalf, lowHalf, sumOfHalves } from "./lib/doubles";
import { loadUpTo4, storeUpTo4, words } from "./lib/simd";

/** Four sums times the scale, as float32. */
@inline
function scaled(low: v128, high: v128, scale: v128): v128 {
  const first = f32x4.demote_f64x2_zero(f64x2.mul(low, scale));
  const last = f32x4.demote_f64x2_zero(f64x2.mul(high, scale));
  return v128.shuffle<f32>(first, last, 0, 1, 4, 5);
}

/** Sums the rows of each block, times `scale`: [blocks, rows, width] → [blocks, width]. A unit is eight columns of a block. */
export function sumRows(
  first: i32,
  end: i32,
  source: usize,
  rows: i32,
  width: i32,
  scale: f64,
  out: usize,
): void {
  const factor = f64x2.splat(scale);
  const stride = words(width);
  const groups = (width + 7) >> 3;
  for (let unit = first; unit < end; unit++) {
    const block = unit / groups;
    const j = (unit % groups) << 3;
    const from = source + words(block * rows * width + j);
    const to = out + words(block * width + j);
    if (j + 8 <= width) sumEight(from, rows, stride, factor, to);
    else {
      sumUpTo4(from, rows, stride, width - j, factor, to);
      if (width - j > 4) sumUpTo4(from + 16, rows, stride, width - j - 4, factor, to + 16);
    }
  }
}

/** Sums eight columns. @param stride bytes from one row to the next */
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

/**
 * Sums the columns of rows `first` … `end` - 1, times `scale`: [rows, width] → [rows]. Uses four sums, because each addition waits
 * for the previous one.
 */
export function sumColumns(first: i32, end: i32, source: usize, width: i32, scale: f64, out: usize): void {
  for (let row = first; row < end; row++) {
    const from = source + words(row * width);
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    let j = 0;
    for (; j + 4 <= width; j += 4) {
      const x = v128.load(from + words(j));
      low = f64x2.add(low, lowHalf(x));
      high = f64x2.add(high, highHalf(x));
    }
    for (; j < width; j++) low = f64x2.add(low, lowHalf(v128.load32_zero(from + words(j))));
    store<f32>(out + words(row), <f32>(sumOfHalves(low, high) * scale));
  }
}

/**
 * The sum of squares of blocks `first` … `end` - 1.
 * @param table two words per block: its address and its number of elements
 * @param out [blocks] float64
 */
export function sumOfSquares(first: i32, end: i32, table: usize, out: usize): void {
  for (let block = first; block < end; block++) {
    const entry = table + words(2 * block);
    store<f64>(out + words(2 * block), squaresOf(<usize>load<u32>(entry), load<i32>(entry, 4)));
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
