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
  it("computes log-softmax over the spans of each sentence (Eq. 22), with its gradient", () => {
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

  it("returns the most probable span of each proposal, and all probabilities", () => {
    for (const lengths of [[1], [7, 3, 0, 1], [8, 9]]) {
      tf.tidy(() => {
        const inputs = spanInputs(lengths, lengths[0], 3);
        const scores = toScores(toTensors(inputs), lengths);
        const [best, probabilities] = [bestSpans(scores), [...spanProbabilities(scores)]];
        assert.equal(probabilities.length, sum(lengths.map((length) => length ** 3)));
        assert.equal(best.starts.length, sum(lengths));
        for (const [row, sentence] of sequencesOf(lengths).entries()) {
          const length = lengths[sentence];
          const logs = referenceRow(
            inputs.map(({ values }) => values),
            row,
            lengths,
          ).flat();
          const largest = Math.max(...logs);
          const span = logs.indexOf(largest);
          assert.deepEqual([best.starts[row], best.ends[row]], [Math.floor(span / length), span % length]);
          assertClose([best.logProbabilities[row]], [largest], 1e-5, "log p");
          assertClose(probabilities.splice(0, length ** 2), logs.map(Math.exp), 1e-5, "p");
        }
      });
    }
  });

  it("returns the first by start, then end, among equally probable spans", () => {
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

  it("returns an empty tensor and gradients of 0 without picks", () => {
    tf.tidy(() => {
      const tensors = toTensors(spanInputs([3, 2], 1));
      const output = pickOperation([3, 2], [])(...tensors);
      assert.deepEqual([output.shape, output.dtype], [[0], "float32"]);
      const gradients = tf.grads((...args) => tf.sum(pickOperation([3, 2], [])(...args)))(tensors);
      for (const gradient of gradients) assert.ok(gradient.dataSync().every((value) => value === 0));
    });
  });

  it("rejects picks that are not spans of their sentence, and rows that do not ascend", () => {
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
    const compute = (inputs: readonly Input[], counts: readonly number[], picks: readonly SpanPick[]) =>
      tf.tidy(() => {
        const tensors = toTensors(inputs);
        const best = bestSpans(toScores(tensors, counts));
        const loss = (...args: tf.Tensor[]): tf.Tensor =>
          tf.sum(tf.square(pickOperation(counts, picks)(...args)));
        return {
          values: pickOperation(counts, picks)(...tensors).dataSync(),
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
      together.best.forEach((values, i) => {
        const sentenceValues = values.slice(rows[sentence], rows[sentence + 1]);
        assertClose(sentenceValues, alone.best[i], tolerance, `best spans ${i}`);
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

it("is fused on wasm, and equals the composed version at any size", async () => {
  await startBackend("wasm");
  assert.ok(["SpanNormalizers", "SpanPicks", "SpanGradient"].every(hasKernel));
  for (const tokens of [1, 2, 3, 4, 5, 7, 8, 17, 33]) {
    const lengths = [tokens, Math.ceil(tokens / 2), 1];
    const picks = randomPicks(new Random(tokens), lengths, tokens + 1);
    const inputs = spanInputs(lengths, tokens);
    checkFused(inputs, pickOperation(lengths, picks), 2e-5);
    tf.tidy(() => {
      const scores = toScores(toTensors(inputs), lengths);
      const [fused, composed] = [bestSpans(scores), withoutOurKernels(() => bestSpans(scores))];
      assert.deepEqual([fused.starts, fused.ends], [composed.starts, composed.ends]);
      assertClose(fused.logProbabilities, composed.logProbabilities, 1e-5, "log p");
    });
  }
});

it("returns all probabilities of a sentence that is computed in parts", async () => {
  await startBackend("wasm");
  tf.tidy(() => {
    const tokens = 180;
    const inputs = spanInputs([tokens], 1);
    const probabilities = spanProbabilities(toScores(toTensors(inputs), [tokens]));
    for (const row of [0, 100, tokens - 1]) {
      const expected = referenceRow(
        inputs.map(({ values }) => values),
        row,
        [tokens],
      );
      assertClose(
        probabilities.slice(row * tokens ** 2, (row + 1) * tokens ** 2),
        expected.flat().map(Math.exp),
        1e-5,
        `row ${row}`,
      );
    }
  });
});
