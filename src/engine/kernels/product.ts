// Matrix products, with a bias and GELU while the rows are in the cache.
import { geluOf } from "./lib/gelu";
import { addRow, product } from "./lib/packed-product";
import { loadUpTo4, storeUpTo4, words } from "./lib/simd";

export { multiplyScratch } from "./lib/packed-product";

/**
 * Panels `first` … `end` - 1 of a product, of eight columns or four rows each. The other parameters are those of {@link product}.
 * @param activated [rows, columns] receives GELU of the product, with the same stride; 0 for no GELU
 */
export function multiply(
  first: i32,
  end: i32,
  byColumns: bool,
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
  activated: usize,
  scratch: usize,
): void {
  if (byColumns) {
    const start = 8 * first;
    right += words(start * rightColumn);
    out += words(start);
    if (activated) activated += words(start);
    if (bias) bias += words(start);
    columns = min(columns, 8 * end) - start;
  } else {
    const start = 4 * first;
    left += words(start * leftRow);
    out += words(start * outStride);
    if (activated) activated += words(start * outStride);
    rows = min(rows, 4 * end) - start;
  }
  product(
    rows,
    columns,
    depth,
    left,
    leftRow,
    leftColumn,
    right,
    rightRow,
    rightColumn,
    out,
    outStride,
    accumulate,
    bias,
    scratch,
  );
  if (activated) geluRows(out, rows, columns, outStride, activated);
}

/** Products `first` … `end` - 1 of a batch, with dense outputs. Steps are the words from one operand to the next. */
export function multiplyEach(
  first: i32,
  end: i32,
  rows: i32,
  columns: i32,
  depth: i32,
  left: usize,
  leftStep: i32,
  leftRow: i32,
  leftColumn: i32,
  right: usize,
  rightStep: i32,
  rightRow: i32,
  rightColumn: i32,
  out: usize,
  scratch: usize,
): void {
  for (let i = first; i < end; i++) {
    product(
      rows,
      columns,
      depth,
      left + words(i * leftStep),
      leftRow,
      leftColumn,
      right + words(i * rightStep),
      rightRow,
      rightColumn,
      out + words(i * rows * columns),
      columns,
      false,
      0,
      scratch,
    );
  }
}

/**
 * Completes a block of a product that a BLAS has computed: adds `bias` [width] to each row and writes GELU of the result to
 * `activated`; either may be 0. `stride` is the words from one row to the next.
 */
export function finishRows(
  bias: usize,
  rows: i32,
  width: i32,
  out: usize,
  stride: i32,
  activated: usize,
): void {
  if (bias) for (let row = 0; row < rows; row++) addRow(bias, out + words(row * stride), width);
  if (activated) geluRows(out, rows, width, stride, activated);
}

function geluRows(x: usize, rows: i32, width: i32, stride: i32, out: usize): void {
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < width; j += 4) {
      const offset = words(row * stride + j);
      storeUpTo4(out + offset, geluOf(loadUpTo4(x + offset, width - j)), width - j);
    }
  }
}
