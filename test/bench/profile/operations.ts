import * as tf from "@tensorflow/tfjs-core";
import { productsOf } from "../../../src/engine/ops/fused";

type Inputs = Readonly<Record<string, Pick<tf.TensorInfo, "shape">>>;
type Attributes = Readonly<Record<string, unknown>>;
type Counter = (inputs: Inputs, attributes: Attributes) => number;

const size = tf.util.sizeFromShape;

/** [..., rows, depth] · [..., depth, columns], each side perhaps transposed and broadcast. */
function product({ a, b }: Inputs, { transposeA, transposeB }: Attributes): number {
  const [leftRows, leftColumns] = a.shape.slice(-2);
  const [rightRows, rightColumns] = b.shape.slice(-2);
  const [rows, depth] = transposeA ? [leftColumns, leftRows] : [leftRows, leftColumns];
  const columns = transposeB ? rightRows : rightColumns;
  const outer = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return 2 * size(outer) * rows * depth * columns;
}

/**
 * Floating-point operations of the matrix products in a call of a kernel, by its shapes; a multiplication and an addition count
 * as two. Products are nearly all the arithmetic there is: what else a kernel does is not counted. `undefined` for a kernel of
 * tfjs that multiplies no matrices.
 */
export function counterOf(kernel: string): Counter | undefined {
  if (kernel === tf.BatchMatMul || kernel === tf._FusedMatMul) return product;
  return productsOf(kernel) as Counter | undefined;
}
