import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { startBackend } from "../../../src/engine/backends";
import { attention } from "../../../src/engine/ops/attention";
import { hasKernel } from "../../../src/engine/ops/fused";
import { offsetsOf, positionsOf, rowsOf, squaresOf } from "../../../src/engine/packing";
import { Random } from "../../../src/engine/random";
import { forEachEngine } from "../../support/engines";
import { checkFused } from "../../support/fused";
import { assertClose, checkOperation, type Input, randomInput } from "../../support/operations";

/** An attention over sentences, with M heads of width D. */
interface Case {
  readonly lengths: readonly number[];
  readonly heads: number;
  readonly width: number;
  readonly spatial: boolean;
  readonly masked: boolean;
  readonly keys?: readonly number[];
}

function inputsOf({ lengths, heads, width, spatial }: Case, seed: number): Input[] {
  const random = new Random(seed);
  const tokens = rowsOf(lengths);
  const transformed = randomInput(random, tokens, 3 * heads * width);
  const gaussians = randomInput(random, tokens, heads, 6);
  const offsets = randomInput(random, tokens, 2);
  const positions = positionsOf(lengths);
  const locations = { ...offsets, values: offsets.values.map((value, i) => positions[i >> 1] + value) };
  const wideGaussians = { ...gaussians, values: gaussians.values.map((value) => 0.3 * value) };
  return spatial ? [transformed, wideGaussians, locations] : [transformed];
}

function maskOf({ lengths, heads, masked }: Case): Float32Array | undefined {
  const random = new Random(9);
  if (!masked) return undefined;
  const draw = () => (random.uniform() < 0.3 ? 0 : 1 / 0.7);
  return Float32Array.from({ length: heads * rowsOf(squaresOf(lengths)) }, draw);
}

/** Attention as an operation on tensors. */
function operation(one: Case, run: typeof attention): (...tensors: tf.Tensor[]) => tf.Tensor {
  const { lengths, heads, keys } = one;
  const mask = maskOf(one);
  return (transformed, gaussians, locations) =>
    run(
      {
        transformed,
        prior: gaussians && { gaussians, locations },
        mask: mask && tf.tensor1d(mask),
      },
      { heads, lengths, keys },
    ).output;
}

/** Eq. 14 with plain numbers, one query and head at a time. */
function reference(one: Case): (...values: number[][]) => number[] {
  const { lengths, heads, width, keys = lengths } = one;
  const mask = maskOf(one);
  const part = heads * width;
  const [offsets, squares] = [lengths, squaresOf(lengths)].map(offsetsOf);
  return (transformed, gaussians, locations) => {
    const out = new Array(rowsOf(lengths) * part).fill(0);
    lengths.forEach((length, sentence) => {
      const first = offsets[sentence];
      const valueAt = (token: number, third: number, head: number, i: number) =>
        transformed[(first + token) * 3 * part + third * part + head * width + i];
      for (let head = 0; head < heads; head++) {
        for (let i = 0; i < length; i++) {
          const location = (j: number, side: number) => locations[(first + j) * 2 + side];
          const scores = Array.from({ length: keys[sentence] }, (_, j) => {
            let score = 0;
            for (let k = 0; k < width; k++) score += valueAt(i, 0, head, k) * valueAt(j, 1, head, k);
            score /= Math.sqrt(width);
            if (!gaussians) return score;
            const gaussian = ((first + i) * heads + head) * 6;
            const [dStart, dEnd, a, b, c, d] = gaussians.slice(gaussian, gaussian + 6);
            const s = location(j, 0) - location(i, 0) - dStart;
            const e = location(j, 1) - location(i, 1) - dEnd;
            return score - (a * s + c * e) ** 2 - (b * s + d * e) ** 2;
          });
          const largest = Math.max(...scores);
          const terms = scores.map((score) => Math.exp(score - largest));
          const total = terms.reduce((sum, term) => sum + term, 0);
          for (let j = 0; j < keys[sentence]; j++) {
            const square = squares[sentence] * heads + (head * length + i) * length + j;
            const factor = mask ? mask[square] : 1;
            for (let k = 0; k < width; k++)
              out[(first + i) * part + head * width + k] +=
                (terms[j] / total) * factor * valueAt(j, 2, head, k);
          }
        }
      }
    });
    return out;
  };
}

const small: readonly Case[] = [
  { lengths: [3, 1], heads: 2, width: 3, spatial: true, masked: false },
  { lengths: [2, 4], heads: 1, width: 2, spatial: true, masked: true },
  { lengths: [3], heads: 2, width: 2, spatial: false, masked: true },
  { lengths: [1], heads: 3, width: 1, spatial: true, masked: false },
  { lengths: [4, 3], heads: 2, width: 2, spatial: false, masked: true, keys: [1, 3] },
];

