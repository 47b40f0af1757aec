import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { startBackend } from "../../../src/engine/backends";
import { hasKernel } from "../../../src/engine/ops/fused";
import { type BidirectionalGruWeights, type GruWeights, gru } from "../../../src/engine/ops/gru";
import { offsetsOf, rowsOf } from "../../../src/engine/packing";
import { Random } from "../../../src/engine/random";
import { forEachEngine } from "../../support/engines";
import { checkFused } from "../../support/fused";
import { assertClose, checkOperation, type Input, randomInput } from "../../support/operations";

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** One step of one sentence: x [in], h [hidden] and PyTorch's four parameters. */
function cell(x: number[], h: number[], [w, u, b, c]: number[][]): number[] {
  const affine = (weight: number[], values: number[], bias: number[], row: number): number =>
    values.reduce((sum, value, i) => sum + weight[row * values.length + i] * value, bias[row]);
  return h.map((old, i) => {
    const [reset, update, candidate] = [0, 1, 2].map((gate) => gate * h.length + i);
    const r = sigmoid(affine(w, x, b, reset) + affine(u, h, c, reset));
    const z = sigmoid(affine(w, x, b, update) + affine(u, h, c, update));
    const n = Math.tanh(affine(w, x, b, candidate) + r * affine(u, h, c, candidate));
    return (1 - z) * n + z * old;
  });
}

function reference(lengths: readonly number[], inputSize: number, hidden: number) {
  const offsets = offsetsOf(lengths);
  return (x: number[], ...parameters: number[][]): number[] => {
    const output = new Array(rowsOf(lengths) * 2 * hidden).fill(0);
    lengths.forEach((length, sentence) => {
      for (const direction of [0, 1]) {
        let h: number[] = new Array(hidden).fill(0);
        for (let step = 0; step < length; step++) {
          const token = offsets[sentence] + (direction === 0 ? step : length - 1 - step);
          h = cell(
            x.slice(token * inputSize, (token + 1) * inputSize),
            h,
            parameters.slice(4 * direction, 4 * direction + 4),
          );
          h.forEach((value, i) => {
            output[(token * 2 + direction) * hidden + i] = value;
          });
        }
      }
    });
    return output;
  };
}

function parameterInputs(random: Random, inputSize: number, hidden: number): Input[] {
  const direction = (): Input[] => [
    randomInput(random, 3 * hidden, inputSize),
    randomInput(random, 3 * hidden, hidden),
    randomInput(random, 3 * hidden),
    randomInput(random, 3 * hidden),
  ];
  return [...direction(), ...direction()];
}

/** The tensors of {@link parameterInputs} as weights. */
function bothDirections(parts: readonly tf.Tensor[]): BidirectionalGruWeights {
  const [forward, reverse] = [parts.slice(0, 4), parts.slice(4)].map(
    ([weightInput, weightHidden, biasInput, biasHidden]) =>
      ({ weightInput, weightHidden, biasInput, biasHidden }) as GruWeights,
  );
  return { forward, reverse };
}

function run(lengths: readonly number[]): (...tensors: tf.Tensor[]) => tf.Tensor {
  return (input, ...parts) => gru(input as tf.Tensor2D, lengths, bothDirections(parts));
}

const toTensor = (input: Input): tf.Tensor => tf.tensor(input.values, [...input.shape], "float32");

