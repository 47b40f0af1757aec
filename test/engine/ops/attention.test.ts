import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { startBackend } from "../../../src/engine/backends";
import { attention, attentionBy } from "../../../src/engine/ops/attention";
import { composedAttention } from "../../../src/engine/ops/attention-composed";
import { hasKernel } from "../../../src/engine/ops/fused";
import { Random } from "../../../src/engine/random";
import { forEachEngine } from "../../support/engines";
import { checkFused } from "../../support/fused";
import { assertClose, checkOperation, type Input, randomInput } from "../../support/operations";

/** Sentences of so many tokens, padded to L; M heads of width D. */
interface Case {
  readonly lengths: readonly number[];
  readonly tokens: number;
  readonly heads: number;
  readonly width: number;
  readonly spatial: boolean;
  readonly masked: boolean;
  readonly allQueries?: boolean;
}

const spread = (tokens: number, batch: number): Float32Array =>
  Float32Array.from({ length: batch * tokens * 2 }, (_, i) => (i >> 1) % tokens);

function inputsOf({ lengths, tokens, heads, width, spatial }: Case, seed: number): Input[] {
  const random = new Random(seed);
  const batch = lengths.length;
  const transformed = randomInput(random, batch, tokens, 3 * heads * width);
  const gaussians = randomInput(random, batch, tokens, heads, 6);
  const moved = randomInput(random, batch, tokens, 2);
  const locations = { ...moved, values: spread(tokens, batch).map((place, i) => place + moved.values[i]) };
  const gentle = { ...gaussians, values: gaussians.values.map((value) => 0.3 * value) };
  return spatial ? [transformed, gentle, locations] : [transformed];
}

function maskOf({ lengths, tokens, heads, masked }: Case): Float32Array | undefined {
  const random = new Random(9);
  if (!masked) return undefined;
  const draw = () => (random.uniform() < 0.3 ? 0 : 1 / 0.7);
  return Float32Array.from({ length: lengths.length * heads * tokens * tokens }, draw);
}

/** Attention as an operation of tensors alone. */
function operation(one: Case, run: typeof attention): (...tensors: tf.Tensor[]) => tf.Tensor {
  const { lengths, tokens, heads, allQueries } = one;
  const mask = maskOf(one);
  return (transformed, gaussians, locations) =>
    run(
      {
        transformed,
        prior: gaussians && { gaussians, locations },
        mask: mask && tf.tensor(mask, [lengths.length, heads, tokens, tokens]),
      },
      { heads, lengths, allQueries },
    ).output;
}

const composed: typeof attention = (input, shape) => attentionBy(composedAttention, input, shape);

/** Eq. 14 in plain numbers, one query and head at a time. */
function reference(one: Case): (...values: number[][]) => number[] {
  const { lengths, tokens, heads, width, allQueries } = one;
  const mask = maskOf(one);
  const part = heads * width;
  return (transformed, gaussians, locations) => {
    const out = new Array(lengths.length * tokens * part).fill(0);
    lengths.forEach((length, sentence) => {
      const at = (token: number, third: number, head: number, i: number) =>
        transformed[(sentence * tokens + token) * 3 * part + third * part + head * width + i];
      for (let head = 0; head < heads; head++) {
        for (let i = 0; i < (allQueries ? tokens : length); i++) {
          const place = (j: number, side: number) => locations[(sentence * tokens + j) * 2 + side];
          const scores = Array.from({ length }, (_, j) => {
            let score = 0;
            for (let k = 0; k < width; k++) score += at(i, 0, head, k) * at(j, 1, head, k);
            score /= Math.sqrt(width);
            if (!gaussians) return score;
            const first = ((sentence * tokens + i) * heads + head) * 6;
            const [dStart, dEnd, a, b, c, d] = gaussians.slice(first, first + 6);
            const [s, e] = [place(j, 0) - place(i, 0) - dStart, place(j, 1) - place(i, 1) - dEnd];
            return score - (a * s + c * e) ** 2 - (b * s + d * e) ** 2;
          });
          const most = Math.max(...scores);
          const terms = scores.map((score) => Math.exp(score - most));
          const total = terms.reduce((sum, term) => sum + term, 0);
          for (let j = 0; j < length; j++) {
            const factor = mask ? mask[((sentence * heads + head) * tokens + i) * tokens + j] : 1;
            for (let k = 0; k < width; k++)
              out[(sentence * tokens + i) * part + head * width + k] +=
                (terms[j] / total) * factor * at(j, 2, head, k);
          }
        }
      }
    });
    return out;
  };
}

const small: readonly Case[] = [
  { lengths: [3, 1], tokens: 3, heads: 2, width: 3, spatial: true, masked: false },
  { lengths: [2, 4], tokens: 4, heads: 1, width: 2, spatial: true, masked: true },
  { lengths: [3], tokens: 3, heads: 2, width: 2, spatial: false, masked: true },
  { lengths: [1], tokens: 1, heads: 3, width: 1, spatial: true, masked: false },
  { lengths: [1, 3], tokens: 4, heads: 2, width: 2, spatial: false, masked: true, allQueries: true },
];

