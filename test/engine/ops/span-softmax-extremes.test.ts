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
  it("stays finite where scores are huge and Gaussians sharp or far away", () => {
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
        const given = base.map(({ shape, values }, part) => ({
          shape,
          values: values.map((value) => scales[part] * value),
        }));
        const tensors = toTensors(given);
        const output = pickOperation(lengths, picks)(...tensors).dataSync();
        const values = given.map((input) => [...input.values]);
        const expected = pickReference(lengths, picks)(...values);
        // the scores' own rounding
        const all = picks.flatMap(([row]) => rowScores(values, row, lengths).flat());
        const size = Math.max(1, ...all.filter(Number.isFinite).map(Math.abs));
        assertNear(output, expected, 1e-6 * size, `log p at ${scales}`);
        assert.ok(output.every((value) => Number.isFinite(value) && value <= 0));
        const loss = (...all: tf.Tensor[]): tf.Tensor => tf.sum(pickOperation(lengths, picks)(...all));
        for (const gradient of tf.grads(loss)(tensors)) {
          assert.ok(gradient.dataSync().every(Number.isFinite));
        }
      });
    }
  });

  it("does not hide a score that is not a number", () => {
    tf.tidy(() => {
      const given = spanInputs([5], 3);
      given[1].values[2] = Number.NaN;
      const output = pickOperation([5], [[0, 0, 0]])(...toTensors(given));
      assert.ok(Number.isNaN(output.dataSync()[0]));
    });
  });

  it("keeps the gradient's digits where one span is nearly certain, and lets its rows sum to 0", () => {
    tf.tidy(() => {
      const tokens = 5;
      const given = spanInputs([tokens], 11, 2);
      given[0].values[1] = 14; // span (1, 3) of proposal 0
      given[1].values[3] = 13;
      const weight = -0.7;
      const tensors = toTensors(given);
      const loss = (...all: tf.Tensor[]): tf.Tensor =>
        tf.mul(tf.sum(pickOperation([tokens], [[0, 1, 3]])(...all)), weight);
      const gradients = tf
        .grads(loss)(tensors)
        .map((gradient) => gradient.dataSync());
      const p = referenceRow(
        given.map(({ values }) => values),
        0,
        [tokens],
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
});
