import assert from "node:assert/strict";
import { it } from "node:test";
import type * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { startBackend } from "../../../src/engine/backends";
import { hasKernel } from "../../../src/engine/ops/fused";
import { linear } from "../../../src/engine/ops/linear";
import { Random } from "../../../src/engine/random";
import { forEachEngine } from "../../support/engines";
import { checkFused } from "../../support/fused";
import { checkOperation, randomInput } from "../../support/operations";
import { gelu } from "../../support/reference-math";

function reference(x: number[], weight: number[], bias: number[]): number[] {
  const inputSize = weight.length / bias.length;
  return Array.from({ length: x.length / inputSize }, (_, row) =>
    bias.map((b, out) => {
      let sum = b;
      for (let i = 0; i < inputSize; i++) sum += x[row * inputSize + i] * weight[out * inputSize + i];
      return sum;
    }),
  ).flat();
}

forEachEngine(() => {
  it("maps the last axis of an input of any rank", () => {
    const leading = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 });
    const size = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(leading, size, size, fc.nat(), (shape, inSize, outSize, seed) => {
        const random = new Random(seed);
        const inputs = [
          randomInput(random, ...shape, inSize),
          randomInput(random, outSize, inSize),
          randomInput(random, outSize),
        ];
        checkOperation(
          inputs,
          (x, weight, bias) => linear(x, weight as tf.Tensor2D, bias as tf.Tensor1D),
          reference,
        );
        checkOperation(
          inputs,
          (x, weight, bias) => linear(x, weight as tf.Tensor2D, bias as tf.Tensor1D, "gelu"),
          (x, weight, bias) => reference(x, weight, bias).map(gelu),
        );
      }),
      { numRuns: 20 },
    );
  });
});

it("linear on wasm is fused, and equals the composed version at any size and rank", async () => {
  await startBackend("wasm");
  assert.ok(hasKernel("Linear") && hasKernel("LinearGelu"));
  for (const [shape, inSize, outSize] of [
    [[], 1, 1],
    [[1], 5, 3],
    [[2, 3], 4, 8],
    [[7, 1, 3], 130, 61],
    [[70], 600, 9],
    [[3], 33, 700],
    [[0], 3, 2],
  ] as const) {
    const random = new Random(inSize);
    const inputs = [
      randomInput(random, ...shape, inSize),
      randomInput(random, outSize, inSize),
      randomInput(random, outSize),
    ];
    type Affine = (input: tf.Tensor, weight: tf.Tensor2D, bias: tf.Tensor1D) => tf.Tensor;
    const typed = (affine: Affine) => (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor) =>
      affine(x, weight as tf.Tensor2D, bias as tf.Tensor1D);
    checkFused(inputs, typed(linear), 2e-5);
    const gelu: Affine = (x, weight, bias) => linear(x, weight, bias, "gelu");
    checkFused(inputs, typed(gelu), 2e-5);
  }
});
