import * as tf from "@tensorflow/tfjs-core";
import { replaceKernel } from "./heap";
import type { Kernels } from "./kernels";

const size = tf.util.sizeFromShape;

/** Every matMul by our own product: operands are read transposed where they lie, and nothing of them is kept. */
export function replaceMatMul(kernels: Kernels): void {
  replaceKernel<tf.BatchMatMulInputs, tf.BatchMatMulAttrs>(tf.BatchMatMul, () => ({ inputs, attrs }) => {
    const { a, b } = inputs;
    const { transposeA, transposeB } = attrs;
    const [leftRows, leftColumns] = a.shape.slice(-2);
    const [rightRows, rightColumns] = b.shape.slice(-2);
    const [rows, depth] = transposeA ? [leftColumns, leftRows] : [leftRows, leftColumns];
    const columns = transposeB ? rightRows : rightColumns;
    const leftOuter = a.shape.slice(0, -2);
    const rightOuter = b.shape.slice(0, -2);
    const outer = tf.broadcast_util.assertAndGetBroadcastShape(leftOuter, rightOuter);
    const out = kernels.output([...outer, rows, columns]);
    if (size(out.shape) === 0) return out;
    const [leftBatch, rightBatch] = [size(leftOuter), size(rightOuter)];
    // One right operand for a whole batch: a single product of more rows.
    const joined = rightBatch === 1 && !transposeA;
    const count = joined ? 1 : size(outer);
    const height = joined ? leftBatch * rows : rows;
    const left = kernels.matrix(a, leftColumns, transposeA);
    const right = kernels.matrix(b, rightColumns, transposeB);
    if (count === 1) {
      kernels.multiply([height, depth, columns], left, right, out);
    } else {
      const leftStep = leftBatch === 1 ? 0 : rows * depth;
      const rightStep = rightBatch === 1 ? 0 : depth * columns;
      kernels.multiplyEach(count, [rows, depth, columns], left, leftStep, right, rightStep, out);
    }
    return out;
  });
}
