// The fused operation linear by TensorFlow's products, which are quicker than our kernels', with GELU by our kernels, which
// pass over its elements once where TensorFlow has no operation for it.
import * as tf from "@tensorflow/tfjs-core";
import type { Operations } from "./operations";
import type { Made, SharedBackend } from "./shared-backend";

type Named<Name extends string> = Readonly<Record<Name, tf.TensorInfo>>;

const backendName = "tensorflow";

/** Before our other kernels are borrowed: these take the place of those of the same names. */
export function registerLinear(backend: SharedBackend, operations: Operations): void {
  const register = <Inputs>(kernelName: string, compute: (inputs: Inputs) => tf.TensorInfo[]): void =>
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs }) => compute(inputs as unknown as Inputs),
    });
  /** One of our own kernels. */
  const borrowed = (name: string, inputs: tf.NamedTensorInfoMap): tf.TensorInfo => {
    const kernel = tf.getKernel(name, backendName);
    const outputs = kernel.kernelFunc({ inputs, attrs: {}, backend });
    return [outputs].flat()[0];
  };

  register<Named<"input" | "weight" | "bias">>("Linear", (inputs) => [forward(operations, inputs)]);

  register<Named<"input" | "weight" | "dy">>("LinearGradient", (inputs) =>
    backward(operations, inputs, inputs.dy),
  );

  register<Named<"input" | "weight" | "bias">>("LinearGelu", (inputs) => {
    const inner = forward(operations, inputs);
    return [borrowed("Gelu", { x: inner }), inner];
  });

  register<Named<"input" | "weight" | "inner" | "dy">>("LinearGeluGradient", (inputs) => {
    const { inner, dy } = inputs;
    const dInner = borrowed("GeluGradient", { x: inner, dy });
    const gradients = backward(operations, inputs, dInner);
    backend.disposeData(dInner.dataId);
    return gradients;
  });
}

/** Runs `compute` on a tensor as rows of its last axis: what is two-dimensional already is taken as it is. */
function asRows<T>(operations: Operations, x: tf.TensorInfo, compute: (rows: number) => T): T {
  const [whole] = operations.numbers(x);
  if (x.shape.length === 2) return compute(whole);
  const size = x.shape.at(-1) as number;
  const rows = operations.reshape(whole, [tf.util.sizeFromShape(x.shape) / size, size]);
  const result = compute(rows.id);
  operations.free(rows);
  return result;
}

/** Rows in the shape that was asked for, as a tensor. */
function asTensor(operations: Operations, rows: Made, shape: readonly number[]): tf.TensorInfo {
  if (shape.length === 2) return operations.tensor(rows);
  const result = operations.reshape(rows.id, shape);
  operations.free(rows);
  return operations.tensor(result);
}

/** x Wᵀ + b */
function forward(
  operations: Operations,
  { input, weight, bias }: Named<"input" | "weight" | "bias">,
): tf.TensorInfo {
  const [w, b] = operations.numbers(weight, bias);
  const product = asRows(operations, input, (rows) => operations.multiply(rows, w, false, true));
  const sum = operations.addBias(product.id, b);
  operations.free(product);
  return asTensor(operations, sum, [...input.shape.slice(0, -1), weight.shape[0]]);
}

/** Gradients of x, W and b. */
function backward(
  operations: Operations,
  { input, weight }: Named<"input" | "weight">,
  dy: tf.TensorInfo,
): tf.TensorInfo[] {
  const [w] = operations.numbers(weight);
  return asRows(operations, dy, (dRows) => {
    const dInput = operations.multiply(dRows, w, false, false);
    const dWeight = asRows(operations, input, (rows) => operations.multiply(dRows, rows, true, false));
    return [
      asTensor(operations, dInput, input.shape),
      operations.tensor(dWeight),
      operations.tensor(operations.sumOfRows(dRows)),
    ];
  });
}
