import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { adamW, keepsMomentsOutside, type Moment, Random } from "../../../src/engine";
import { startBackend } from "../../../src/engine/backends";
import { forEachEngine } from "../../support/engines";
import { assertClose } from "../../support/operations";

forEachEngine(() => {
  it("adds a small share of the gradient to the moments without losing digits", () => {
    const gradient = tf.tensor1d([1, -2, 3, 0.5, 1e3]);
    const [parameter, first, second] = [0, 0, 0].map(() => tf.variable(tf.zeros([5])));
    const numbers = { scale: 1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
    adamW([{ parameter, gradient, first, second, decay: 1 }], { ...numbers, stepSize: 0.01, correction: 1 });
    const values = gradient.dataSync();
    const relative = (moment: tf.Variable, expected: (g: number) => number) =>
      moment.dataSync().map((value, i) => value / expected(values[i]));
    assertClose(
      relative(first, (g) => 0.1 * g),
      [1, 1, 1, 1, 1],
      2e-7,
      "first moment",
    );
    assertClose(
      relative(second, (g) => 0.001 * g ** 2),
      [1, 1, 1, 1, 1],
      2e-7,
      "second moment",
    );
    assertClose(
      relative(parameter, (g) => (-0.01 * 0.1 * Math.sign(g)) / Math.sqrt(0.001)),
      [1, 1, 1, 1, 1],
      1e-6,
      "parameter",
    );
    tf.dispose([gradient, parameter, first, second]);
  });
});

it("computes the same with moments inside and outside wasm's memory", async () => {
  await startBackend("wasm");
  const random = new Random(2);
  const size = 2 ** 20 + 12_345;
  const values = Array.from({ length: 4 }, () => Float32Array.from({ length: size }, () => random.normal()));
  const [weights, slopes, first, second] = values;
  const squares = second.map((value) => value * value);
  const numbers = { scale: 0.7, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, stepSize: 0.01, correction: 1.2 };
  const run = (createMoment: (values: Float32Array) => Moment) => {
    const parameter = tf.variable(tf.tensor1d(weights));
    const gradient = tf.tensor1d(slopes);
    const moments = [createMoment(first), createMoment(squares)] as const;
    for (let step = 0; step < 2; step++) {
      adamW([{ parameter, gradient, first: moments[0], second: moments[1], decay: 0.99 }], numbers);
    }
    const result = [parameter, ...moments].map((moment) =>
      moment instanceof Float32Array ? moment : moment.dataSync(),
    );
    tf.dispose([parameter, gradient, ...moments.filter((moment) => moment instanceof tf.Tensor)]);
    return result;
  };
  const inside = run((initial) => tf.variable(tf.tensor1d(initial)));
  const outside = run((initial) => {
    const moment = new Float32Array(new SharedArrayBuffer(initial.byteLength));
    moment.set(initial);
    return moment;
  });
  assert.deepEqual(outside, inside);
});

it("stores the moments of large models outside the memory, only on wasm", async () => {
  await startBackend("wasm");
  assert.deepEqual([5_000_000, 206_000_000].map(keepsMomentsOutside), [false, true]);
  await startBackend("cpu");
  assert.equal(keepsMomentsOutside(206_000_000), false);
});
