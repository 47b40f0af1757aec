import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { Random } from "../../../src/engine";
import { forEachEngine } from "../../support/engines";
import { assertNear } from "../../support/numbers";
import { range, sum } from "../../support/reference-math";
import {
  pickOperation,
  pickReference,
  randomPicks,
  referenceRow,
  rowScores,
  spanInputs,
  toTensors,
} from "../../support/spans";

forEachEngine((engine) => {
  it("stays finite for huge scores and for sharp or distant Gaussians", () => {
    const lengths = [6, 4];
    const picks = randomPicks(new Random(2), lengths, 9);
    const base = spanInputs(lengths, 7);
    for (const scales of [
      [1e4, 1e4, 1, 1],
      [1e9, 1, 1, 1],
      [1, 1, 1e4, 1],
      [1, 1, 1, 1e4],
      [1, 1, 1e3, 1e4],
      [1e-30, 1e-30, 0, 1e-30],
    ]) {
      tf.tidy(() => {
        const inputs = base.map(({ shape, values }, part) => ({
          shape,
          values: values.map((value) => scales[part] * value),
        }));
        const tensors = toTensors(inputs);
        const output = pickOperation(lengths, picks)(...tensors).dataSync();
        const values = inputs.map((input) => [...input.values]);
        const expected = pickReference(lengths, picks)(...values);
        // The scores round relative to the largest.
        const scores = picks.flatMap(([row]) => rowScores(values, row, lengths).flat());
        const size = Math.max(1, ...scores.filter(Number.isFinite).map(Math.abs));
        assertNear(output, expected, 1e-6 * size, `log p at ${scales}`);
        assert.ok(output.every((value) => Number.isFinite(value) && value <= 0));
        const loss = (...args: tf.Tensor[]): tf.Tensor => tf.sum(pickOperation(lengths, picks)(...args));
        for (const gradient of tf.grads(loss)(tensors)) {
          assert.ok(gradient.dataSync().every(Number.isFinite));
        }
      });
    }
  });

  it("returns NaN for a score of NaN", () => {
    tf.tidy(() => {
      const inputs = spanInputs([5], 3);
      inputs[1].values[2] = Number.NaN;
      const output = pickOperation([5], [[0, 0, 0]])(...toTensors(inputs));
      assert.ok(Number.isNaN(output.dataSync()[0]));
    });
  });

  it("keeps the digits of a gradient whose rows sum to 0, if one span is nearly certain", () => {
    tf.tidy(() => {
      const tokens = 5;
      const inputs = spanInputs([tokens], 11, 2);
      inputs[0].values[1] = 14; // span (1, 3) of proposal 0
      inputs[1].values[3] = 13;
      const weight = -0.7;
      const tensors = toTensors(inputs);
      const loss = (...args: tf.Tensor[]): tf.Tensor =>
        tf.mul(tf.sum(pickOperation([tokens], [[0, 1, 3]])(...args)), weight);
      const gradients = tf
        .grads(loss)(tensors)
        .map((gradient) => gradient.dataSync());
      const p = referenceRow(
        inputs.map(({ values }) => values),
        0,
        [tokens],
      ).map((byEnd) => byEnd.map(Math.exp));
      const others = p.map((byEnd, s) => byEnd.map((value, e) => (s === 1 && e === 3 ? 0 : value)));
      const marginals = [others.map(sum), range(0, tokens).map((e) => sum(others.map((byEnd) => byEnd[e])))];
      for (const [part, certain] of [
        [0, 1],
        [1, 3],
      ]) {
        const actual = gradients[part].slice(0, tokens);
        const expected = marginals[part].map((value, i) =>
          i === certain ? weight * sum(marginals[part].filter((_, j) => j !== certain)) : -weight * value,
        );
        actual.forEach((value, i) => {
          assert.ok(
            Math.abs(value / expected[i] - 1) < 2e-5,
            `[${part}][${i}]: ${value}, expected ${expected[i]}`,
          );
        });
        // In the composed version, the marginals may be small differences of large sums.
        const largest = engine === "wasm" ? Math.max(...actual.map(Math.abs)) : Math.abs(weight);
        assert.ok(Math.abs(sum([...actual])) < 1e-7 * largest);
      }
    });
  });
});
