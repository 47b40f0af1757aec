import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { Random } from "../../src/engine/random";
import { assertClose, type Input } from "./operations";

type Operation = (...tensors: tf.Tensor[]) => tf.Tensor;

/** Output and gradients of Σ output · weight, with random weights. */
function compute(inputs: readonly Input[], operation: Operation): tf.TypedArray[] {
  return tf.tidy(() => {
    const tensors = inputs.map((input) => tf.tensor(input.values, [...input.shape], "float32"));
    const output = operation(...tensors);
    const random = new Random(output.size);
    const weights = Float32Array.from({ length: output.size }, () => random.normal());
    const loss = (...given: tf.Tensor[]): tf.Tensor =>
      tf.sum(tf.mul(operation(...given), tf.tensor(weights, output.shape, "float32")));
    return [output, ...tf.grads(loss)(tensors)].map((tensor) => tensor.dataSync());
  });
}

/**
 * Asserts that a fused operation and its gradients are those of the composed one, up to `tolerance` (relative above 1), the
 * same to the last bit when repeated, and that nothing of them stays in memory.
 */
export function checkFused(
  inputs: readonly Input[],
  fused: Operation,
  composed: Operation,
  tolerance: number,
): void {
  const before = tf.memory();
  const actual = compute(inputs, fused);
  assert.deepEqual(compute(inputs, fused), actual, "repeated");
  const after = tf.memory();
  assert.deepEqual(
    [after.numTensors, after.numDataBuffers, after.numBytes],
    [before.numTensors, before.numDataBuffers, before.numBytes],
  );
  compute(inputs, composed).forEach((expected, i) => {
    assertClose(actual[i], expected, tolerance, i === 0 ? "output" : `gradient of input ${i - 1}`);
  });
}
