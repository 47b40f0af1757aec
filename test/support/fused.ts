import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { Random } from "../../src/engine/random";
import { assertClose, type Input } from "./operations";

type Operation = (...tensors: tf.Tensor[]) => tf.Tensor;

const tfjsKernels: ReadonlySet<unknown> = new Set(
  Object.values(tf).filter((value) => typeof value === "string"),
);

/** Computes fused operations without our kernels, as on the other engines. */
export function withoutOurKernels<T>(compute: () => T): T {
  const ours = tf
    .getKernelsForBackend(tf.getBackend())
    .filter(({ kernelName }) => !tfjsKernels.has(kernelName));
  assert.ok(ours.length > 0, "the engine has none of our kernels");
  for (const { kernelName, backendName } of ours) tf.unregisterKernel(kernelName, backendName);
  try {
    return compute();
  } finally {
    for (const kernel of ours) tf.registerKernel(kernel);
  }
}

/** Output and gradients of Σ output · weight, with random weights. */
function compute(inputs: readonly Input[], operation: Operation): tf.TypedArray[] {
  return tf.tidy(() => {
    const tensors = inputs.map((input) => tf.tensor(input.values, [...input.shape], "float32"));
    const output = operation(...tensors);
    const random = new Random(output.size);
    const weights = Float32Array.from({ length: output.size }, () => random.normal());
    const loss = (...variables: tf.Tensor[]): tf.Tensor =>
      tf.sum(tf.mul(operation(...variables), tf.tensor(weights, output.shape, "float32")));
    return [output, ...tf.grads(loss)(tensors)].map((tensor) => tensor.dataSync());
  });
}

/**
 * Asserts that our kernels compute the same output and gradients as the composed operation, up to `tolerance` (relative above 1),
 * that a repetition gives the same bits, and that no memory leaks.
 */
export function checkFused(inputs: readonly Input[], operation: Operation, tolerance: number): void {
  const before = tf.memory();
  const actual = compute(inputs, operation);
  assert.deepEqual(compute(inputs, operation), actual, "repeated");
  const after = tf.memory();
  assert.deepEqual(
    [after.numTensors, after.numDataBuffers, after.numBytes],
    [before.numTensors, before.numDataBuffers, before.numBytes],
  );
  withoutOurKernels(() => compute(inputs, operation)).forEach((expected, i) => {
    assertClose(actual[i], expected, tolerance, i === 0 ? "output" : `gradient of input ${i - 1}`);
  });
}
