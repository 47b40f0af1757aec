import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { startBackend } from "../../../src/engine/backends";
import { dropout } from "../../../src/engine/ops/dropout";
import { gelu } from "../../../src/engine/ops/gelu";
import { type GruWeights, gru } from "../../../src/engine/ops/gru";
import { layerNorm } from "../../../src/engine/ops/layer-norm";
import { Random } from "../../../src/engine/random";
import { assertClose, randomInput } from "../../support/operations";

before(() => startBackend("wasm"));

describe("elementwise functions", () => {
  const range = Array.from({ length: 4001 }, (_, i) => Math.fround((i - 2000) / 23.3));

  it("tanh is accurate to float32, even where it saturates", () => {
    const x = [...range, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-20, 0, -1e12];
    const actual = tf.tanh(tf.tensor1d(x, "float32")).dataSync();
    assertClose(actual, x.map(Math.tanh), 3e-7, "tanh");
    assert.ok(actual.every((value) => Math.abs(value) <= 1));
  });

  it("exp is accurate to float32, and exactly 0 for masked scores", () => {
    const actual = tf.exp(tf.tensor1d(range, "float32")).dataSync();
    const ratios = Array.from(actual, (value, i) => value / Math.exp(range[i]));
    assertClose(
      ratios,
      ratios.map(() => 1),
      5e-7,
      "exp, relative",
    );
    assert.deepEqual(
      [...tf.exp(tf.tensor1d([-1e12, Number.NEGATIVE_INFINITY, 0, 1e12], "float32")).dataSync()],
      [0, 0, 1, Number.POSITIVE_INFINITY],
    );
  });

  it("return NaN for NaN, at the end of any length", () => {
    for (const length of [1, 2, 3, 4, 5, 7, 17]) {
      for (const f of [tf.exp, tf.tanh, gelu]) {
        const values = new Array(length).fill(0).with(-1, Number.NaN);
        const actual = f(tf.tensor1d(values, "float32")).dataSync();
        assert.deepEqual(Array.from(actual, Number.isNaN), values.map(Number.isNaN));
      }
    }
  });
});

it("computes the same after its memory has grown, even beyond 2 GB", () => {
  const backend = tf.backend() as BackendWasm;
  const random = new Random(8);
  const [tokens, size, hidden] = [11, 9, 11];
  const direction = () => [
    randomInput(random, 3 * hidden, size),
    randomInput(random, 3 * hidden, hidden),
    randomInput(random, 3 * hidden),
    randomInput(random, 3 * hidden),
  ];
  const inputs = [randomInput(random, tokens, size), ...direction(), ...direction()];
  const compute = () =>
    tf.tidy(() => {
      const tensors = inputs.map(({ values, shape }) => tf.tensor(values, [...shape], "float32"));
      const loss = (...[x, ...parts]: tf.Tensor[]): tf.Tensor => {
        const [forward, reverse] = [parts.slice(0, 4), parts.slice(4)].map(
          ([weightInput, weightHidden, biasInput, biasHidden]) =>
            ({ weightInput, weightHidden, biasInput, biasHidden }) as GruWeights,
        );
        const states = gru(x as tf.Tensor2D, [7, 0, 4], { forward, reverse });
        const normal = layerNorm(
          gelu(dropout(states, 0.2, new Random(9))),
          tf.ones([2 * hidden]),
          tf.zeros([2 * hidden]),
        );
        return tf.sum(tf.exp(tf.mul(tf.matMul(normal, normal, false, true), 0.1)));
      };
      return tf
        .grads(loss)(tensors)
        .map((gradient) => gradient.dataSync());
    });
  const expected = compute();
  const outputs = [backend.makeOutput([2 ** 29 - 2 ** 20], "float32")];
  // Fills the memory below 2 GB, so that all other tensors are above.
  do outputs.push(backend.makeOutput([64], "float32"));
  while (backend.getMemoryOffset((outputs.at(-1) as tf.TensorInfo).dataId) < 2 ** 31);
  assert.deepEqual(compute(), expected);
  for (const { dataId } of outputs) backend.disposeData(dataId);
  assert.deepEqual(compute(), expected);
});
