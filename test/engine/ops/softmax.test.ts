import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { logSoftmax, Random, softmax } from "../../../src/engine";
import { startBackend } from "../../../src/engine/backends";
import { hasKernel } from "../../../src/engine/ops/fused";
import { forEachEngine } from "../../support/engines";
import { checkFused } from "../../support/fused";
import { checkOperation, randomInput } from "../../support/operations";

/** The logarithm of softmax in double precision, [rows, size]. */
function reference(values: readonly number[], size: number): number[] {
  return values.map((value, i) => {
    const row = values.slice(i - (i % size), i - (i % size) + size);
    const largest = Math.max(...row);
    return value - largest - Math.log(row.reduce((sum, x) => sum + Math.exp(x - largest), 0));
  });
}

forEachEngine(() => {
  it("computes softmax over the last axis, with its gradient", () => {
    const random = new Random(4);
    for (const size of [1, 2, 5]) {
      checkOperation([randomInput(random, 2, 3, size)], softmax, (values) =>
        reference(values, size).map(Math.exp),
      );
    }
  });

  it("has gradients whose rows sum to 0 to the last digits", () => {
    tf.tidy(() => {
      const random = new Random(5);
      const [scores, dy] = [0, 0].map(() => {
        const { values, shape } = randomInput(random, 40, 30);
        return tf.tensor(values, [...shape], "float32");
      });
      for (const operation of [softmax, logSoftmax]) {
        const [gradient] = tf.grads((x) => tf.sum(tf.mul(operation(x), dy)))([scores]);
        const rows = gradient.arraySync() as number[][];
        for (const row of rows) {
          const size = Math.max(...row.map(Math.abs));
          assert.ok(Math.abs(row.reduce((sum, value) => sum + value, 0)) < 1e-7 * size);
        }
      }
    });
  });

  it("computes the logarithm of softmax over the last axis, with its gradient", () => {
    const random = new Random(3);
    for (const size of [1, 2, 5]) {
      checkOperation([randomInput(random, 2, 3, size)], logSoftmax, (values) => reference(values, size));
    }
  });

  it("keeps the digits of the gradient if one outcome is nearly certain", () => {
    tf.tidy(() => {
      const scores = [3, 21, -4, 5, 6];
      const pick = tf.tensor([[0, -0.7, 0, 0, 0]]);
      const [gradient] = tf.grads((x) => tf.sum(tf.mul(logSoftmax(x), pick)))([tf.tensor([scores])]);
      const terms = scores.map((score) => Math.exp(score - 21));
      const rest = terms[0] + terms[2] + terms[3] + terms[4];
      const expected = terms.map((term, i) => (0.7 * (i === 1 ? -rest : term)) / (1 + rest));
      gradient.dataSync().forEach((value, i) => {
        assert.ok(
          Math.abs(value / expected[i] - 1) < 1e-5,
          `gradient[${i}]: ${value}, expected ${expected[i]}`,
        );
      });
    });
  });

  it("has a gradient of 0 for masked outcomes, without NaN", () => {
    tf.tidy(() => {
      const pick = tf.tensor([[0, -1, 0]]);
      const [gradient] = tf.grads((x) => tf.sum(tf.mul(logSoftmax(x), pick)))([tf.tensor([[-1e12, 1, 1]])]);
      assert.deepEqual([...gradient.dataSync()], [0, -0.5, 0.5]);
    });
  });
});

it("softmax on wasm has a fused gradient, which equals the composed version at any size", async () => {
  await startBackend("wasm");
  assert.ok(hasKernel("SoftmaxGradient"));
  for (const size of [1, 2, 3, 4, 5, 7, 17, 101]) {
    checkFused([randomInput(new Random(size), 2, 3, size)], softmax, 2e-6);
  }
});
