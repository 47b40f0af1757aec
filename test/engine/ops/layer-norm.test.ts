import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { startBackend } from "../../../src/engine/backends";
import { hasKernel } from "../../../src/engine/ops/fused";
import { layerNorm } from "../../../src/engine/ops/layer-norm";
import { Random } from "../../../src/engine/random";
import { forEachEngine } from "../../support/engines";
import { checkFused } from "../../support/fused";
import { assertClose, checkOperation, randomInput } from "../../support/operations";

function reference(epsilon: number): (x: number[], weight: number[], bias: number[]) => number[] {
  return (x, weight, bias) => {
    const size = weight.length;
    return Array.from({ length: x.length / size }, (_, row) => {
      const values = x.slice(row * size, (row + 1) * size);
      const mean = values.reduce((sum, value) => sum + value, 0) / size;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size;
      return values.map((value, i) => ((value - mean) / Math.sqrt(variance + epsilon)) * weight[i] + bias[i]);
    }).flat();
  };
}

forEachEngine(() => {
  it("normalizes the last axis of an input of any rank", () => {
    const leading = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 });
    fc.assert(
      fc.property(leading, fc.integer({ min: 1, max: 11 }), fc.nat(), (shape, size, seed) => {
        const random = new Random(seed);
        // A large epsilon bounds the gradient if all values of a row are close.
        const epsilon = 0.1;
        checkOperation(
          [randomInput(random, ...shape, size), randomInput(random, size), randomInput(random, size)],
          (x, weight, bias) => layerNorm(x, weight as tf.Tensor1D, bias as tf.Tensor1D, epsilon),
          reference(epsilon),
        );
      }),
      { numRuns: 20 },
    );
  });

  it("uses PyTorch's epsilon by default", () => {
    const x = [0.001, 0.003];
    const result = layerNorm(tf.tensor1d(x, "float32"), tf.ones([2]), tf.zeros([2]));
    assertClose(result.dataSync(), reference(1e-5)(x, [1, 1], [0, 0]), 1e-5, "output");
  });
});

it("layerNorm on wasm is fused, and equals the composed version at any size", async () => {
  await startBackend("wasm");
  assert.ok(hasKernel("LayerNorm"));
  for (const size of [2, 3, 4, 5, 7, 17, 101]) {
    const random = new Random(size);
    const inputs = [randomInput(random, 3, 5, size), randomInput(random, size), randomInput(random, size)];
    const operation = (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor =>
      layerNorm(x, weight as tf.Tensor1D, bias as tf.Tensor1D, 1e-3);
    checkFused(inputs, operation, 5e-5);
  }
});
