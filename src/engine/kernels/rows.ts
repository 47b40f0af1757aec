import { addRow } from "./lib/product";
import { words } from "./lib/simd";

/** Copies the rows from `first` up to `end`, `width` words each; strides, in words, lead from one row to the next. */
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
 * Row i of `target` becomes row index[i] of `source`, for the rows from `first` up to `end`; rows of `width` words. Zeros where
 * the index is not one of the `rows` of the source.
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
 * The reverse: adds each of `count` rows of `source` to row index[i] of `target`; a row whose index is not one of the
 * `rows` of the target is left out.
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
