import * as tf from "@tensorflow/tfjs-core";
import { customGradient } from "./custom-gradient";
import { fusedOp } from "./fused";

/** An index that gives a row of zeros. */
export const zeroRow = -1;

/**
 * Gathers rows of `table` [rows, size]: [count / adjacent, adjacent · size].
 *
 * @param indices [count] of rows, or {@link zeroRow}
 * @param adjacent the number of gathered rows in one row of the result
 */
export function gatherRows(
  table: tf.Tensor2D,
  indices: ArrayLike<number>,
  adjacent: number = 1,
): tf.Tensor2D {
  const [rows] = table.shape;
  const list = Int32Array.from(indices);
  const outside = list.find((index) => index < zeroRow || index >= rows);
  tf.util.assert(outside === undefined, () => `gatherRows: ${outside} is not a row of a table of ${rows}`);
  return gatherRowsOp({ table }, { indices: list, shape: table.shape, adjacent }) as tf.Tensor2D;
}

interface Attributes {
  /** [count] */
  readonly indices: Int32Array;
  /** The shape of the table. */
  readonly shape: readonly [rows: number, size: number];
  readonly adjacent: number;
}

const gatherRowsOp = fusedOp({
  name: "GatherRows",
  inputs: ["table"],
  saved: [],

  forward(kernels, { table }, { indices, shape: [rows, width], adjacent }: Attributes) {
    const value = kernels.output([indices.length / adjacent, adjacent * width]);
    const work = { units: indices.length, operations: indices.length * width };
    kernels.withLists([indices], (index) => {
      kernels.run.gatherRows({ source: table, rows, index, width, target: value }, work);
    });
    return { value };
  },

  backward(kernels, { dy }, { indices, shape }) {
    const [rows, width] = shape;
    const dTable = kernels.output(shape);
    kernels.withLists([indices], (index) => {
      kernels.run.addToRows({ source: dy, index, count: indices.length, width, target: dTable, rows });
    });
    return [dTable];
  },

  composed({ table }, { indices, shape: [rows, width], adjacent }) {
    // Not every engine accepts an index out of range, so zeros become the last row.
    const validIndices = indices.map((index) => (index === zeroRow ? rows : index));
    const extended = validIndices.includes(rows);
    return customGradient([table], (save) => {
      const index = tf.tensor1d(validIndices, "int32");
      save([index]);
      const extendedTable = extended ? tf.concat([table, tf.zeros([1, width], "float32")]) : table;
      return {
        value: tf.reshape(tf.gather(extendedTable, index), [indices.length / adjacent, adjacent * width]),
        gradFunc: (dy, [selected]) => {
          const dRows = tf.reshape(dy, [indices.length, width]);
          const sums = tf.unsortedSegmentSum(dRows, selected as tf.Tensor1D, extended ? rows + 1 : rows);
          return [extended ? tf.slice(sums, [0, 0], [rows, width]) : sums];
        },
      };
    });
  },
});
