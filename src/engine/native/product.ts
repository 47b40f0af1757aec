import * as tf from "@tensorflow/tfjs-core";
import type { Operations } from "./operations";

interface ProductCall {
  readonly inputs: { readonly a: tf.TensorInfo; readonly b: tf.TensorInfo };
  readonly attrs: { readonly transposeA: boolean; readonly transposeB: boolean };
}

/** Multiplies two matrices by the operation for two matrices: that for batches, tfjs's choice, starts 60 µs later. */
export function replaceProduct(operations: Operations): void {
  const stock = tf.getKernel(tf.BatchMatMul, "tensorflow");
  tf.unregisterKernel(tf.BatchMatMul, "tensorflow");
  tf.registerKernel({
    ...stock,
    kernelFunc: (call) => {
      const { inputs, attrs } = call as unknown as ProductCall;
      const { a, b } = inputs;
      if (a.shape.length !== 2 || b.shape.length !== 2 || a.dtype !== "float32" || b.dtype !== "float32") {
        return stock.kernelFunc(call);
      }
      const [left, right] = operations.numbers(a, b);
      return operations.tensor(operations.multiply(left, right, attrs.transposeA, attrs.transposeB));
    },
  });
}
