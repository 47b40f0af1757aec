// Matrix products by the library, in the thread that calls: each thread of the engine takes blocks of a product.
import { addressOf, asStored, bindSgemm, rowMajor, transposed } from "./bind";
import type { BlasLibrary } from "./library";

/** Operations below which our own kernel is faster than a call of the library. */
export const leastBlasOperations = 400_000;

/** Operations from which on a product is cut into two, four and eight blocks. */
const cuts = [2e6, 2e7, 2e8];

/** Kernels of BLAS libraries take up to 16 rows or columns at a time. */
const granularity = 16;

/** How a product is cut: along its longer side, into blocks of so many rows or columns. */
export interface Cut {
  readonly byColumns: boolean;
  readonly block: number;
  readonly blocks: number;
}

/** Depends on the shape alone, not on the number of threads, so that the results do not either. */
export function cutOf(rows: number, columns: number, depth: number): Cut {
  const byColumns = columns >= rows;
  const side = byColumns ? columns : rows;
  const operations = 2 * rows * columns * depth;
  const most = 2 ** cuts.filter((bound) => operations >= bound).length;
  const block = Math.ceil(side / most / granularity) * granularity;
  return { byColumns, block, blocks: Math.ceil(side / block) };
}

/** The names of the parameters of {@link productKernels}, in order. */
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

export type NumberFunction = (...parameters: number[]) => number;

/** Multiplies row-major matrices of the engine's memory; addresses are in bytes from its start, strides in elements. */
export type Multiply = (
  [rows, depth, columns]: readonly [number, number, number],
  left: readonly [address: number, row: number, column: number],
  right: readonly [address: number, row: number, column: number],
  out: readonly [address: number, row: number],
  accumulate: number,
) => void;

const wordBytes = 4;

/**
 * Binds the library's product in the calling thread.
 *
 * @throws EngineFailure when the library does not load
 */
export function bindMultiply(library: BlasLibrary, memory: WebAssembly.Memory): Multiply {
  const sgemm = bindSgemm(library);
  // A shared memory grows in place.
  const base = addressOf(new Uint8Array(memory.buffer));
  return ([rows, depth, columns], left, right, [out, outStride], accumulate) => {
    const [leftAddress, leftRow, leftColumn] = left;
    const [rightAddress, rightRow, rightColumn] = right;
    // Of a single row, the distance to the next is anything; libraries check it all the same.
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

/** The kernels `blasMultiply` and `blasMultiplyEach` of a thread. @param finishRows our own kernel of that name */
export function productKernels(
  multiply: Multiply,
  finishRows: NumberFunction,
): Readonly<Record<keyof typeof productParameters, NumberFunction>> {
  return {
    /** The blocks from `first` up to `end` of {@link cutOf}; the other parameters are those of our own `multiply`. */
    blasMultiply(first, end, ...parameters) {
      const [byColumns, block, rows, columns, depth, left, leftRow, leftColumn, ...more] = parameters;
      const [right, rightRow, rightColumn, out, outStride, accumulate, bias, activated] = more;
      for (let at = first * block; at < end * block; at += block) {
        const height = byColumns ? rows : Math.min(block, rows - at);
        const width = byColumns ? Math.min(block, columns - at) : columns;
        const [row, column] = byColumns ? [0, at] : [at, 0];
        if (height <= 0 || width <= 0) break;
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

    /** Of a batch of products, those from `first` up to `end`; the parameters are those of our own `multiplyEach`. */
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
