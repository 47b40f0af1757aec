import * as tf from "@tensorflow/tfjs-core";
import type { Operations } from "./operations";

interface SumCall {
  readonly inputs: { readonly x: tf.TensorInfo };
  readonly attrs: { readonly axis: number | number[]; readonly keepDims?: boolean };
}

/** libtensorflow's numbers of 32-bit floats and of 64-bit ones, which tfjs does not have. */
const [float32, float64] = [1, 2];

/**
 * Sums rows in double precision, as our other engines do: what is left of rows that should sum to 0 is felt in training.
 * TensorFlow sums them in single.
 */
export function replaceRowSums(operations: Operations): void {
  const stock = tf.getKernel(tf.Sum, "tensorflow");
  tf.unregisterKernel(tf.Sum, "tensorflow");
  tf.registerKernel({
    ...stock,
    kernelFunc: (call) => {
      const { inputs, attrs } = call as unknown as SumCall;
      const { x } = inputs;
      const [axis, ...others] = tf.util.parseAxisParam(attrs.axis, x.shape);
      const isRow = x.dtype === "float32" && others.length === 0 && axis === x.shape.length - 1;
      return isRow ? rowSums(operations, x, attrs.keepDims ?? false) : stock.kernelFunc(call);
    },
  });
}

function rowSums(operations: Operations, x: tf.TensorInfo, keepDims: boolean): tf.TensorInfo {
  const [values] = operations.numbers(x);
  const doubled = operations.run(
    "Cast",
    [operations.type("SrcT", float32), operations.type("DstT", float64)],
    values,
  );
  const sums = operations.sum(doubled.id, x.shape.length - 1, float64, keepDims);
  const rounded = operations.run(
    "Cast",
    [operations.type("SrcT", float64), operations.type("DstT", float32)],
    sums.id,
  );
  operations.free(doubled, sums);
  return operations.tensor(rounded);
}
