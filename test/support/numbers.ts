// Random inputs, and comparisons of tensors with numbers.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../../src/engine/random";
import type { Parameters } from "../../src/nn/parameters";
import { type Matrix, range } from "./reference-math";

/**
 * Moves every parameter off its initial value, so that mistakes also show in those that start at 0 or 1.
 * @param spread standard deviation of the moves
 */
export function scramble(parameters: Parameters, random: Random, spread = 0.3): void {
  for (const variable of parameters.all) {
    const values = variable.dataSync().map((value) => value + spread * random.normal());
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape, "float32")));
  }
}

/** Standard normal rows, exact in single precision. */
export const randomRows = (random: Random, rows: number, columns: number): Matrix =>
  range(0, rows).map(() => range(0, columns).map(() => Math.fround(random.normal())));

/** [rows, columns] */
export const toTensor2d = (rows: Matrix): tf.Tensor2D =>
  tf.tensor2d(Float32Array.from(rows.flat()), [rows.length, rows[0].length], "float32");

/** Asserts that a tensor or array holds these numbers in row-major order, with absolute errors of at most `tolerance`. */
export function assertNear(
  actual: tf.Tensor | Nested,
  expected: Nested,
  tolerance: number,
  what: string,
): void {
  const values = actual instanceof tf.Tensor ? actual.dataSync() : flatten(actual);
  const numbers = flatten(expected);
  assert.equal(values.length, numbers.length, `${what}: count`);
  numbers.forEach((value, i) => {
    assert.ok(Math.abs(values[i] - value) <= tolerance, `${what}[${i}]: ${values[i]}, expected ${value}`);
  });
}

export type Nested = number | ArrayLike<number> | readonly Nested[];

function flatten(nested: Nested): number[] {
  if (typeof nested === "number") return [nested];
  return (Array.from(nested as ArrayLike<Nested>) as Nested[]).flatMap(flatten);
}
