import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import {
  bestSpans,
  Random,
  type SpanPicks,
  type SpanScores,
  spanLogProbabilities,
  spanProbabilities,
} from "../../../src/engine";
import { startBackend } from "../../../src/engine/backends";
import { hasKernel } from "../../../src/engine/ops/fused";
import {
  composedBestSpans,
  composedSpanLogProbabilities,
} from "../../../src/engine/ops/span-softmax-composed";
import { forEachEngine } from "../../support/engines";
import { checkFused } from "../../support/fused";
import { assertNear } from "../../support/numbers";
import { assertClose, checkOperation, type Input, randomInput } from "../../support/operations";
import { range, sum } from "../../support/reference-math";

/** Start scores, end scores, centres and factors of a batch. */
function inputs(batch: number, tokens: number, seed: number, scale = 1): Input[] {
  const random = new Random(seed);
  const scaled = (input: Input, by: number) => ({
    ...input,
    values: input.values.map((value) => by * value),
  });
  return [
    scaled(randomInput(random, batch, tokens, tokens), scale),
    scaled(randomInput(random, batch, tokens, tokens), scale),
    scaled(randomInput(random, batch, tokens, 2), tokens / 2),
    scaled(randomInput(random, batch, tokens, 4), 2 / tokens),
  ];
}

const toTensors = (all: readonly Input[]): tf.Tensor[] =>
  all.map(({ values, shape }) => tf.tensor(values, [...shape], "float32"));

const toScores = ([starts, ends, center, factor]: readonly tf.Tensor[], lengths: readonly number[]) =>
  ({ starts, ends, center, factor, lengths }) as SpanScores;

type Pick = readonly [row: number, start: number, end: number];

const toPicks = (picks: readonly Pick[]): SpanPicks => ({
  rows: Int32Array.from(picks, ([row]) => row),
  starts: Int32Array.from(picks, ([, start]) => start),
  ends: Int32Array.from(picks, ([, , end]) => end),
});

/** About `count` spans of each sentence's proposals; some come twice, and some rows have none. */
function randomPicks(random: Random, lengths: readonly number[], tokens: number, count: number): Pick[] {
  const picks = lengths.flatMap((length, sentence) =>
    range(0, length === 0 ? 0 : count).flatMap((): Pick[] => {
      const [a, b] = [random.below(length), random.below(length)];
      const pick = [sentence * tokens + random.below(length), Math.min(a, b), Math.max(a, b)] as const;
      return random.below(4) === 0 ? [pick, pick] : [pick];
    }),
  );
  return picks.sort(([a], [b]) => a - b);
}

const operation =
  (lengths: readonly number[], picks: readonly Pick[], compute = spanLogProbabilities) =>
  (...tensors: tf.Tensor[]): tf.Tensor =>
    compute(toScores(tensors, lengths), toPicks(picks));

/** Scores of all spans of a row in double precision, [L][L]; -Infinity for what is no span. */
function rowScores(values: readonly ArrayLike<number>[], row: number, length: number, tokens: number) {
  const [starts, ends, [x, y], [a, b, c, d]] = [tokens, tokens, 2, 4].map((size, part) =>
    Array.from({ length: size }, (_, i) => values[part][row * size + i]),
  );
  return range(0, tokens).map((s) =>
    range(0, tokens).map((e) =>
      s <= e && e < length
        ? starts[s] + ends[e] - (a * (s - x) + c * (e - y)) ** 2 - (b * (s - x) + d * (e - y)) ** 2
        : Number.NEGATIVE_INFINITY,
    ),
  );
}

/** log p of the same. */
function referenceRow(...given: Parameters<typeof rowScores>): number[][] {
  const scores = rowScores(...given);
  const largest = Math.max(...scores.flat());
  const logSum = largest + Math.log(sum(scores.flat().map((score) => Math.exp(score - largest))));
  return scores.map((own) => own.map((score) => score - logSum));
}

const reference =
  (lengths: readonly number[], tokens: number, picks: readonly Pick[]) =>
  (...values: number[][]): number[] =>
    picks.map(([row, s, e]) => referenceRow(values, row, lengths[Math.floor(row / tokens)], tokens)[s][e]);

const sentences = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 3 });

