import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { startBackend } from "../../../src/engine/backends";
import { leastBlasOperations } from "../../../src/engine/blas/blas-product";
import { type GruWeights, gru } from "../../../src/engine/ops/gru";
import { rowsOf } from "../../../src/engine/packing";
import { Random } from "../../../src/engine/random";
import { assertClose, type Input, randomInput } from "../../support/operations";

test("a GRU on the engine blas equals the one on wasm, with its gradients", async (t) => {
  const lengths = [3, 7, 0, 5, 1, 7, 4, 2, 7, 6, 3, 5];
  const [size, hidden] = [33, 80];
  assert.ok(2 * 11 * hidden * 3 * hidden >= leastBlasOperations, "the library computes the first step");
  const random = new Random(3);
  const scaled = ({ shape, values }: Input): Input => ({
    shape,
    values: values.map((value) => value / Math.sqrt(hidden)),
  });
  const direction = () =>
    [[3 * hidden, size], [3 * hidden, hidden], [3 * hidden], [3 * hidden]].map((shape) =>
      scaled(randomInput(random, ...shape)),
    );
  const inputs = [randomInput(random, rowsOf(lengths), size), ...direction(), ...direction()];
  const compute = () =>
    tf.tidy(() => {
      const tensors = inputs.map(({ values, shape }) => tf.tensor(values, [...shape], "float32"));
      const states = (...[x, ...parts]: tf.Tensor[]) => {
        const [forward, reverse] = [parts.slice(0, 4), parts.slice(4)].map(
          ([weightInput, weightHidden, biasInput, biasHidden]) =>
            ({ weightInput, weightHidden, biasInput, biasHidden }) as GruWeights,
        );
        return gru(x as tf.Tensor2D, lengths, { forward, reverse });
      };
      const loss = (...args: tf.Tensor[]) => tf.sum(tf.square(states(...args))) as tf.Scalar;
      return [states(...tensors), ...tf.grads(loss)(tensors)].map((tensor) => tensor.dataSync());
    });
  await startBackend("wasm");
  const expected = compute();
  try {
    await startBackend("blas");
  } catch (error) {
    return t.skip(`there is no BLAS here: ${(error as Error).message}`);
  }
  const actual = compute();
  for (const [i, values] of actual.entries()) {
    assertClose(values, expected[i], 2e-5, i === 0 ? "states" : `gradient ${i}`);
  }
  assert.notDeepEqual(actual, expected, "the library rounds differently");
});
