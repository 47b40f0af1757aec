import { words } from "./lib/simd";

/**
 * Swaps the sides of each matrix of a batch, [matrices, rows, columns] → [matrices, columns, rows]. A unit of work is up to four
 * columns of a matrix; `first` … `end` - 1 count ⌈columns / 4⌉ of them per matrix.
 */
export function transposeEach(
  first: i32,
  end: i32,
  source: usize,
  rows: i32,
  columns: i32,
  target: usize,
): void {
  const groups = (columns + 3) >> 2;
  for (let unit = first; unit < end; unit++) {
    const matrix = unit / groups;
    const column = (unit - matrix * groups) << 2;
    const from = source + words(matrix * rows * columns + column);
    const to = target + words((matrix * columns + column) * rows);
    const width = min(4, columns - column);
    const done = width == 4 ? transposeFour(from, rows & ~3, words(columns), to, words(rows)) : 0;
    for (let j = 0; j < width; j++) {
      const out = to + words(j * rows);
      for (let i = done; i < rows; i++)
        store<f32>(out + words(i), load<f32>(from + words(i * columns + j)));
    }
  }
}

/** Four columns of `rows` rows, a multiple of four. The strides are bytes from one row to the next. */
function transposeFour(from: usize, rows: i32, stride: usize, to: usize, outStride: usize): i32 {
  for (let i = 0; i < rows; i += 4) {
    const p = v128.load(from);
    const q = v128.load(from + stride);
    const r = v128.load(from + 2 * stride);
    const s = v128.load(from + 3 * stride);
    const pq = v128.shuffle<f32>(p, q, 0, 4, 1, 5);
    const rs = v128.shuffle<f32>(r, s, 0, 4, 1, 5);
    const pqHigh = v128.shuffle<f32>(p, q, 2, 6, 3, 7);
    const rsHigh = v128.shuffle<f32>(r, s, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f32>(pq, rs, 0, 1, 4, 5));
    v128.store(to + outStride, v128.shuffle<f32>(pq, rs, 2, 3, 6, 7));
    v128.store(to + 2 * outStride, v128.shuffle<f32>(pqHigh, rsHigh, 0, 1, 4, 5));
    v128.store(to + 3 * outStride, v128.shuffle<f32>(pqHigh, rsHigh, 2, 3, 6, 7));
    from += 4 * stride;
    to += 16;
  }
  return rows;
}
