import { it } from "node:test";
import type * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { linear } from "../../../src/engine/ops/linear";
import { Random } from "../../../src/engine/random";
import { forEachEngine } from "../../support/engines";
import { checkOperation, randomInput } from "../../support/operations";

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
          inputs.slice(0, 2),
          (x, weight) => linear(x, weight as tf.Tensor2D),
          (x, weight) => reference(x, weight, new Array(outSize).fill(0)),
        );
      }),
      { numRuns: 20 },
    );
  });
});
