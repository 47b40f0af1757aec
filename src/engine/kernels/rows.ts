import { addRow } from "./lib/packed-product";
import { words } from "./lib/simd";

/** Copies rows `first` … `end` - 1 of `width` words. Strides are the words from one row to the next. */
export function copyRows(
  first: i32,
  end: i32,
  source: usize,
  sourceStride: i32,
  width: i32,
  target: usize,
  targetStride: i32,
): void {
  for (let row = first; row < end; row++) {
    copyRow(source + words(row * sourceStride), target + words(row * targetStride), width);
  }
}

/**
 * Copies row index[i] of `source` to row i of `target`, for i = `first` … `end` - 1; rows of `width` words. Writes zeros for an
 * index that is not one of the `rows` of the source.
 */
export function gatherRows(
  first: i32,
  end: i32,
  source: usize,
  rows: i32,
  index: usize,
  width: i32,
  target: usize,
): void {
  for (let i = first; i < end; i++) {
    const row = load<i32>(index + words(i));
    const to = target + words(i * width);
    if (row >= 0 && row < rows) copyRow(source + words(row * width), to, width);
    else memory.fill(to, 0, words(width));
  }
}

/**
 * The gradient of {@link gatherRows}: adds row i of `source` to row index[i] of `target`, for `count` rows. Skips an index that is
 * not one of the `rows` of the target.
 */
export function addToRows(source: usize, index: usize, count: i32, width: i32, target: usize, rows: i32): void {
  memory.fill(target, 0, words(rows * width));
  for (let i = 0; i < count; i++) {
    const row = load<i32>(index + words(i));
    if (row >= 0 && row < rows) addRow(source + words(i * width), target + words(row * width), width);
  }
}

@inline
function copyRow(from: usize, to: usize, width: i32): void {
  if (width > 64) {
    memory.copy(to, from, words(width));
    return;
  }
  let j = 0;
  for (; j + 4 <= width; j += 4) v128.store(to + words(j), v128.load(from + words(j)));
  for (; j < width; j++) store<u32>(to + words(j), load<u32>(from + words(j)));
}