forEachEngine((engine) => {
  it("is the logarithm of the softmax over the spans of each sentence (Eq. 22), with its slopes", () => {
    fc.assert(
      fc.property(sentences, fc.nat(2), fc.nat(), (lengths, padding, seed) => {
        const tokens = Math.max(1, ...lengths) + padding;
        const picks = randomPicks(new Random(seed), lengths, tokens, 4);
        fc.pre(picks.length > 0);
        const compute = operation(lengths, picks);
        checkOperation(
          inputs(lengths.length, tokens, seed),
          compute,
          reference(lengths, tokens, picks),
          2e-5,
        );
      }),
      { numRuns: 15 },
    );
  });

  it("finds the most probable span of each proposal, and all probabilities", () => {
    for (const [tokens, lengths] of [
      [1, [1]],
      [7, [7, 3, 0, 1]],
      [9, [8, 9]],
    ] as const) {
      tf.tidy(() => {
        const given = inputs(lengths.length, tokens, tokens, 3);
        const scores = toScores(toTensors(given), lengths);
        const [best, all] = [bestSpans(scores), spanProbabilities(scores)];
        assert.equal(all.length, lengths.length * tokens ** 3);
        for (const row of range(0, lengths.length * tokens)) {
          const length = lengths[Math.floor(row / tokens)];
          const found = [best.starts[row], best.ends[row], best.logProbabilities[row]];
          const map = all.slice(row * tokens ** 2, (row + 1) * tokens ** 2);
          if (row % tokens >= length) {
            assert.deepEqual([...found, ...map], new Array(3 + tokens ** 2).fill(0));
            continue;
          }
          const logs = referenceRow(
            given.map(({ values }) => values),
            row,
            length,
            tokens,
          );
          const most = Math.max(...logs.flat());
          const at = logs.flat().indexOf(most);
          assert.deepEqual(found.slice(0, 2), [Math.floor(at / tokens), at % tokens]);
          assertClose([found[2]], [most], 1e-5, "log p");
          assertClose(map, logs.flat().map(Math.exp), 1e-5, "p");
        }
      });
    }
  });

  it("takes of equally probable spans the first by start, then end", () => {
    tf.tidy(() => {
      const [length, tokens] = [6, 7];
      const zeros = [tokens, tokens, 2, 4].map((size) => tf.zeros([1, tokens, size]));
      const equal = bestSpans(toScores(zeros, [length]));
      assert.deepEqual([...equal.starts, ...equal.ends], new Array(2 * tokens).fill(0));
      assertClose(
        equal.logProbabilities.slice(0, length),
        new Array(length).fill(-Math.log((length * (length + 1)) / 2)),
        1e-6,
        "log p",
      );
      const [, ends, center, factor] = zeros;
      const starts = tf.tensor3d([0, 0, 1, 0, 1, 0, 9], [1, 1, tokens]);
      const tied = bestSpans(toScores([tf.tile(starts, [1, tokens, 1]), ends, center, factor], [length]));
      assert.deepEqual([tied.starts[1], tied.ends[1]], [2, 2]);
    });
  });

  it("has neither values nor gradients where nothing is picked", () => {
    tf.tidy(() => {
      const tensors = toTensors(inputs(2, 3, 1));
      const output = operation([3, 2], [])(...tensors);
      assert.deepEqual([output.shape, output.dtype], [[0], "float32"]);
      const gradients = tf.grads((...given) => tf.sum(operation([3, 2], [])(...given)))(tensors);
      for (const gradient of gradients) assert.ok(gradient.dataSync().every((value) => value === 0));
    });
  });

  it("refuses picks that are no spans of their sentence, and rows that do not ascend", () => {
    tf.tidy(() => {
      const tensors = toTensors(inputs(2, 3, 1));
      for (const pick of [
        [0, 2, 1],
        [0, 1, 3],
        [3, 0, 2],
        [5, 0, 0],
        [6, 0, 0],
        [0, -1, 0],
      ] as const) {
        assert.throws(() => operation([3, 2], [pick])(...tensors), /pick 0: no span/);
      }
      const descending: Pick[] = [
        [1, 0, 0],
        [0, 0, 0],
      ];
      assert.throws(() => operation([3, 2], descending)(...tensors), /pick 1: .* of row 0/);
    });
  });

  it("stays finite where scores are huge and Gaussians sharp or far away", () => {
    const [tokens, lengths] = [6, [6, 4]];
    const picks = randomPicks(new Random(2), lengths, tokens, 9);
    const base = inputs(2, tokens, 7);
    for (const scales of [
      [1e4, 1e4, 1, 1],
      [1e9, 1, 1, 1],
      [1, 1, 1e4, 1],
      [1, 1, 1, 1e4],
      [1, 1, 1e3, 1e4],
      [1e-30, 1e-30, 0, 1e-30],
    ]) {
      tf.tidy(() => {
        const given = base.map(({ shape, values }, part) => ({
          shape,
          values: values.map((value) => scales[part] * value),
        }));
        const tensors = toTensors(given);
        const output = operation(lengths, picks)(...tensors).dataSync();
        const values = given.map((input) => [...input.values]);
        const expected = reference(lengths, tokens, picks)(...values);
        // the scores' own rounding
        const all = picks.flatMap(([row]) =>
          rowScores(values, row, lengths[Math.floor(row / tokens)], tokens).flat(),
        );
        const size = Math.max(1, ...all.filter(Number.isFinite).map(Math.abs));
        assertNear(output, expected, 1e-6 * size, `log p at ${scales}`);
        assert.ok(output.every((value) => Number.isFinite(value) && value <= 0));
        const loss = (...all: tf.Tensor[]): tf.Tensor => tf.sum(operation(lengths, picks)(...all));
        for (const gradient of tf.grads(loss)(tensors)) {
          assert.ok(gradient.dataSync().every(Number.isFinite));
        }
      });
    }
  });

  it("does not hide a score that is not a number", () => {
    tf.tidy(() => {
      const given = inputs(1, 5, 3);
      given[1].values[2] = Number.NaN;
      const output = operation([5], [[0, 0, 0]])(...toTensors(given));
      assert.ok(Number.isNaN(output.dataSync()[0]));
    });
  });

  it("keeps the gradient's digits where one span is nearly certain, and lets its rows sum to 0", () => {
    tf.tidy(() => {
      const tokens = 5;
      const given = inputs(1, tokens, 11, 2);
      given[0].values[1] = 14; // span (1, 3) of proposal 0
      given[1].values[3] = 13;
      const weight = -0.7;
      const tensors = toTensors(given);
      const loss = (...all: tf.Tensor[]): tf.Tensor =>
        tf.mul(tf.sum(operation([tokens], [[0, 1, 3]])(...all)), weight);
      const gradients = tf
        .grads(loss)(tensors)
        .map((gradient) => gradient.dataSync());
      const p = referenceRow(
        given.map(({ values }) => values),
        0,
        tokens,
        tokens,
      ).map((own) => own.map(Math.exp));
      const others = p.map((own, s) => own.map((value, e) => (s === 1 && e === 3 ? 0 : value)));
      const marginals = [others.map(sum), range(0, tokens).map((e) => sum(others.map((own) => own[e])))];
      for (const [part, at] of [
        [0, 1],
        [1, 3],
      ]) {
        const own = gradients[part].slice(0, tokens);
        const wanted = marginals[part].map((value, i) =>
          i === at ? weight * sum(marginals[part].filter((_, j) => j !== at)) : -weight * value,
        );
        own.forEach((value, i) => {
          assert.ok(
            Math.abs(value / wanted[i] - 1) < 2e-5,
            `[${part}][${i}]: ${value}, expected ${wanted[i]}`,
          );
        });
        // the composed operations add up numbers of which these marginals may be small differences
        const rounding = engine === "wasm" ? 1e-7 * Math.max(...own.map(Math.abs)) : 1e-7 * Math.abs(weight);
        assert.ok(Math.abs(sum([...own])) < rounding);
      }
    });
  });

  it("computes the same for a sentence alone and padded in a batch, whatever the padding holds", () => {
    // the composed operations multiply what is masked by 0
    const noise = engine === "wasm" ? Number.NaN : 1e3;
    const [tokens, lengths] = [7, [3, 7, 1]];
    const batch = inputs(lengths.length, tokens, 5);
    const padding = (part: number, at: number): boolean => {
      const [, , width] = batch[part].shape;
      const length = lengths[Math.floor(at / (tokens * width))];
      return Math.floor(at / width) % tokens >= length || (part < 2 && at % width >= length);
    };
    const padded = batch.map(({ shape, values }, part) => ({
      shape,
      values: values.map((value, at) => (padding(part, at) ? noise : value)),
    }));
    const picks = randomPicks(new Random(5), lengths, tokens, 5);
    const compute = (given: readonly Input[], counts: readonly number[], own: readonly Pick[]) =>
      tf.tidy(() => {
        const tensors = toTensors(given);
        const scores = toScores(tensors, counts);
        const best = bestSpans(scores);
        const loss = (...all: tf.Tensor[]): tf.Tensor => tf.sum(tf.square(operation(counts, own)(...all)));
        return {
          values: operation(counts, own)(...tensors).dataSync(),
          best: [best.starts, best.ends, best.logProbabilities],
          gradients: tf
            .grads(loss)(tensors)
            .map((gradient) => gradient.dataSync()),
        };
      });
    const together = compute(padded, lengths, picks);
    lengths.forEach((length, sentence) => {
      const cut = (values: ArrayLike<number>, part: number): number[] =>
        Array.from(values).filter((_, at) => {
          const [, , width] = batch[part].shape;
          return Math.floor(at / (tokens * width)) === sentence && !padding(part, at);
        });
      const inside = (row: number): boolean => Math.floor(row / tokens) === sentence;
      const alone = compute(
        batch.map(({ values }, part) => ({
          shape: [1, length, part < 2 ? length : batch[part].shape[2]],
          values: Float32Array.from(cut(values, part)),
        })),
        [length],
        picks.filter(([row]) => inside(row)).map(([row, s, e]) => [row - sentence * tokens, s, e]),
      );
      const tolerance = engine === "wasm" ? 0 : 1e-6;
      assertClose(
        together.values.filter((_, i) => inside(picks[i][0])),
        alone.values,
        tolerance,
        "log p",
      );
      together.best.forEach((all, i) => {
        const own = all.slice(sentence * tokens, sentence * tokens + length);
        assertClose(own, alone.best[i], tolerance, `best spans ${i}`);
      });
      together.gradients.forEach((gradient, part) => {
        assertClose(cut(gradient, part), alone.gradients[part], 10 * tolerance, `gradient ${part}`);
      });
    });
    if (engine !== "wasm") return;
    together.gradients.forEach((gradient, part) => {
      assert.ok(gradient.every((value, at) => !padding(part, at) || value === 0));
    });
  });
});

