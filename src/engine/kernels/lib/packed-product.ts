// Matrix products. The innermost loop is a separate function without conditions, because V8 then generates code twice as fast.
import { packPanels, paddedDepth } from "./pack";
import { multiplyAdd, splat, words } from "./simd";

/** A 4×8 tile of the product of two packed panels. @param depth an even number @param stride bytes from one row to the next */
export function tile(left: usize, right: usize, depth: i32, out: usize, stride: usize): void {
  let a0 = splat(0);
  let b0 = splat(0);
  let a1 = splat(0);
  let b1 = splat(0);
  let a2 = splat(0);
  let b2 = splat(0);
  let a3 = splat(0);
  let b3 = splat(0);
  for (let k = 0; k < depth; k += 2) {
    const p = v128.load(right, 0);
    const q = v128.load(right, 16);
    const x0 = v128.load32_splat(left, 0);
    a0 = multiplyAdd(x0, p, a0);
    b0 = multiplyAdd(x0, q, b0);
    const x1 = v128.load32_splat(left, 4);
    a1 = multiplyAdd(x1, p, a1);
    b1 = multiplyAdd(x1, q, b1);
    const x2 = v128.load32_splat(left, 8);
    a2 = multiplyAdd(x2, p, a2);
    b2 = multiplyAdd(x2, q, b2);
    const x3 = v128.load32_splat(left, 12);
    a3 = multiplyAdd(x3, p, a3);
    b3 = multiplyAdd(x3, q, b3);
    const r = v128.load(right, 32);
    const s = v128.load(right, 48);
    const y0 = v128.load32_splat(left, 16);
    a0 = multiplyAdd(y0, r, a0);
    b0 = multiplyAdd(y0, s, b0);
    const y1 = v128.load32_splat(left, 20);
    a1 = multiplyAdd(y1, r, a1);
    b1 = multiplyAdd(y1, s, b1);
    const y2 = v128.load32_splat(left, 24);
    a2 = multiplyAdd(y2, r, a2);
    b2 = multiplyAdd(y2, s, b2);
    const y3 = v128.load32_splat(left, 28);
    a3 = multiplyAdd(y3, r, a3);
    b3 = multiplyAdd(y3, s, b3);
    left += 32;
    right += 64;
  }
  v128.store(out, a0);
  v128.store(out, b0, 16);
  out += stride;
  v128.store(out, a1);
  v128.store(out, b1, 16);
  out += stride;
  v128.store(out, a2);
  v128.store(out, b2, 16);
  out += stride;
  v128.store(out, a3);
  v128.store(out, b3, 16);
}

/** Copies `rows` × `columns` of the 4×8 tile at `from` to the product, or adds them. */
function copyTile(from: usize, out: usize, stride: usize, rows: i32, columns: i32, accumulate: bool): void {
  for (let row = 0; row < rows; row++) {
    if (columns == 8) {
      let a = v128.load(from);
      let b = v128.load(from, 16);
      if (accumulate) {
        a = f32x4.add(v128.load(out), a);
        b = f32x4.add(v128.load(out, 16), b);
      }
      v128.store(out, a);
      v128.store(out, b, 16);
    } else {
      for (let offset: usize = 0; offset < words(columns); offset += 4) {
        const before: f32 = accumulate ? load<f32>(out + offset) : 0;
        store<f32>(out + offset, before + load<f32>(from + offset));
      }
    }
    from += 32;
    out += stride;
  }
}

/**
 * The product of packed operands, out (+)= left · right, [rows, columns].
 * @param stride words from one row of `out` to the next
 * @param border 128 bytes of scratch
 */
export function multiplyPacked(
  left: usize,
  right: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  out: usize,
  stride: i32,
  accumulate: bool,
  border: usize,
): void {
  const even = paddedDepth(depth);
  for (let column = 0; column < columns; column += 8) {
    const width = min(8, columns - column);
    let panel = left;
    for (let row = 0; row < rows; row += 4) {
      const height = min(4, rows - row);
      const corner = out + words(row * stride + column);
      if (height == 4 && width == 8 && !accumulate) tile(panel, right, even, corner, words(stride));
      else {
        tile(panel, right, even, border, 32);
        copyTile(border, corner, words(stride), height, width, accumulate);
      }
      panel += words(even * 4);
    }
    right += words(even * 8);
  }
}

/** Block sizes. A packed block of the right operand fits into the second-level cache, one of the left into the first. */
const depthBlock = 512;
const columnBlock = 512;
const rowBlock = 64;

/** Bytes of scratch for {@link product}. */
export function multiplyScratch(): i32 {
  return 128 + 4 * depthBlock * (columnBlock + rowBlock);
}

/**
 * out (+)= left · right (+ bias), [rows, depth] · [depth, columns]. The strides of each operand are the words from one row, or
 * column, to the next.
 * @param outStride words from one row of `out` to the next
 * @param bias [columns], added to every row; 0 for no bias
 */
export function product(
  rows: i32,
  columns: i32,
  depth: i32,
  left: usize,
  leftRow: i32,
  leftColumn: i32,
  right: usize,
  rightRow: i32,
  rightColumn: i32,
  out: usize,
  outStride: i32,
  accumulate: bool,
  bias: usize,
  scratch: usize,
): void {
  if (depth == 0) {
    for (let row = 0; row < rows; row++) {
      if (!accumulate) memory.fill(out + words(row * outStride), 0, words(columns));
      if (bias) addRow(bias, out + words(row * outStride), columns);
    }
  }
  const packedRight = scratch + 128;
  const packedLeft = packedRight + words(depthBlock * columnBlock);
  for (let column = 0; column < columns; column += columnBlock) {
    const width = min(columnBlock, columns - column);
    for (let k = 0; k < depth; k += depthBlock) {
      const inner = min(depthBlock, depth - k);
      const start = right + words(k * rightRow + column * rightColumn);
      packPanels(start, rightColumn, rightRow, width, inner, 8, packedRight);
      for (let row = 0; row < rows; row += rowBlock) {
        const height = min(rowBlock, rows - row);
        const from = left + words(row * leftRow + k * leftColumn);
        packPanels(from, leftRow, leftColumn, height, inner, 4, packedLeft);
        const to = out + words(row * outStride + column);
        const adds = accumulate || k > 0;
        multiplyPacked(packedLeft, packedRight, height, width, inner, to, outStride, adds, scratch);
        if (bias == 0 || k + inner < depth) continue;
        for (let i = 0; i < height; i++) addRow(bias + words(column), to + words(i * outStride), width);
      }
    }
  }
}

/** Adds a row of `width` words to another row. */
export function addRow(from: usize, to: usize, width: i32): void {
  let j = 0;
  for (; j + 4 <= width; j += 4) {
    const offset = words(j);
    v128.store(to + offset, f32x4.add(v128.load(to + offset), v128.load(from + offset)));
  }
  for (; j < width; j++) {
    const offset = words(j);
    store<f32>(to + offset, load<f32>(to + offset) + load<f32>(from + offset));
  }
}
