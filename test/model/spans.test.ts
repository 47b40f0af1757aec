import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { Random } from "../../src/engine/random";
import { logDensity } from "../../src/model/gaussian";
import { spanScores } from "../../src/model/spans";
import { forEachEngine } from "../support/engines";
import { assertClose, checkOperation, type Input, randomInput } from "../support/operations";
import { range } from "../support/reference-math";

const size = fc.integer({ min: 1, max: 4 });

/** Start scores, end scores, centres and factors of a batch. */
function inputs(batch: number, length: number, seed: number): Input[] {
  const random = new Random(seed);
  return [
    randomInput(random, batch, length, length),
    randomInput(random, batch, length, length),
    randomInput(random, batch, length, 2),
    randomInput(random, batch, length, 4),
  ];
}

const operation = (...[starts, ends, center, factor]: tf.Tensor[]): tf.Tensor =>
  spanScores(starts as tf.Tensor3D, ends as tf.Tensor3D, { center, factor });

/** log G(s, e) + start score + end score, a number a time. */
function reference(batch: number, length: number): (...values: number[][]) => number[] {
  return (starts, ends, center, factor) =>
    range(0, batch * length).flatMap((proposal) => {
      const [[a, b], [c, d]] = [0, 2].map((at) => factor.slice(4 * proposal + at, 4 * proposal + at + 2));
      return range(0, length).flatMap((s) =>
        range(0, length).map((e) => {
          const [x, y] = [s - center[2 * proposal], e - center[2 * proposal + 1]];
          // xᵀ θθᵀ x
          const quadratic = x * x * (a * a + b * b) + 2 * x * y * (a * c + b * d) + y * y * (c * c + d * d);
          return starts[proposal * length + s] + ends[proposal * length + e] - quadratic;
        }),
      );
    });
}

/** The same from tfjs operations alone, which differentiate themselves. */
function composed(...[starts, ends, center, factor]: tf.Tensor[]): tf.Tensor {
  const positions = tf.range(0, center.shape[1] as number, 1, "float32");
  const [centerStart, centerEnd] = tf.split(center, 2, 2);
  const prior = logDensity(
    tf.expandDims(tf.sub(positions, centerStart), 3),
    tf.expandDims(tf.sub(positions, centerEnd), 2),
    tf.expandDims(factor, 2),
  );
  return tf.add(tf.add(prior, tf.expandDims(starts, 3)), tf.expandDims(ends, 2));
}

forEachEngine(() => {
  it("scores spans as Eq. 22 says, and has the slopes of those scores", () => {
    fc.assert(
      fc.property(size, size, fc.nat(), (batch, length, seed) => {
        checkOperation(inputs(batch, length, seed), operation, reference(batch, length), 2e-5);
      }),
      { numRuns: 12 },
    );
  });

  it("has the gradient that tfjs derives from the composed formula", () => {
    const tensors = inputs(2, 5, 3).map(({ values, shape }) => tf.tensor(values, [...shape], "float32"));
    const weights = tf.tensor(randomInput(new Random(4), 2, 5, 5, 5).values, [2, 5, 5, 5], "float32");
    const gradientsOf = (scores: typeof composed) =>
      tf.grads((...given) => tf.sum(tf.mul(scores(...given), weights)))(tensors);
    const [own, derived] = [gradientsOf(operation), gradientsOf(composed)];
    own.forEach((gradient, i) => {
      assert.deepEqual(gradient.shape, derived[i].shape);
      assertClose(gradient.dataSync(), derived[i].dataSync(), 1e-5, `gradient of input ${i}`);
    });
    tf.dispose([...tensors, weights, ...own, ...derived]);
  });
});