it("is fused on wasm, and equal to the composed one at any size", async () => {
  await startBackend("wasm");
  assert.ok(["SpanNormalizers", "SpanPicks", "SpanGradient"].every(hasKernel));
  for (const tokens of [1, 2, 3, 4, 5, 7, 8, 17, 33]) {
    const lengths = [tokens, Math.ceil(tokens / 2), 1];
    const picks = randomPicks(new Random(tokens), lengths, tokens, tokens + 1);
    const given = inputs(lengths.length, tokens, tokens);
    checkFused(
      given,
      operation(lengths, picks),
      operation(lengths, picks, composedSpanLogProbabilities),
      2e-5,
    );
    tf.tidy(() => {
      const scores = toScores(toTensors(given), lengths);
      const [fused, composed] = [bestSpans(scores), composedBestSpans(scores)];
      assert.deepEqual([fused.starts, fused.ends], [composed.starts, composed.ends]);
      assertClose(fused.logProbabilities, composed.logProbabilities, 1e-5, "log p");
    });
  }
});

it("gives all probabilities of sentences so long that they are computed in parts", async () => {
  await startBackend("wasm");
  tf.tidy(() => {
    const tokens = 180;
    const given = inputs(1, tokens, 1);
    const all = spanProbabilities(toScores(toTensors(given), [tokens]));
    for (const row of [0, 100, tokens - 1]) {
      const expected = referenceRow(
        given.map(({ values }) => values),
        row,
        tokens,
        tokens,
      );
      assertClose(
        all.slice(row * tokens ** 2, (row + 1) * tokens ** 2),
        expected.flat().map(Math.exp),
        1e-5,
        `row ${row}`,
      );
    }
  });
});
