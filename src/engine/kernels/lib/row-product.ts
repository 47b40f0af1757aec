// The product of a matrix and one vector. Packing the matrix would take longer than the product, and tiles of four rows would
// waste three rows.
import { multiplyAdd, splat, words } from "./simd";

/** {@link multiplyRow} computes this many results at a time. */
export const rowTile: i32 = 16;

/**
 * out = matrix · vector, [rows, depth] · [depth]. It adds in the order of a packed product, so both give the same bits.
 * @param rows at least {@link rowTile}
 */
export function multiplyRow(matrix: usize, vector: usize, rows: i32, depth: i32, out: usize): void {
  for (let row = 0; row < rows; row += rowTile) {
    // The last tile may compute some rows again.
    const start = min(row, rows - rowTile);
    sixteenRows(matrix + words(start * depth), vector, depth, out + words(start));
  }
}

function sixteenRows(matrix: usize, vector: usize, depth: i32, out: usize): void {
  blocks(matrix, words(depth), vector, vector + words(depth & ~3), out);
  for (let k = depth & ~3; k < depth; k++) {
    const x = v128.load32_splat(vector + words(k));
    for (let row = 0; row < rowTile; row += 4) {
      const to = out + words(row);
      v128.store(to, multiplyAdd(x, column(matrix + words(row * depth + k), words(depth)), v128.load(to)));
    }
  }
}

/** The part of the depth that is a multiple of four, which ends at `end`. */
function blocks(matrix: usize, stride: usize, vector: usize, end: usize, out: usize): void {
  let second = matrix + 4 * stride;
  let third = second + 4 * stride;
  let fourth = third + 4 * stride;
  const twice = 2 * stride;
  const thrice = 3 * stride;
  let a = splat(0);
  let b = splat(0);
  let c = splat(0);
  let d = splat(0);
  while (vector < end) {
    const x = v128.load(vector);
    const x0 = v128.shuffle<f32>(x, x, 0, 0, 0, 0);
    const x1 = v128.shuffle<f32>(x, x, 1, 1, 1, 1);
    const x2 = v128.shuffle<f32>(x, x, 2, 2, 2, 2);
    const x3 = v128.shuffle<f32>(x, x, 3, 3, 3, 3);
    a = addFour(matrix, stride, twice, thrice, x0, x1, x2, x3, a);
    b = addFour(second, stride, twice, thrice, x0, x1, x2, x3, b);
    c = addFour(third, stride, twice, thrice, x0, x1, x2, x3, c);
    d = addFour(fourth, stride, twice, thrice, x0, x1, x2, x3, d);
    vector += 16;
    matrix += 16;
    second += 16;
    third += 16;
    fourth += 16;
  }
  v128.store(out, a);
  v128.store(out, b, 16);
  v128.store(out, c, 32);
  v128.store(out, d, 48);
}

/** Adds the product of a 4×4 block and four words, one column after the other. */
@inline
function addFour(
  block: usize,
  stride: usize,
  twice: usize,
  thrice: usize,
  x0: v128,
  x1: v128,
  x2: v128,
  x3: v128,
  sum: v128,
): v128 {
  const p = v128.load(block);
  const q = v128.load(block + stride);
  const r = v128.load(block + twice);
  const s = v128.load(block + thrice);
  const pq = v128.shuffle<f32>(p, q, 0, 4, 1, 5);
  const rs = v128.shuffle<f32>(r, s, 0, 4, 1, 5);
  sum = multiplyAdd(x0, v128.shuffle<f32>(pq, rs, 0, 1, 4, 5), sum);
  sum = multiplyAdd(x1, v128.shuffle<f32>(pq, rs, 2, 3, 6, 7), sum);
  const pqHigh = v128.shuffle<f32>(p, q, 2, 6, 3, 7);
  const rsHigh = v128.shuffle<f32>(r, s, 2, 6, 3, 7);
  sum = multiplyAdd(x2, v128.shuffle<f32>(pqHigh, rsHigh, 0, 1, 4, 5), sum);
  return multiplyAdd(x3, v128.shuffle<f32>(pqHigh, rsHigh, 2, 3, 6, 7), sum);
}

/** Four words of a column. */
@inline
function column(top: usize, stride: usize): v128 {
  let x = v128.load32_zero(top);
  x = f32x4.replace_lane(x, 1, load<f32>(top + stride));
  x = f32x4.replace_lane(x, 2, load<f32>(top + 2 * stride));
  return f32x4.replace_lane(x, 3, load<f32>(top + 3 * stride));
}
