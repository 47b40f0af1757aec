// Operations of tfjs that a changed model may use: on wasm, their gradients equal those on cpu, or do not exist.
import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { startBackend } from "../../../src/engine/backends";
import { Random } from "../../../src/engine/random";
import { assertClose, type Input, randomInput } from "../../support/operations";

type Case = readonly [shapes: readonly (readonly number[])[], operation: (...x: tf.Tensor[]) => tf.Tensor];

const positive = (x: tf.Tensor) => tf.add(tf.abs(x), 1);
const rows = () => tf.tensor1d([0, 2, 2, 5], "int32");

const cases: Readonly<Record<string, Case>> = {
  "matMul, left transposed": [
    [
      [4, 5],
      [4, 3],
    ],
    (a, b) => tf.matMul(a, b, true, false),
  ],
  "matMul, right transposed": [
    [
      [5, 4],
      [3, 4],
    ],
    (a, b) => tf.matMul(a, b, false, true),
  ],
  "matMul of batches": [
    [
      [2, 3, 5, 4],
      [2, 3, 2, 4],
    ],
    (a, b) => tf.matMul(a, b, false, true),
  ],
  "matMul with bias and relu": [
    [[5, 4], [4, 3], [3]],
    (a, b, bias) => tf.fused.matMul({ a: a as tf.Tensor2D, b: b as tf.Tensor2D, bias, activation: "relu" }),
  ],
  gather: [[[6, 4]], (x) => tf.gather(x, rows())],
  "gather along axis 1": [[[2, 6, 3]], (x) => tf.gather(x, rows(), 1)],
  unsortedSegmentSum: [[[5, 2]], (x) => tf.unsortedSegmentSum(x, tf.tensor1d([0, 1, 0, 2, 1], "int32"), 3)],
  avgPool: [[[2, 7, 1, 3]], (x) => tf.avgPool(x as tf.Tensor4D, [2, 1], 1, "valid")],
  concat: [
    [
      [2, 3],
      [2, 4],
    ],
    (a, b) => tf.concat([a, b], 1),
  ],
  split: [
    [[2, 6]],
    (x) => {
      const [a, b, c] = tf.split(x, 3, 1);
      return tf.add(tf.mul(a, b), c);
    },
  ],
  slice: [[[4, 6, 3]], (x) => tf.slice(x, [1, 2, 0], [2, 3, 2])],
  stack: [
    [
      [2, 3],
      [2, 3],
    ],
    (a, b) => tf.stack([a, b], 1),
  ],
  unstack: [[[2, 3]], (x) => tf.mul(...(tf.unstack(x, 0) as [tf.Tensor, tf.Tensor]))],
  pad: [
    [[2, 3]],
    (x) =>
      tf.pad(x, [
        [1, 0],
        [0, 2],
      ]),
  ],
  tile: [[[2, 3]], (x) => tf.tile(x, [2, 2])],
  broadcastTo: [[[2, 1, 3]], (x) => tf.broadcastTo(x, [2, 4, 3])],
  reverse: [[[2, 3]], (x) => tf.reverse(x, 1)],
  transpose: [[[2, 3, 4]], (x) => tf.transpose(x, [2, 0, 1])],
  where: [
    [
      [3, 4],
      [3, 4],
    ],
    (a, b) => tf.where(tf.tensor2d([[1, 0, 1, 0]], [1, 4], "bool"), a, b),
  ],
  clipByValue: [[[5, 4]], (x) => tf.clipByValue(x, -0.5, 0.5)],
  maximum: [
    [
      [5, 4],
      [5, 4],
    ],
    (a, b) => tf.maximum(a, b),
  ],
  "division, broadcast": [
    [
      [2, 5, 4],
      [5, 1],
    ],
    (a, b) => tf.div(a, positive(b)),
  ],
  "subtraction, broadcast": [
    [
      [2, 1, 4],
      [5, 1],
    ],
    (a, b) => tf.sub(a, b),
  ],
  sum: [[[3, 4, 5]], (x) => tf.sum(x, [0, 2])],
  mean: [[[3, 4, 5]], (x) => tf.mean(x, 1)],
  max: [[[3, 4]], (x) => tf.max(x, 1)],
  prod: [[[3, 4]], (x) => tf.prod(x, 1)],
  cumsum: [[[3, 4]], (x) => tf.cumsum(x, 1)],
  softmax: [[[2, 5, 4]], (x) => tf.softmax(x)],
  logSumExp: [[[2, 5, 4]], (x) => tf.logSumExp(x, -1)],
  sigmoid: [[[5, 4]], (x) => tf.sigmoid(x)],
  tanh: [[[5, 4]], (x) => tf.tanh(x)],
  exp: [[[5, 4]], (x) => tf.exp(x)],
  erf: [[[5, 4]], (x) => tf.erf(x)],
  elu: [[[5, 4]], (x) => tf.elu(x)],
  softplus: [[[5, 4]], (x) => tf.softplus(x)],
  pow: [[[5, 4]], (x) => tf.pow(positive(x), 2.5)],
  rsqrt: [[[5, 4]], (x) => tf.rsqrt(positive(x))],
};

function compute(inputs: readonly Input[], operation: Case[1]): tf.TypedArray[] {
  return tf.tidy(() => {
    const tensors = inputs.map(({ values, shape }) => tf.tensor(values, [...shape], "float32"));
    const loss = (...args: tf.Tensor[]): tf.Tensor => {
      const output = operation(...args);
      return tf.sum(tf.mul(output, tf.cos(output)));
    };
    return [operation(...tensors), ...tf.grads(loss)(tensors)].map((tensor) => tensor.dataSync());
  });
}

for (const [name, [shapes, operation]] of Object.entries(cases)) {
  it(`wasm agrees with cpu: ${name}`, async () => {
    const random = new Random(3);
    const inputs = shapes.map((shape) => randomInput(random, ...shape));
    await startBackend("cpu");
    const expected = compute(inputs, operation);
    await startBackend("wasm");
    compute(inputs, operation).forEach((actual, i) => {
      assertClose(actual, expected[i], 1e-5, i === 0 ? "output" : `gradient of input ${i - 1}`);
    });
  });
}

it("wasm has no gradient of maxPool, which stock tfjs computes wrongly", async () => {
  await startBackend("wasm");
  const pool = (x: tf.Tensor) => tf.sum(tf.maxPool(x as tf.Tensor4D, [2, 1], 1, "valid"));
  assert.throws(() => tf.tidy(() => tf.grad(pool)(tf.ones([2, 7, 1, 3]))), /MaxPoolGrad.* not registered/);
});
