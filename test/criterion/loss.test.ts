import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { PnrError } from "../../src/base/errors";
import { type LossConfig, paperLoss, releasedLoss } from "../../src/config/training-config";
import { matchingLoss, type Target } from "../../src/criterion/loss";
import { valueAndGradients } from "../../src/engine";
import type { Prediction } from "../../src/model/head";
import { forEachEngine } from "../support/engines";
import { assertNear } from "../support/numbers";
import { predictionOf } from "../support/prediction";

/** Two proposals, two tokens, two types and None. */
const classes = [
  [0.5, 0.2, 0.3],
  [0.1, 0.8, 0.1],
];
const spans = [
  [0.25, 0.5, 0.25],
  [0.125, 0.125, 0.75],
];
const log = Math.log;

const first: Target = { start: 0, end: 1, type: 0 };
const second: Target = { start: 1, end: 1, type: 1 };

function lossOf(
  prediction: Prediction,
  targets: readonly (readonly Target[])[],
  lengths: readonly number[],
  config: LossConfig = paperLoss,
): { loss: number; assignments: number[][] } {
  const { loss, assignments } = matchingLoss(prediction, targets, lengths, config);
  return { loss: loss.dataSync()[0], assignments: assignments.map((assignment) => [...assignment]) };
}

forEachEngine(() => {
  it("sums the costs of the assigned targets (Eq. 24–25)", () => {
    tf.tidy(() => {
      const prediction = predictionOf([{ classes, spans }]);
      const both = lossOf(prediction, [[second, first]], [2]);
      assert.deepEqual(both.assignments, [[1, 0]]);
      assertNear([both.loss], [-log(0.5 * 0.5) - log(0.8 * 0.75)], 1e-6, "loss");
      const one = lossOf(prediction, [[first]], [2]);
      assert.deepEqual(one.assignments, [[0, -1]]);
      assertNear([one.loss], [-log(0.5 * 0.5) - log(0.1)], 1e-6, "loss");
      const none = lossOf(prediction, [[]], [2]);
      assert.deepEqual(none.assignments, [[-1, -1]]);
      assertNear([none.loss], [-log(0.3) - log(0.1)], 1e-6, "loss");
    });
  });

  it("drops entities if there are too few proposals", () => {
    tf.tidy(() => {
      const third = { start: 0, end: 0, type: 1 };
      const { loss, assignments } = lossOf(predictionOf([{ classes, spans }]), [[third, first, second]], [2]);
      assert.deepEqual(assignments, [[1, 2]]);
      assertNear([loss], [-log(0.5 * 0.5) - log(0.8 * 0.75)], 1e-6, "loss");
    });
  });

  it("sums over the proposals of each sentence, and averages over sentences", () => {
    tf.tidy(() => {
      const short = { classes: [[0.25, 0.25, 0.5]], spans: [[1]] };
      const prediction = predictionOf([short, { classes, spans }]);
      const only = { start: 0, end: 0, type: 1 };
      const { loss, assignments } = lossOf(prediction, [[only], [first, second]], [1, 2]);
      assert.deepEqual(assignments, [[0], [0, 1]]);
      assertNear([loss], [(-log(0.5 * 0.5) - log(0.8 * 0.75) - log(0.25)) / 2], 1e-6, "loss");
    });
  });

  it("averages and clamps like the released code, if configured", () => {
    tf.tidy(() => {
      const far = [[0.5, 0.5, 1e-12]];
      const prediction = predictionOf([{ classes: far, spans: [[1]] }]);
      assertNear([lossOf(prediction, [[]], [1], releasedLoss).loss], [-log(1e-8)], 1e-5, "clamped");
      assertNear([lossOf(prediction, [[]], [1]).loss], [-log(1e-12)], 1e-5, "not clamped");
      const mean = lossOf(predictionOf([{ classes, spans }]), [[first]], [2], releasedLoss);
      assertNear([mean.loss], [(-log(0.5 * 0.5) - log(0.1)) / 2], 1e-6, "mean");
    });
  });

  it("has the gradient of cross-entropy with the assigned targets", () => {
    const logits = tf.variable(tf.tensor2d([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [2, 3]));
    const { spans: scores } = predictionOf([{ classes, spans }]);
    const loss = () =>
      matchingLoss(
        { logClass: tf.logSoftmax(logits) as tf.Tensor2D, spans: scores },
        [[first]],
        [2],
        paperLoss,
      ).loss;
    const { gradients } = valueAndGradients(loss, [logits]);
    const soft = tf.softmax(logits).arraySync() as number[][];
    const oneHot = [
      [1, 0, 0],
      [0, 0, 1],
    ];
    assertNear(
      gradients[0],
      soft.map((row, i) => row.map((p, t) => p - oneHot[i][t])),
      1e-6,
      "gradient of the logits",
    );
    const { starts, ends, center, factor } = scores;
    tf.dispose([logits, ...gradients, starts, ends, center, factor]);
  });

  it("rejects values that are not finite", () => {
    tf.tidy(() => {
      const prediction = predictionOf([{ classes: [[Number.NaN, 0.5, 0.5]], spans: [[1]] }]);
      assert.throws(() => matchingLoss(prediction, [[{ ...first, end: 0 }]], [1], paperLoss), PnrError);
    });
  });
});
