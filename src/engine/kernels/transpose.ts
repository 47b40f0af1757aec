import { transposeBlock, words } from "./lib/simd";

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
    let row = 0;
    if (width == 4) {
      for (; row + 4 <= rows; row += 4)
        transposeBlock(from + words(row * columns), words(columns), to + words(row), words(rows));
    }
    for (let j = 0; j < width; j++) {
      const out = to + words(j * rows);
      for (let i = row; i < rows; i++)
        store<f32>(out + words(i), load<f32>(from + words(i * columns + j)));
    }
  }
}
