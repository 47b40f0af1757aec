// Matrix products with a BLAS. Each thread of the engine calls the library for its blocks of a product.
import { type NumberFunction, wordBytes } from "../wasm/heap";
import { addressOf, asStored, bindSgemm, rowMajor, transposed } from "./bind";
import type { BlasLibrary } from "./library";

/** In products of fewer operations, our kernel is faster than the library. */
export const leastBlasOperations = 400_000;

/** Products of at least this many operations are cut into two, four or eight blocks. */
const cutOperations = [2e6, 2e7, 2e8];

/** BLAS kernels compute up to 16 rows or columns at a time. */
const granularity = 16;

/** How a product is cut along its longer side. */
interface Cut {
  readonly byColumns: boolean;
  /** Columns, or rows, of a block. */
  readonly block: number;
  readonly blocks: number;
}

/** Does not depend on the number of threads, so the results do not either. */
export function cutOf(rows: number, columns: number, depth: number): Cut {
  const byColumns = columns >= rows;
  const side = byColumns ? columns : rows;
  const operations = 2 * rows * columns * depth;
  const maxBlocks = 2 ** cutOperations.filter((bound) => operations >= bound).length;
  const block = Math.ceil(side / maxBlocks / granularity) * granularity;
  return { byColumns, block, blocks: Math.ceil(side / block) };
}

/** The parameter names of {@link productKernels}, in order. */
export const productParameters = {
  blasMultiply: [
    "first",
    "end",
    "byColumns",
    "block",
    "rows",
    "columns",
    "depth",
    "left",
    "leftRow",
    "leftColumn",
    "right",
    "rightRow",
    "rightColumn",
    "out",
    "outStride",
    "accumulate",
    "bias",
    "activated",
  ],
  blasMultiplyEach: [
    "first",
    "end",
    "rows",
    "columns",
    "depth",
    "left",
    "leftStep",
    "leftRow",
    "leftColumn",
    "right",
    "rightStep",
    "rightRow",
    "rightColumn",
    "out",
  ],
} as const;

/** Multiplies matrices in the engine's memory. Addresses are in bytes from its start, strides in elements. */
export type Multiply = (
  [rows, depth, columns]: readonly [number, number, number],
  left: readonly [address: number, row: number, column: number],
  right: readonly [address: number, row: number, column: number],
  out: readonly [address: number, row: number],
  accumulate: number,
) => void;

/** Binds the library's product in the calling thread. @throws EngineFailure if the library does not load */
export function bindMultiply(library: BlasLibrary, memory: WebAssembly.Memory): Multiply {
  const sgemm = bindSgemm(library);
  // Shared memory grows in place.
  const base = addressOf(new Uint8Array(memory.buffer));
  return ([rows, depth, columns], left, right, [out, outStride], accumulate) => {
    const [leftAddress, leftRow, leftColumn] = left;
    const [rightAddress, rightRow, rightColumn] = right;
    // Libraries check the row stride even of a single row.
    const [leftOrder, leftStride] =
      leftColumn === 1 ? [asStored, Math.max(leftRow, depth)] : [transposed, leftColumn];
    const [rightOrder, rightStride] =
      rightColumn === 1 ? [asStored, Math.max(rightRow, columns)] : [transposed, rightColumn];
    sgemm(
      rowMajor,
      leftOrder,
      rightOrder,
      rows,
      columns,
      depth,
      1,
      base + leftAddress,
      leftStride,
      base + rightAddress,
      rightStride,
      accumulate,
      base + out,
      outStride,
    );
  };
}

/** @param finishRows our WebAssembly kernel of that name */
export function productKernels(
  multiply: Multiply,
  finishRows: NumberFunction,
): Readonly<Record<keyof typeof productParameters, NumberFunction>> {
  return {
    /** Blocks `first` … `end` - 1 of {@link cutOf}; the other parameters are those of our kernel `multiply`. */
    blasMultiply(first, end, ...parameters) {
      const [byColumns, block, rows, columns, depth, left, leftRow, leftColumn, ...more] = parameters;
      const [right, rightRow, rightColumn, out, outStride, accumulate, bias, activated] = more;
      const side = byColumns ? columns : rows;
      const last = Math.min(end * block, side);
      for (let start = first * block; start < last; start += block) {
        const size = Math.min(block, side - start);
        const [row, column] = byColumns ? [0, start] : [start, 0];
        const [height, width] = byColumns ? [rows, size] : [size, columns];
        const offset = wordBytes * (row * outStride + column);
        multiply(
          [height, depth, width],
          [left + wordBytes * row * leftRow, leftRow, leftColumn],
          [right + wordBytes * column * rightColumn, rightRow, rightColumn],
          [out + offset, outStride],
          accumulate,
        );
        if (!bias && !activated) continue;
        finishRows(
          bias && bias + wordBytes * column,
          height,
          width,
          out + offset,
          outStride,
          activated && activated + offset,
        );
      }
      return 0;
    },

    /** Products `first` … `end` - 1 of a batch; the parameters are those of our kernel `multiplyEach`. */
    blasMultiplyEach(first, end, ...parameters) {
      const [rows, columns, depth, left, leftStep, leftRow, leftColumn, ...more] = parameters;
      const [right, rightStep, rightRow, rightColumn, out] = more;
      for (let i = first; i < end; i++) {
        multiply(
          [rows, depth, columns],
          [left + wordBytes * i * leftStep, leftRow, leftColumn],
          [right + wordBytes * i * rightStep, rightRow, rightColumn],
          [out + wordBytes * i * rows * columns, columns],
          0,
        );
      }
      return 0;
    },
  };
}
