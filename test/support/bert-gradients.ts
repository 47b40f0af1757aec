import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import type { BertEncoder, BertInput } from "../../src/bert";
import { type Random, scoped, valueAndGradients } from "../../src/engine";
import type { Parameters } from "../../src/nn/parameters";
import { add, dot, type Matrix, range, scaled, sum, times, Weights } from "./reference-math";

/** Inputs with these ids. */
export function inputOf(...rows: readonly (readonly number[])[]): BertInput {
  return { ids: Int32Array.from(rows.flat()), lengths: rows.map(({ length }) => length) };
}

/**
 * Compares the gradient of a weighted sum of an encoder's output with slopes of the reference, for every trained parameter, along a
 * random direction each.
 * @param represent the reference's output for the ids, with these weights
 */
export function checkGradients(
  { bert, parameters, random }: { bert: BertEncoder; parameters: Parameters; random: Random },
  ids: readonly number[],
  represent: (weights: Weights) => Matrix,
): void {
  const weights = Weights.of(parameters);
  const width = represent(weights)[0].length;
  const output: Matrix = ids.map(() => range(0, width).map(() => random.normal()));
  const { trained } = parameters;
  const gradients = scoped(() => {
    const loss = () => tf.sum(tf.mul(bert.forward(inputOf(ids)), tf.tensor(output))) as tf.Scalar;
    const variables = trained.map((name) => parameters.get(name));
    return valueAndGradients(loss, variables).gradients.map((gradient) => [...gradient.dataSync()]);
  });
  const lossAt = (moved: Weights) => sum(represent(moved).map((row, i) => dot(row, output[i])));
  const largest = Math.max(...gradients.flat().map(Math.abs));
  assert.ok(largest > 0.01);
  for (const [p, name] of trained.entries()) {
    const direction = gradients[p].map(() => random.normal());
    const values = weights.vector(name);
    const along = (by: number) => lossAt(weights.with(name, add(values, scaled(direction, by))));
    const slope = (along(1e-5) - along(-1e-5)) / 2e-5;
    const products = times(gradients[p], direction);
    const tolerance = 1e-4 * sum(products.map(Math.abs)) + 2e-6 * largest;
    assert.ok(Math.abs(sum(products) - slope) <= tolerance, `${name}: ${sum(products)}, slope ${slope}`);
  }
}
