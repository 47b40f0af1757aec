import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { bestSpans, offsetsOf, Random, sequencesOf, spanProbabilities, squaresOf } from "../../../src/engine";
import { startBackend } from "../../../src/engine/backends";
import { hasKernel } from "../../../src/engine/ops/fused";
import { forEachEngine } from "../../support/engines";
import { checkFused, withoutOurKernels } from "../../support/fused";
import { assertClose, checkOperation, type Input } from "../../support/operations";
import { sum } from "../../support/reference-math";
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
      fc.property(sentences, fc.nat(), (lengths, seed) => {
        const picks = randomPicks(new Random(seed), lengths, 4);
        fc.pre(picks.length > 0);
        const compute = pickOperation(lengths, picks);
        checkOperation(spanInputs(lengths, seed), compute, pickReference(lengths, picks), 2e-5);
      }),
      { numRuns: 15 },
    );
  });

  it("finds the most probable span of each proposal, and all probabilities", () => {
    for (const lengths of [[1], [7, 3, 0, 1], [8, 9]]) {
      tf.tidy(() => {
        const given = spanInputs(lengths, lengths[0], 3);
        const scores = toScores(toTensors(given), lengths);
        const [best, all] = [bestSpans(scores), [...spanProbabilities(scores)]];
        assert.equal(all.length, sum(lengths.map((length) => length ** 3)));
        assert.equal(best.starts.length, sum(lengths));
        for (const [row, sentence] of sequencesOf(lengths).entries()) {
          const length = lengths[sentence];
          const logs = referenceRow(
            given.map(({ values }) => values),
            row,
            lengths,
          );
          const most = Math.max(...logs.flat());
          const at = logs.flat().indexOf(most);
          assert.deepEqual([best.starts[row], best.ends[row]], [Math.floor(at / length), at % length]);
          assertClose([best.logProbabilities[row]], [most], 1e-5, "log p");
          assertClose(all.splice(0, length ** 2), logs.flat().map(Math.exp), 1e-5, "p");
        }
      });
    }
  });

  it("takes of equally probable spans the first by start, then end", () => {
    tf.tidy(() => {
      const length = 6;
      const zeros = [[length ** 2], [length ** 2], [length, 2], [length, 4]].map((shape) => tf.zeros(shape));
      const equal = bestSpans(toScores(zeros, [length]));
      assert.deepEqual([...equal.starts, ...equal.ends], new Array(2 * length).fill(0));
      assertClose(
        equal.logProbabilities,
        new Array(length).fill(-Math.log((length * (length + 1)) / 2)),
        1e-6,
        "log p",
      );
      const [, ends, center, factor] = zeros;
      const starts = tf.tile(tf.tensor1d([0, 0, 1, 0, 1, 0]), [length]);
      const tied = bestSpans(toScores([starts, ends, center, factor], [length]));
      assert.deepEqual([tied.starts[1], tied.ends[1]], [2, 2]);
    });
  });

  it("has neither values nor gradients where nothing is picked", () => {
    tf.tidy(() => {
      const tensors = toTensors(spanInputs([3, 2], 1));
      const output = pickOperation([3, 2], [])(...tensors);
      assert.deepEqual([output.shape, output.dtype], [[0], "float32"]);
      const gradients = tf.grads((...given) => tf.sum(pickOperation([3, 2], [])(...given)))(tensors);
      for (const gradient of gradients) assert.ok(gradient.dataSync().every((value) => value === 0));
    });
  });

  it("refuses picks that are no spans of their sentence, and rows that do not ascend", () => {
    tf.tidy(() => {
      const tensors = toTensors(spanInputs([3, 2], 1));
      for (const pick of [
        [0, 2, 1],
        [0, 1, 3],
        [3, 0, 2],
        [5, 0, 0],
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

  it("computes the same for a sentence alone and in a batch", () => {
    const lengths = [3, 7, 0, 1];
    const [rows, squares] = [lengths, squaresOf(lengths)].map(offsetsOf);
    const batch = spanInputs(lengths, 5);
    const picks = randomPicks(new Random(5), lengths, 5);
    const compute = (given: readonly Input[], counts: readonly number[], own: readonly SpanPick[]) =>
      tf.tidy(() => {
        const tensors = toTensors(given);
        const best = bestSpans(toScores(tensors, counts));
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
    const together = compute(batch, lengths, picks);
    const tolerance = engine === "wasm" ? 0 : 1e-6;
    lengths.forEach((length, sentence) => {
      if (length === 0) return;
      const bounds = (part: number): [number, number] => {
        if (part < 2) return [squares[sentence], squares[sentence + 1]];
        const [, width] = batch[part].shape;
        return [rows[sentence] * width, rows[sentence + 1] * width];
      };
      const inside = (row: number): boolean => row >= rows[sentence] && row < rows[sentence + 1];
      const alone = compute(
        batch.map(({ values, shape: [, ...rest] }, part) => ({
          shape: [part < 2 ? length ** 2 : length, ...rest],
          values: values.slice(...bounds(part)),
        })),
        [length],
        picks.filter(([row]) => inside(row)).map(([row, s, e]) => [row - rows[sentence], s, e]),
      );
      assertClose(
        together.values.filter((_, i) => inside(picks[i][0])),
        alone.values,
        tolerance,
        "log p",
      );
      together.best.forEach((all, i) => {
        const own = all.slice(rows[sentence], rows[sentence + 1]);
        assertClose(own, alone.best[i], tolerance, `best spans ${i}`);
      });
      together.gradients.forEach((gradient, part) => {
        assertClose(
          gradient.slice(...bounds(part)),
          alone.gradients[part],
          10 * tolerance,
          `gradient ${part}`,
        );
      });
    });
  });
});

it("is fused on wasm, and equal to the composed one at any size", async () => {
  await startBackend("wasm");
  assert.ok(["SpanNormalizers", "SpanPicks", "SpanGradient"].every(hasKernel));
  for (const tokens of [1, 2, 3, 4, 5, 7, 8, 17, 33]) {
    const lengths = [tokens, Math.ceil(tokens / 2), 1];
    const picks = randomPicks(new Random(tokens), lengths, tokens + 1);
    const given = spanInputs(lengths, tokens);
    checkFused(given, pickOperation(lengths, picks), 2e-5);
    tf.tidy(() => {
      const scores = toScores(toTensors(given), lengths);
      const [fused, composed] = [bestSpans(scores), withoutOurKernels(() => bestSpans(scores))];
      assert.deepEqual([fused.starts, fused.ends], [composed.starts, composed.ends]);
      assertClose(fused.logProbabilities, composed.logProbabilities, 1e-5, "log p");
    });
  }
});

it("gives all probabilities of sentences so long that they are computed in parts", async () => {
  await startBackend("wasm");
  tf.tidy(() => {
    const tokens = 180;
    const given = spanInputs([tokens], 1);
    const all = spanProbabilities(toScores(toTensors(given), [tokens]));
    for (const row of [0, 100, tokens - 1]) {
      const expected = referenceRow(
        given.map(({ values }) => values),
        row,
        [tokens],
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
