import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { Random } from "../../src/engine/random";

export interface Input {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Standard normal values. */
export function randomInput(random: Random, ...shape: number[]): Input {
  const size = shape.reduce((product, length) => product * length, 1);
  return { shape, values: Float32Array.from({ length: size }, () => random.normal()) };
}

/** Asserts that numbers agree up to `tolerance`, relative to the expected number if that is above 1. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  assert.equal(actual.length, expected.length, `${what}: count`);
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i] - expected[i]);
    assert.ok(
      difference <= tolerance * Math.max(1, Math.abs(expected[i])),
      `${what}[${i}]: ${actual[i]}, expected ${expected[i]}`,
    );
  }
}

/**
 * Asserts that an operation agrees with a reference in plain numbers, and its gradients with the reference's central differences,
 * for the loss Σ output · weight with random weights.
 */
export function checkOperation(
  inputs: readonly Input[],
  operation: (...tensors: tf.Tensor[]) => tf.Tensor,
  reference: (...values: number[][]) => number[],
  tolerance = 1e-5,
): void {
  const values = inputs.map((input) => Array.from(input.values));
  const expected = reference(...values);
  const random = new Random(expected.length);
  const weights = expected.map(() => random.normal());
  tf.tidy(() => {
    const tensors = inputs.map((input) => tf.tensor(input.values, [...input.shape], "float32"));
    const output = operation(...tensors);
    assert.equal(output.dtype, "float32");
    assertClose(output.dataSync(), expected, tolerance, "output");
    const loss = (...variables: tf.Tensor[]): tf.Tensor =>
      tf.sum(tf.mul(operation(...variables), tf.tensor(weights, output.shape, "float32")));
    const gradients = tf.grads(loss)(tensors);
    gradients.forEach((gradient, i) => {
      assert.deepEqual(gradient.shape, inputs[i].shape);
      const slope = slopes(values, i, (...points) => dot(reference(...points), weights));
      assertClose(gradient.dataSync(), slope, 10 * tolerance, `gradient of input ${i}`);
    });
  });
}

function slopes(values: number[][], which: number, loss: (...values: number[][]) => number): number[] {
  const step = 1e-4;
  return values[which].map((value, j) => {
    const lossAt = (moved: number): number =>
      loss(...values.map((other, i) => (i === which ? other.with(j, moved) : other)));
    return (lossAt(value + step) - lossAt(value - step)) / (2 * step);
  });
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}
