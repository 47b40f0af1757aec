import * as tf from "@tensorflow/tfjs-core";
import type { Work } from "./wasm/kernels";

/** Elements of a unit of kernels that compute each element by itself. */
const blockSize = 1024;

/** The work on each element of a tensor, of about so many operations. */
export function elementwise(x: tf.TensorInfo, operationsEach: number): Work & { readonly count: number } {
  const count = tf.util.sizeFromShape(x.shape);
  return { count, units: Math.ceil(count / blockSize), operations: operationsEach * count };
}