forEachEngine(() => {
  describe("gru", () => {
    it("agrees with plain numbers in outputs and gradients", () => {
      const size = fc.integer({ min: 1, max: 5 });
      const lengths = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 3 });
      fc.assert(
        fc.property(lengths, size, size, fc.nat(), (counts, inputSize, hidden, seed) => {
          fc.pre(counts.some((length) => length > 0));
          const random = new Random(seed);
          checkOperation(
            [randomInput(random, rowsOf(counts), inputSize), ...parameterInputs(random, inputSize, hidden)],
            run(counts),
            reference(counts, inputSize, hidden),
            2e-5,
          );
        }),
        { numRuns: 12 },
      );
    });

    it("computes the same outputs and gradients for a sentence alone and in a batch", () => {
      const random = new Random(5);
      const [inputSize, hidden] = [6, 5];
      const lengths = [3, 7, 0, 1];
      const offsets = offsetsOf(lengths);
      const parameters = parameterInputs(random, inputSize, hidden);
      const batch = randomInput(random, rowsOf(lengths), inputSize);
      const compute = (input: Input, counts: readonly number[]) => {
        const loss = (...tensors: tf.Tensor[]): tf.Tensor => tf.sum(tf.square(run(counts)(...tensors)));
        const tensors = [input, ...parameters].map(toTensor);
        const output = run(counts)(...tensors).dataSync();
        return [
          output,
          ...tf
            .grads(loss)(tensors)
            .map((gradient) => gradient.dataSync()),
        ];
      };
      const [output, dInput, ...dParameters] = compute(batch, lengths);
      const sums = dParameters.map((gradient) => new Float64Array(gradient.length));
      lengths.forEach((length, sentence) => {
        if (length === 0) return;
        const sentenceRows = (values: tf.TypedArray, size: number) =>
          values.slice(offsets[sentence] * size, offsets[sentence + 1] * size) as Float32Array;
        const input = { shape: [length, inputSize], values: sentenceRows(batch.values, inputSize) };
        const [alone, dAlone, ...dShare] = compute(input, [length]);
        assertClose(sentenceRows(output, 2 * hidden), alone, 1e-6, `output of sentence ${sentence}`);
        assertClose(sentenceRows(dInput, inputSize), dAlone, 1e-5, `input gradient of sentence ${sentence}`);
        dShare.forEach((gradient, i) => {
          gradient.forEach((value, j) => {
            sums[i][j] += value;
          });
        });
      });
      dParameters.forEach((gradient, i) => {
        assertClose(gradient, sums[i], 1e-5, `gradient of parameter ${i}`);
      });
    });

    it("computes a sentence's output alone as in a batch of two, whatever the width", () => {
      for (const hidden of [3, 5, 6, 8, 11, 18]) {
        const random = new Random(hidden);
        const parameters = parameterInputs(random, 4, hidden).map(toTensor);
        const input = toTensor(randomInput(random, 9, 4)) as tf.Tensor2D;
        const batch = run([6, 3])(input, ...parameters).dataSync();
        const alone = run([6])(tf.slice(input, [0, 0], [6, 4]), ...parameters).dataSync();
        const rows = batch.slice(0, alone.length);
        if (hasKernel("Gru")) assert.deepEqual(alone, rows, `hidden ${hidden}`);
        else assertClose(rows, alone, 1e-6, `hidden ${hidden}`);
      }
    });

    it("has no rows for sentences without tokens", () => {
      const parameters = parameterInputs(new Random(1), 3, 2).map(toTensor);
      assert.deepEqual(run([0, 0])(tf.zeros([0, 3]), ...parameters).shape, [0, 4]);
    });

    it("rejects lengths that do not fit", () => {
      const parameters = parameterInputs(new Random(1), 3, 2).map(toTensor);
      for (const counts of [[4], [-1, 4], [1, 1]]) {
        assert.throws(() => run(counts)(tf.ones([3, 3]), ...parameters), /lengths .* do not fit input 3,3/);
      }
    });
  });
});

it("gru on wasm is fused, and equals the composed version at any size", async () => {
  await startBackend("wasm");
  assert.ok(hasKernel("Gru"));
  const size = fc.constantFrom(1, 3, 4, 7, 17, 33);
  const lengths = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 13 });
  fc.assert(
    fc.property(lengths, size, size, fc.nat(), (counts, inputSize, hidden, seed) => {
      fc.pre(counts.some((length) => length > 0));
      const random = new Random(seed);
      const operation = (input: tf.Tensor, ...parts: tf.Tensor[]): tf.Tensor =>
        gru(input as tf.Tensor2D, counts, bothDirections(parts));
      // With large weights, gradients and their rounding errors explode.
      const parameters = parameterInputs(random, inputSize, hidden).map(({ shape, values }) => ({
        shape,
        values: values.map((value) => value / Math.sqrt(hidden)),
      }));
      checkFused([randomInput(random, rowsOf(counts), inputSize), ...parameters], operation, 2e-5);
    }),
    { numRuns: 25 },
  );
});
