import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { startBackend } from "../../../src/engine/backends";
import { hasKernel } from "../../../src/engine/ops/fused";
import { sentenceProducts } from "../../../src/engine/ops/sentence-products";
import { offsetsOf, rowsOf } from "../../../src/engine/packing";
import { Random } from "../../../src/engine/random";
import { forEachEngine } from "../../support/engines";
import { checkFused } from "../../support/fused";
import { checkOperation, randomInput } from "../../support/operations";

const operation =
  (lengths: readonly number[]) =>
  (...[left, right]: tf.Tensor[]): tf.Tensor =>
    sentenceProducts(left as tf.Tensor2D, right as tf.Tensor2D, lengths);

const inputs = (lengths: readonly number[], width: number) => {
  const random = new Random(width);
  return [randomInput(random, rowsOf(lengths), width), randomInput(random, rowsOf(lengths), width)];
};

forEachEngine(() => {
  it("multiplies all pairs of tokens in the same sentence", () => {
    for (const [lengths, width] of [
      [[3, 1], 2],
      [[2, 0, 4], 3],
      [[1], 1],
    ] as const) {
      const offsets = offsetsOf(lengths);
      const reference = (left: number[], right: number[]) =>
        lengths.flatMap((length, sentence) =>
          Array.from({ length: length ** 2 }, (_, pair) => {
            const row = (j: number) => (offsets[sentence] + j) * width;
            const [i, j] = [row(Math.floor(pair / length)), row(pair % length)];
            return Array.from({ length: width }, (_, k) => left[i + k] * right[j + k]).reduce(
              (a, b) => a + b,
            );
          }),
        );
      checkOperation(inputs(lengths, width), operation(lengths), reference);
    }
  });

  it("rejects lengths and shapes that do not fit", () => {
    tf.tidy(() => {
      const compute = operation([2, 1]);
      assert.throws(() => compute(tf.ones([4, 2]), tf.ones([4, 2])), /lengths 2,1 do not fit/);
      assert.throws(() => compute(tf.ones([3, 2]), tf.ones([3, 1])), /do not fit \[3,2\] and \[3,1\]/);
    });
  });
});

it("sentence products on wasm are fused, and equal the composed version at any size", async () => {
  await startBackend("wasm");
  assert.ok(hasKernel("SentenceProducts") && hasKernel("SentenceProductsGradient"));
  for (const [lengths, width] of [
    [[1], 1],
    [[9, 0, 4], 7],
    [[33, 17], 64],
  ] as const) {
    checkFused(inputs(lengths, width), operation(lengths), 2e-5);
  }
});
