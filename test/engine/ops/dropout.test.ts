import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { startBackend } from "../../../src/engine/backends";
import { dropout } from "../../../src/engine/ops/dropout";
import { Random } from "../../../src/engine/random";
import { forEachEngine } from "../../support/engines";
import { randomInput } from "../../support/operations";

forEachEngine(() => {
  it("returns the input itself at rate 0 and draws nothing", () => {
    const random = new Random(1);
    const before = random.state;
    const input = tf.ones([3]);
    assert.equal(dropout(input, 0, random), input);
    assert.deepEqual(random.state, before);
  });

  it("drops elements at the rate, scales the others, and applies the same mask to the gradient", () => {
    const random = new Random(7);
    const input = tf.fill([50, 40], 3, "float32");
    const output = dropout(input, 0.25, random).dataSync();
    const dropped = output.filter((value) => value === 0).length;
    assert.ok(output.every((value) => value === 0 || Math.abs(value - 4) < 1e-6));
    // 2000 draws: the standard deviation of the count is 19.
    assert.ok(Math.abs(dropped - 500) < 100, `${dropped} of 2000 dropped`);
    const gradient = tf
      .grad((x) => tf.sum(dropout(x, 0.25, new Random(7))))(input)
      .dataSync();
    output.forEach((value, i) => {
      assert.equal(gradient[i] === 0, value === 0);
    });
  });

  it("repeats a mask for the same state of the generator, and then draws another", () => {
    const input = tf.ones([20]);
    const random = new Random(3);
    const first = Array.from(dropout(input, 0.5, random).dataSync());
    assert.notDeepEqual(Array.from(dropout(input, 0.5, random).dataSync()), first);
    assert.deepEqual(Array.from(dropout(input, 0.5, new Random(3)).dataSync()), first);
  });
});

it("computes the same bits on wasm and cpu, and draws the same numbers", async () => {
  const shapes = [[], [1], [3], [4], [5], [2, 7], [3, 50, 17]];
  const results = [];
  for (const engine of ["wasm", "cpu"] as const) {
    await startBackend(engine);
    const random = new Random(2 ** 40 + 5);
    const outputs = shapes.map((shape, i) => {
      const rate = [0.1, 0.5, 1 / 3, 0.9][i % 4];
      const x = randomInput(new Random(i), ...shape);
      return tf.tidy(() => {
        const input = tf.tensor(x.values, shape, "float32");
        const draw = random.state;
        const output = dropout(input, rate, random);
        const [gradient] = tf.grads((input) => {
          const restored = new Random(0);
          restored.restore(draw);
          return tf.sum(tf.mul(dropout(input, rate, restored), input));
        })([input]);
        return [...output.dataSync(), ...gradient.dataSync(), ...random.state];
      });
    });
    results.push(outputs);
  }
  assert.deepEqual(results[0], results[1]);
});

it("drops elements independently of their neighbors and of other masks, even with similar keys", async () => {
  await startBackend("wasm");
  const size = 40_000;
  const input = tf.ones([size]);
  /** 1 or -1 for each element at rate 0.5. */
  const signs = (keys: readonly [number, number]): Float32Array => {
    const numbers = [...keys];
    const random = { integer32: () => numbers.shift() } as unknown as Random;
    return dropout(input, 0.5, random)
      .dataSync<"float32">()
      .map((value) => value - 1);
  };
  const correlation = (a: Float32Array, b: Float32Array): number =>
    b.reduce((sum, value, i) => sum + value * a[i], 0) / b.length;
  const mask = signs([0, 0]);
  const others = [
    signs([1, 0]),
    signs([0, 1]),
    signs([2 ** 31, 0]),
    signs([0, 2 ** 31]),
    signs([size / 2, 0]),
  ];
  const lags = [1, 2, 3, 4, 64, 1024].map((lag) => mask.subarray(lag));
  const mean = mask.reduce((sum, value) => sum + value, 0) / size;
  // The standard deviation of each is 1 / √size, 0.005.
  for (const value of [mean, ...[...others, ...lags].map((other) => correlation(mask, other))]) {
    assert.ok(Math.abs(value) < 0.025, `${value}`);
  }
  input.dispose();
});

forEachEngine(() => {
  it("leaves no tensors in memory", () => {
    const input = tf.ones([100, 10]);
    const before = tf.memory();
    const gradient = tf.grad((x) => tf.sum(dropout(x, 0.5, new Random(1))))(input);
    gradient.dispose();
    const after = tf.memory();
    assert.deepEqual(
      [after.numTensors, after.numDataBuffers, after.numBytes],
      [before.numTensors, before.numDataBuffers, before.numBytes],
    );
    input.dispose();
  });
});