forEachEngine(() => {
  it("computes Eq. 14 and its slopes, with and without prior and mask", () => {
    for (const [seed, one] of small.entries()) {
      checkOperation(inputsOf(one, seed), operation(one, attention), reference(one), 3e-5);
    }
  });

  it("gives weights that sum to 1 over a sentence's tokens and are 0 past its end", () => {
    const one: Case = { lengths: [5, 2, 0], tokens: 5, heads: 2, width: 4, spatial: true, masked: false };
    tf.tidy(() => {
      const [transformed, gaussians, locations] = inputsOf(one, 4).map(({ values, shape }) =>
        tf.tensor(values, [...shape]),
      );
      const { weights, output } = attention({ transformed, prior: { gaussians, locations } }, one);
      const values = weights.dataSync<"float32">();
      one.lengths.forEach((length, sentence) => {
        for (let row = 0; row < one.heads * one.tokens; row++) {
          const start = (sentence * one.heads * one.tokens + row) * one.tokens;
          const own = values.subarray(start, start + one.tokens);
          const inside = row % one.tokens < length ? 1 : 0;
          assertClose([own.reduce((sum, value) => sum + value, 0)], [inside], 1e-6, "sum of a row");
          assert.ok(own.subarray(length).every((value) => value === 0));
        }
      });
      const padding = output.dataSync().subarray(output.size * (2 / 3));
      assert.ok(
        padding.every((value) => value === 0),
        "a sentence without tokens",
      );
    });
  });

  it("gives a sentence the same, whatever its neighbors are and its padding holds", () => {
    const alone: Case = { lengths: [4], tokens: 4, heads: 2, width: 5, spatial: true, masked: false };
    const inputs = inputsOf(alone, 6);
    const padded = inputs.map(({ values, shape: [, tokens, ...rest] }) => {
      const size = values.length / tokens;
      const out = Float32Array.from({ length: 2 * 7 * size }, (_, i) => 1e3 * Math.sin(i));
      out.set(values, 7 * size);
      return { values: out, shape: [2, 7, ...rest] };
    });
    const together: Case = { ...alone, lengths: [6, 4], tokens: 7 };
    const compute = (given: readonly Input[], one: Case) =>
      tf.tidy(() =>
        operation(
          one,
          attention,
        )(...given.map(({ values, shape }) => tf.tensor(values, [...shape]))).dataSync(),
      );
    const width = alone.heads * alone.width;
    const second = compute(padded, together).subarray(7 * width, 11 * width);
    assertClose(second, compute(inputs, alone), 1e-6, "output");
  });
  it("has a gradient whose rows sum to 0 as far as their numbers have digits", () => {
    const [heads, tokens, query] = [40, 30, 7];
    tf.tidy(() => {
      const random = new Random(5);
      // Heads of width 1 and queries of 1: the gradient of one query's scores is that of the keys.
      const ones = tf.ones([1, tokens, heads]);
      const [keys, values, dy] = Array.from({ length: 3 }, () => {
        const { values: numbers, shape } = randomInput(random, 1, tokens, heads);
        return tf.tensor(numbers, [...shape]);
      });
      const slope = tf.grad((given: tf.Tensor) => {
        const transformed = tf.concat([ones, given, values], 2);
        const { output } = attention({ transformed }, { heads, lengths: [tokens] });
        return tf.sum(tf.slice(tf.mul(output, dy), [0, query, 0], [1, 1, heads]));
      });
      const rows = tf.transpose(tf.reshape(slope(keys), [tokens, heads])).arraySync() as number[][];
      for (const row of rows) {
        const size = Math.max(...row.map(Math.abs));
        assert.ok(Math.abs(row.reduce((sum, value) => sum + value, 0)) < 1e-7 * size);
      }
    });
  });

  it("takes places as far away as can be for nothing, and gives no NaN", () => {
    const one: Case = { lengths: [6], tokens: 6, heads: 1, width: 2, spatial: true, masked: false };
    const [transformed, gaussians, locations] = inputsOf(one, 3);
    // |θᵀ(n - μ)|² from 0 to hundreds: weights of 1, below float32's normal numbers, and past its range
    const sharp = { ...gaussians, values: gaussians.values.map((_, i) => [0, 0, 3, 0, 0, 4][i % 6]) };
    checkOperation([transformed, sharp, locations], operation(one, attention), reference(one), 1e-4);
  });

  it("keeps what is not a number where it is read, and nowhere else", () => {
    const one: Case = { lengths: [3, 3], tokens: 3, heads: 2, width: 2, spatial: false, masked: false };
    const [{ values, shape }] = inputsOf(one, 8);
    const firstKey = one.heads * one.width;
    const given = tf.tensor(values.with(firstKey, Number.NaN), [...shape]);
    const lost = Array.from(operation(one, attention)(given).dataSync(), Number.isNaN);
    // the first sentence's first head
    assert.deepEqual(
      lost,
      lost.map((_, i) => i < 12 && i % 4 < 2),
    );
  });
});

it("attention on wasm is fused, and equal to the composed one at any size", async () => {
  await startBackend("wasm");
  assert.ok(hasKernel("Attention") && hasKernel("AttentionGradient"));
  const sizes = [
    [[1], 1, 1, 1],
    [[2, 3], 3, 1, 7],
    [[9, 4, 0, 1], 9, 3, 5],
    [[27, 14, 20], 27, 8, 16],
    [[70, 33], 70, 2, 64],
  ] as const;
  for (const [lengths, tokens, heads, width] of sizes) {
    for (const [spatial, masked, allQueries] of [
      [true, false, false],
      [true, true, false],
      [false, false, false],
      [false, true, true],
    ]) {
      if (allQueries && lengths.some((length) => length === 0)) continue;
      const one: Case = { lengths, tokens, heads, width, spatial, masked, allQueries };
      checkFused(inputsOf(one, tokens), operation(one, attention), operation(one, composed), 1e-4);
    }
  }
});
