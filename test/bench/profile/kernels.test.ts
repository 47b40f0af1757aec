import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { linear, Random, sentenceProducts } from "../../../src/engine";
import { hasKernel } from "../../../src/engine/ops/fused";
import { BiGru } from "../../../src/nn/gru";
import { Parameters, Scope } from "../../../src/nn/parameters";
import { forEachEngine } from "../../support/engines";
import { profileKernels } from "./kernels";
import { Profiler } from "./profiler";

/** The operations that are counted in a computation. */
function operationsOf(compute: () => unknown): number {
  const profiler = new Profiler({ module: "", direction: "forward", kernel: "" });
  const restore = profileKernels(profiler);
  try {
    tf.tidy(() => {
      compute();
    });
  } finally {
    restore();
  }
  return profiler.entries.reduce((sum, { operations }) => sum + operations, 0);
}

forEachEngine(() => {
  it("counts a multiplication and an addition for each pair of a product, with any transpose", () => {
    const product = 2 * 3 * 4 * 5;
    assert.equal(
      operationsOf(() => tf.matMul(tf.ones([3, 4]), tf.ones([4, 5]))),
      product,
    );
    assert.equal(
      operationsOf(() => tf.matMul(tf.ones([3, 4]), tf.ones([5, 4]), false, true)),
      product,
    );
    assert.equal(
      operationsOf(() => tf.matMul(tf.ones([4, 3]), tf.ones([4, 5]), true, false)),
      product,
    );
    assert.equal(
      operationsOf(() => tf.matMul(tf.ones([7, 1, 3, 4]), tf.ones([2, 4, 5]))),
      7 * 2 * product,
    );
    assert.equal(
      operationsOf(() => tf.add(tf.ones([3, 4]), 1)),
      0,
    );
  });

  it("counts a linear map with or without GELU: one product forward, two backward", () => {
    const [weight, bias] = [tf.ones([5, 4]) as tf.Tensor2D, tf.ones([5]) as tf.Tensor1D];
    const forward = 2 * 2 * 3 * 4 * 5;
    for (const activation of [undefined, "gelu"] as const) {
      const map = (input: tf.Tensor) => linear(input, weight, bias, activation);
      assert.equal(
        operationsOf(() => map(tf.ones([2, 3, 4]))),
        forward,
      );
      assert.equal(
        operationsOf(() => tf.grad(map)(tf.ones([2, 3, 4]))),
        3 * forward,
      );
    }
  });

  it("counts a GRU: three gates of input and state for each token and direction", () => {
    const [inputs, hidden] = [3, 4];
    const layer = new BiGru(new Scope(new Parameters(new Random(1))), inputs, hidden);
    const run = (lengths: readonly number[]) => (input: tf.Tensor) =>
      layer.forward(input as tf.Tensor2D, lengths);
    const count = (tokens: number) => 2 * (2 * tokens * 3 * hidden * (inputs + hidden));
    const full = [5, 5];
    assert.equal(
      operationsOf(() => run(full)(tf.ones([10, inputs]))),
      count(10),
    );
    const both = operationsOf(() => tf.grad(run(full))(tf.ones([10, inputs])));
    assert.equal(both, 3 * count(10));
    // The composed version pads.
    const shorter = operationsOf(() => run([5, 1])(tf.ones([6, inputs])));
    assert.equal(shorter, count(hasKernel("Gru") ? 6 : 10));
  });

  it("counts the products of all pairs of tokens in a sentence", () => {
    const products = (left: tf.Tensor) => sentenceProducts(left as tf.Tensor2D, tf.ones([4, 5]), [3, 1]);
    const forward = operationsOf(() => products(tf.ones([4, 5])));
    assert.equal(forward, 2 * 5 * (hasKernel("SentenceProducts") ? 9 + 1 : 2 * 9));
    assert.equal(
      operationsOf(() => tf.grad(products)(tf.ones([4, 5]))),
      3 * forward,
    );
  });
});
