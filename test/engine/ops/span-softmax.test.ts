import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { bestSpans, Random, spanProbabilities } from "../../../src/engine";
import { startBackend } from "../../../src/engine/backends";
import { hasKernel } from "../../../src/engine/ops/fused";
import {
  composedBestSpans,
  composedSpanLogProbabilities,
} from "../../../src/engine/ops/span-softmax-composed";
import { forEachEngine } from "../../support/engines";
import { checkFused } from "../../support/fused";
import { assertClose, checkOperation, type Input } from "../../support/operations";
import { range } from "../../support/reference-math";
import {
  pickOperation,
  pickReference,
  randomPicks,
  referenceRow,
  type SpanPick,
  spanInputs,
  toScores,
  toTensors,
} from "../../support/spans";

const sentences = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 3 });

forEachEngine((engine) => {
  it("is the logarithm of the softmax over the spans of each sentence (Eq. 22), with its slopes", () => {
    fc.assert(
      fc.property(sentences, fc.nat(2), fc.nat(), (lengths, padding, seed) => {
        const tokens = Math.max(1, ...lengths) + padding;
        const picks = randomPicks(new Random(seed), lengths, tokens, 4);
        fc.pre(picks.length > 0);
        const compute = pickOperation(lengths, picks);
        checkOperation(
          spanInputs(lengths.length, tokens, seed),
          compute,
          pickReference(lengths, tokens, picks),
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
        const given = spanInputs(lengths.length, tokens, tokens, 3);
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
      const tensors = toTensors(spanInputs(2, 3, 1));
      const output = pickOperation([3, 2], [])(...tensors);
      assert.deepEqual([output.shape, output.dtype], [[0], "float32"]);
      const gradients = tf.grads((...given) => tf.sum(pickOperation([3, 2], [])(...given)))(tensors);
      for (const gradient of gradients) assert.ok(gradient.dataSync().every((value) => value === 0));
    });
  });

  it("refuses picks that are no spans of their sentence, and rows that do not ascend", () => {
    tf.tidy(() => {
      const tensors = toTensors(spanInputs(2, 3, 1));
      for (const pick of [
        [0, 2, 1],
        [0, 1, 3],
        [3, 0, 2],
        [5, 0, 0],
        [6, 0, 0],
        [0, -1, 0],
      ] as const) {
        assert.throws(() => pickOperation([3, 2], [pick])(...tensors), /pick 0: no span/);
      }
      const descending: SpanPick[] = [
        [1, 0, 0],
        [0, 0, 0],
      ];
      assert.throws(() => pickOperation([3, 2], descending)(...tensors), /pick 1: .* of row 0/);
    });
  });

  it("computes the same for a sentence alone and padded in a batch, whatever the padding holds", () => {
    // the composed operations multiply what is masked by 0
    const noise = engine === "wasm" ? Number.NaN : 1e3;
    const [tokens, lengths] = [7, [3, 7, 1]];
    const batch = spanInputs(lengths.length, tokens, 5);
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
    const compute = (given: readonly Input[], counts: readonly number[], own: readonly SpanPick[]) =>
      tf.tidy(() => {
        const tensors = toTensors(given);
        const scores = toScores(tensors, counts);
        const best = bestSpans(scores);
        const loss = (...all: tf.Tensor[]): tf.Tensor =>
          tf.sum(tf.square(pickOperation(counts, own)(...all)));
        return {
          values: pickOperation(counts, own)(...tensors).dataSync(),
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
    const given = spanInputs(lengths.length, tokens, tokens);
    checkFused(
      given,
      pickOperation(lengths, picks),
      pickOperation(lengths, picks, composedSpanLogProbabilities),
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
    const given = spanInputs(1, tokens, 1);
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
