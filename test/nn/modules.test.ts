import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { offsetsOf, Random } from "../../src/engine";
import { Embedding } from "../../src/nn/embedding";
import { BiGru } from "../../src/nn/gru";
import { LayerNorm, Linear, Mlp } from "../../src/nn/linear";
import { Parameters, Scope } from "../../src/nn/parameters";
import { forEachEngine } from "../support/engines";
import { assertNear, randomRows, scramble, toTensor2d } from "../support/numbers";
import { biGru, layerNorm, linear, mlp, Weights } from "../support/reference-math";

/** A module with random parameters (also where it initializes them to constants), and random input rows. */
function make<T>(build: (scope: Scope) => T, inputs: number, rows = 4) {
  const random = new Random(inputs);
  const parameters = new Parameters(random);
  const module = build(new Scope(parameters));
  const first = new Map(parameters.names.map((name) => [name, parameters.get(name).dataSync().slice()]));
  scramble(parameters, random);
  return {
    module,
    parameters,
    first,
    rows: randomRows(random, rows, inputs),
    weights: Weights.of(parameters),
  };
}

const shapes = (parameters: Parameters) =>
  Object.fromEntries(parameters.names.map((name) => [name, parameters.get(name).shape]));

forEachEngine(() => {
  it("Linear maps the last axis", () => {
    const { module, parameters, rows, weights } = make((scope) => new Linear(scope, 3, 5), 3);
    assert.deepEqual(shapes(parameters), { weight: [5, 3], bias: [5] });
    const expected = rows.map((row) => linear(weights, row));
    tf.tidy(() => {
      const output = module.forward(toTensor2d(rows));
      assert.deepEqual(output.shape, [4, 5]);
      assertNear(output, expected, 1e-6, "output");
      assertNear(module.forward(tf.tensor1d([...rows[0]])), expected[0], 1e-6, "output of one row");
    });
    parameters.dispose();
  });

  it("LayerNorm starts as plain normalization, then scales and shifts", () => {
    const { module, parameters, first, rows, weights } = make((scope) => new LayerNorm(scope, 4), 4);
    assert.deepEqual(shapes(parameters), { weight: [4], bias: [4] });
    assert.deepEqual(
      [...first.values()].map((values) => [...values]),
      [
        [1, 1, 1, 1],
        [0, 0, 0, 0],
      ],
    );
    const expected = rows.map((row) => layerNorm(weights, row));
    tf.tidy(() => assertNear(module.forward(toTensor2d(rows)), expected, 1e-5, "output"));
    parameters.dispose();
  });

  it("Mlp is Linear, GELU, Linear; the inner width is half the input's", () => {
    for (const [inputs, between] of [
      [6, 3],
      [7, 3],
      [1, 1],
    ]) {
      const { module, parameters, rows, weights } = make((scope) => new Mlp(scope, inputs, 2), inputs);
      assert.deepEqual(shapes(parameters), {
        "0.weight": [between, inputs],
        "0.bias": [between],
        "2.weight": [2, between],
        "2.bias": [2],
      });
      const expected = rows.map((row) => mlp(weights, row));
      tf.tidy(() => assertNear(module.forward(toTensor2d(rows)), expected, 1e-6, "output"));
      parameters.dispose();
    }
  });

  it("Embedding returns the rows of the indices", () => {
    const { module, parameters, weights } = make((scope) => new Embedding(scope, 5, 3), 3);
    assert.equal(module.width, 3);
    assert.deepEqual(shapes(parameters), { weight: [5, 3] });
    const indices = Int32Array.of(4, 0, 0, 2, 1, 4);
    tf.tidy(() => {
      const output = module.forward(indices);
      assert.deepEqual(output.shape, [6, 3]);
      assertNear(
        output,
        [...indices].map((index) => weights.matrix("weight")[index]),
        0,
        "rows",
      );
    });
    parameters.dispose();
  });

  it("BiGru concatenates both directions of each sequence", () => {
    const { module, parameters, rows, weights } = make((scope) => new BiGru(scope, 3, 2), 3, 5);
    const directions = ["", "_reverse"].flatMap((suffix) => [
      [`weight_ih${suffix}`, [6, 3]],
      [`weight_hh${suffix}`, [6, 2]],
      [`bias_ih${suffix}`, [6]],
      [`bias_hh${suffix}`, [6]],
    ]);
    assert.deepEqual(shapes(parameters), Object.fromEntries(directions));
    for (const lengths of [[5], [3, 2], [1, 0, 4]]) {
      const offsets = offsetsOf(lengths);
      const expected = lengths.flatMap((length, s) =>
        length === 0 ? [] : biGru(weights, rows.slice(offsets[s], offsets[s + 1])),
      );
      tf.tidy(() => assertNear(module.forward(toTensor2d(rows), lengths), expected, 1e-6, `${lengths}`));
    }
    parameters.dispose();
  });
});
