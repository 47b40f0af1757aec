import { words } from "./simd";

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

/** Writes the same row `rows` times, one after the other. */
export function fillRows(row: usize, rows: i32, width: i32, out: usize): void {
  for (let i = 0; i < rows; i++) memory.copy(out + words(i * width), row, words(width));
}
