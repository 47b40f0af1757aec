import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { scoped } from "../../src/engine";
import { type Detection, decode } from "../../src/model/head";
import { forEachEngine } from "../support/engines";
import { assertNear } from "../support/numbers";
import { type PlainPrediction, predictionOf } from "../support/prediction";

const run = (sentences: readonly PlainPrediction[], acceptTies = true): Detection[][] => {
  const lengths = sentences.map(({ classes }) => classes.length);
  return scoped(() => decode(predictionOf(sentences), lengths, acceptTies));
};

const spansOf = (detections: readonly Detection[]) =>
  detections.map(({ start, end, type, proposal }) => ({ start, end, type, proposal }));

forEachEngine(() => {
  it("takes each proposal's most probable type and span", () => {
    const [detections] = run([
      {
        classes: [
          [0.2, 0.7, 0.1],
          [0.6, 0.1, 0.3],
        ],
        spans: [
          [0.1, 0.8, 0.1],
          [0.1, 0.2, 0.7],
        ],
      },
    ]);
    assert.deepEqual(spansOf(detections), [
      { start: 0, end: 1, type: 1, proposal: 0 },
      { start: 1, end: 1, type: 0, proposal: 1 },
    ]);
    assertNear(
      detections.map(({ probability }) => probability),
      [0.7 * 0.8, 0.6 * 0.7],
      1e-6,
      "probability",
    );
  });

  it("rejects a proposal if None is its most probable class, or more probable than its entity", () => {
    const sure = [[1, 0, 0]];
    assert.deepEqual(run([{ classes: [[0.3, 0.2, 0.5]], spans: [[1]] }]), [[]]);
    const doubtful = {
      classes: [
        [0.5, 0.1, 0.4],
        [0.1, 0.1, 0.8],
      ],
      spans: [[0.75, 0.15, 0.1], sure[0]],
    };
    assert.deepEqual(run([doubtful]), [[]]);
  });

  it("accepts an entity exactly as probable as None, unless acceptTies is false", () => {
    const tied = {
      classes: [
        [0.5, 0.25, 0.25],
        [0, 0, 1],
      ],
      spans: [
        [0.5, 0.25, 0.25],
        [1, 0, 0],
      ],
    };
    assert.deepEqual(spansOf(run([tied])[0]), [{ start: 0, end: 0, type: 0, proposal: 0 }]);
    assert.deepEqual(run([tied], false), [[]]);
  });

  it("compares probabilities that underflow in double precision", () => {
    scoped(() => {
      const { logClass, spans } = predictionOf([{ classes: [[1, 1, 1]], spans: [[1]] }]);
      const below = (...logs: number[]) => ({ logClass: tf.add(logClass, logs) as tf.Tensor2D, spans });
      const accepted = { start: 0, end: 0, type: 0, proposal: 0 };
      assert.deepEqual(spansOf(decode(below(-800, -900, -801), [1], false)[0]), [accepted]);
      assert.deepEqual(spansOf(decode(below(-800, -900, -800), [1], true)[0]), [accepted]);
      assert.deepEqual(decode(below(-800, -900, -800), [1], false), [[]]);
    });
  });

  it("merges equal proposals into one entity with the highest probability", () => {
    const classes = [
      [0.6, 0.2, 0.2],
      [0.8, 0.1, 0.1],
      [0.7, 0.2, 0.1],
    ];
    const spans = classes.map(() => [0.02, 0.9, 0.02, 0.02, 0.02, 0.02]);
    const [detections] = run([{ classes, spans }]);
    assert.deepEqual(spansOf(detections), [{ start: 0, end: 1, type: 0, proposal: 1 }]);
    assertNear([detections[0].probability], [0.8 * 0.9], 1e-6, "probability");
  });

  it("keeps one span with two types, sorted by start, end and type", () => {
    const classes = [
      [0.1, 0.8, 0.1],
      [0.8, 0.1, 0.1],
    ];
    const spans = classes.map(() => [0.1, 0.1, 0.8]);
    assert.deepEqual(spansOf(run([{ classes, spans }])[0]), [
      { start: 1, end: 1, type: 0, proposal: 1 },
      { start: 1, end: 1, type: 1, proposal: 0 },
    ]);
  });

  it("decodes each sentence of a batch", () => {
    const long = {
      classes: [
        [1, 0, 0],
        [0, 0, 1],
        [0, 0, 1],
      ],
      spans: [[0, 0, 1, 0, 0, 0], [1], [1]],
    };
    const short = { classes: [[0, 1, 0]], spans: [[1]] };
    assert.deepEqual(run([long, short]).map(spansOf), [
      [{ start: 0, end: 2, type: 0, proposal: 0 }],
      [{ start: 0, end: 0, type: 1, proposal: 0 }],
    ]);
  });
});