forEachEngine((engine) => {
  it("computes Eq. 14 and its gradients, with and without prior and mask", () => {
    for (const [seed, one] of small.entries()) {
      checkOperation(inputsOf(one, seed), operation(one, attention), reference(one), 3e-5);
    }
  });

  it("returns weights that sum to 1 over a sentence's keys and are 0 for its other tokens", () => {
    for (const keys of [undefined, [5, 1, 0, 2]]) {
      const one: Case = { lengths: [5, 2, 0, 3], heads: 2, width: 4, spatial: false, masked: false, keys };
      tf.tidy(() => {
        const [transformed] = inputsOf(one, 4).map(({ values, shape }) => tf.tensor(values, [...shape]));
        const weights = [...attention({ transformed }, one).weights.dataSync()];
        assert.equal(weights.length, one.heads * (25 + 4 + 9));
        for (const [sentence, length] of one.lengths.entries()) {
          for (let row = 0; row < one.heads * length; row++) {
            const queryWeights = weights.splice(0, length);
            assertClose([queryWeights.reduce((sum, value) => sum + value, 0)], [1], 1e-6, "sum of a row");
            assert.ok(queryWeights.slice(keys?.[sentence] ?? length).every((value) => value === 0));
          }
        }
      });
    }
  });

  it("computes the same for a sentence in any batch, to the last bit on wasm", () => {
    const alone: Case = { lengths: [4], heads: 2, width: 5, spatial: true, masked: false };
    const together: Case = { ...alone, lengths: [6, 4, 1] };
    const inputs = inputsOf(together, 6);
    const sentenceInputs = inputs.map(({ values, shape: [tokens, ...rest] }) => {
      const size = values.length / tokens;
      return { values: values.slice(6 * size, 10 * size), shape: [4, ...rest] };
    });
    const compute = (args: readonly Input[], one: Case) =>
      tf.tidy(() =>
        operation(
          one,
          attention,
        )(...args.map(({ values, shape }) => tf.tensor(values, [...shape]))).dataSync(),
      );
    const width = alone.heads * alone.width;
    const second = compute(inputs, together).subarray(6 * width, 10 * width);
    assertClose(second, compute(sentenceInputs, alone), engine === "wasm" ? 0 : 1e-6, "output");
  });

  it("rejects lengths, keys and masks that do not fit", () => {
    tf.tidy(() => {
      const transformed = tf.ones([4, 6]);
      const prior = { gaussians: tf.ones([4, 1, 6]), locations: tf.ones([4, 2]) };
      assert.throws(() => attention({ transformed }, { heads: 1, lengths: [3] }), /do not fit 4 tokens/);
      assert.throws(() => attention({ transformed }, { heads: 4, lengths: [4] }), /do not fit a width of 6/);
      const shape = { heads: 1, lengths: [3, 1] };
      assert.throws(() => attention({ transformed }, { ...shape, keys: [3, 2] }), /keys do not fit/);
      assert.throws(
        () => attention({ transformed, prior }, { ...shape, keys: [2, 1] }),
        /all tokens are keys/,
      );
      assert.throws(() => attention({ transformed, mask: tf.ones([9]) }, shape), /a mask of 9 numbers/);
    });
  });

  it("has a gradient whose rows sum to 0 to the last digits", () => {
    const [heads, tokens, query] = [40, 30, 7];
    tf.tidy(() => {
      const random = new Random(5);
      // With heads of width 1 and queries of 1, the gradient of a query's scores is that of the keys.
      const ones = tf.ones([tokens, heads]);
      const [keys, values, dy] = Array.from({ length: 3 }, () => {
        const { values: numbers, shape } = randomInput(random, tokens, heads);
        return tf.tensor(numbers, [...shape]);
      });
      const gradient = tf.grad((keys: tf.Tensor) => {
        const transformed = tf.concat([ones, keys, values], 1);
        const { output } = attention({ transformed }, { heads, lengths: [tokens] });
        return tf.sum(tf.slice(tf.mul(output, dy), [query, 0], [1, heads]));
      });
      const rows = tf.transpose(gradient(keys)).arraySync() as number[][];
      for (const row of rows) {
        const size = Math.max(...row.map(Math.abs));
        assert.ok(Math.abs(row.reduce((sum, value) => sum + value, 0)) < 1e-7 * size);
      }
    });
  });

  it("gives distant locations no weight, without NaN", () => {
    const one: Case = { lengths: [6], heads: 1, width: 2, spatial: true, masked: false };
    const [transformed, gaussians, locations] = inputsOf(one, 3);
    // |θᵀ(n - μ)|² from 0 to hundreds, for weights that are 1, subnormal and below float32's range.
    const sharp = { ...gaussians, values: gaussians.values.map((_, i) => [0, 0, 3, 0, 0, 4][i % 6]) };
    checkOperation([transformed, sharp, locations], operation(one, attention), reference(one), 1e-4);
  });

  it("returns NaN only for queries and heads that read one", () => {
    const one: Case = { lengths: [3, 3], heads: 2, width: 2, spatial: false, masked: false };
    const [{ values, shape }] = inputsOf(one, 8);
    const firstKey = one.heads * one.width;
    const input = tf.tensor(values.with(firstKey, Number.NaN), [...shape]);
    const nanFlags = Array.from(operation(one, attention)(input).dataSync(), Number.isNaN);
    // The first head of the first sentence.
    assert.deepEqual(
      nanFlags,
      nanFlags.map((_, i) => i < 12 && i % 4 < 2),
    );
  });
});

it("attention on wasm is fused, and equals the composed version at any size", async () => {
  await startBackend("wasm");
  assert.ok(hasKernel("Attention") && hasKernel("AttentionGradient"));
  const sizes = [
    [[1], 1, 1],
    [[2, 3], 1, 7],
    [[9, 4, 0, 1], 3, 5],
    [[27, 14, 20], 8, 16],
    [[70, 33], 2, 64],
  ] as const;
  for (const [lengths, heads, width] of sizes) {
    for (const [spatial, masked, fewer] of [
      [true, false, false],
      [true, true, false],
      [false, false, false],
      [false, true, true],
    ]) {
      const keys = fewer ? lengths.map((length) => Math.ceil(length / 2)) : undefined;
      const one: Case = { lengths, heads, width, spatial, masked, keys };
      checkFused(inputsOf(one, heads), operation(one, attention), 1e-4);
    }
  }
});
