import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { startBackend } from "../../../src/engine/backends";
import { leastBlasOperations } from "../../../src/engine/blas/blas-product";
import { type GruWeights, gru } from "../../../src/engine/ops/gru";
import { rowsOf } from "../../../src/engine/packing";
import { Random } from "../../../src/engine/random";
import { assertClose, type Input, randomInput } from "../../support/operations";

/** A library sums this many products in blocks, and our kernel in sequence. So their results differ in the last bits. */
const hidden = 1024;

/** A GRU's inputs. An input width of 1 keeps the products with the input weights below the library's threshold. */
function inputsOf(lengths: readonly number[], size: number, hidden: number): Input[] {
  const random = new Random(3);
  const scaled = ({ shape, values }: Input): Input => ({
    shape,
    values: values.map((value) => value / Math.sqrt(hidden)),
  });
  const direction = () =>
    [[3 * hidden, size], [3 * hidden, hidden], [3 * hidden], [3 * hidden]].map((shape) =>
      scaled(randomInput(random, ...shape)),
    );
  return [randomInput(random, rowsOf(lengths), size), ...direction(), ...direction()];
}

function states(lengths: readonly number[], [x, ...parts]: readonly tf.Tensor[]): tf.Tensor2D {
  const [forward, reverse] = [parts.slice(0, 4), parts.slice(4)].map(
    ([weightInput, weightHidden, biasInput, biasHidden]) =>
      ({ weightInput, weightHidden, biasInput, biasHidden }) as GruWeights,
  );
  return gru(x as tf.Tensor2D, lengths, { forward, reverse });
}

const tensorsOf = (inputs: readonly Input[]): tf.Tensor[] =>
  inputs.map(({ values, shape }) => tf.tensor(values, [...shape], "float32"));

/** Returns why there is no BLAS. */
async function startBlas(): Promise<string | undefined> {
  try {
    await startBackend("blas");
    return undefined;
  } catch (error) {
    return `there is no BLAS here: ${(error as Error).message}`;
  }
}

test("a GRU on the engine blas equals the one on wasm, with its gradients", async (t) => {
  const lengths = [3, 7, 0, 5, 1, 7, 4, 2, 7, 6, 3, 5];
  const hidden = 80;
  assert.ok(2 * 11 * hidden * 3 * hidden >= leastBlasOperations, "the library computes the first step");
  const inputs = inputsOf(lengths, 33, hidden);
  const compute = () =>
    tf.tidy(() => {
      const tensors = tensorsOf(inputs);
      const loss = (...args: tf.Tensor[]) => tf.sum(tf.square(states(lengths, args))) as tf.Scalar;
      return [states(lengths, tensors), ...tf.grads(loss)(tensors)].map((tensor) => tensor.dataSync());
    });
  await startBackend("wasm");
  const expected = compute();
  const reason = await startBlas();
  if (reason) return t.skip(reason);
  const actual = compute();
  for (const [i, values] of actual.entries()) {
    assertClose(values, expected[i], 2e-5, i === 0 ? "states" : `gradient ${i}`);
  }
  assert.notDeepEqual(actual, expected, "the library rounds differently");
});

test("the library computes the steps of four sentences, our kernel those of three", async (t) => {
  assert.ok(2 * 3 * hidden * 3 * hidden >= leastBlasOperations, "three sentences are enough operations");
  const compute = (sentences: number) =>
    tf.tidy(() => {
      const lengths = Array.from({ length: sentences }, () => 6);
      const inputs = inputsOf(lengths, 1, hidden);
      assert.ok(2 * rowsOf(lengths) * 3 * hidden < leastBlasOperations);
      return states(lengths, tensorsOf(inputs)).dataSync();
    });
  await startBackend("wasm");
  const [three, four] = [compute(3), compute(4)];
  const reason = await startBlas();
  if (reason) return t.skip(reason);
  assert.deepEqual(compute(3), three);
  const actual = compute(4);
  assert.notDeepEqual(actual, four);
  assertClose(actual, four, 2e-5, "states");
});
