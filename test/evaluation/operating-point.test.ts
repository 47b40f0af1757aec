import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entity } from "../../src/corpus/types";
import { scaleProbability } from "../../src/detector/temperature";
import { Random } from "../../src/engine/random";
import { fitTemperature } from "../../src/evaluation/calibration";
import { type CandidateSentence, operatingCurves } from "../../src/evaluation/operating-point";
import { scoreEntities } from "../../src/evaluation/scores";
import { fakeSides } from "../widgets/fake";

const random = new Random(5);

/** Candidates with probabilities in steps, so that some are equal. */
const sentences: readonly CandidateSentence[] = fakeSides(60, 7).map(({ entities, predicted }) => ({
  entities,
  candidates: [...new Map(predicted.map((one) => [`${one.start} ${one.end} ${one.type}`, one])).values()].map(
    ({ start, end, type }) => {
      const probability = random.below(20) / 20;
      return { start, end, type, probability, accepted: random.below(20) / 20 < probability };
    },
  ),
}));

const scored = (
  accepts: (candidate: CandidateSentence["candidates"][number]) => boolean,
  some = sentences,
  belongs: (entity: Entity) => boolean = () => true,
) =>
  scoreEntities(
    some.map(({ entities }) => entities.filter(belongs)),
    some.map(({ candidates }) => candidates.filter((one) => accepts(one) && belongs(one))),
  ).overall;

test("a point has the scores of the candidates with at least its threshold", () => {
  const { overall, byType } = operatingCurves(sentences, { resamples: 1 });
  const isDish = ({ type }: Entity): boolean => type === "dish";
  for (const [curve, belongs] of [
    [overall, () => true],
    [byType.dish, isDish],
  ] as const) {
    assert.ok(curve.points.length > 15);
    for (const { threshold, ...score } of curve.points)
      assert.deepEqual(
        score,
        scored(({ probability }) => probability >= threshold, sentences, belongs),
      );
    const thresholds = curve.points.map(({ threshold }) => threshold);
    assert.deepEqual(
      thresholds,
      [...new Set(thresholds)].sort((a, b) => b - a),
    );
    assert.deepEqual(
      curve.withoutThreshold,
      scored(({ accepted }) => accepted, sentences, belongs),
    );
    assert.equal(curve.best?.f1, Math.max(...curve.points.map(({ f1 }) => f1)));
  }
});

test("average precision is the mean precision at each step of recall", () => {
  const { overall } = operatingCurves(sentences, { resamples: 1 });
  let [area, recall] = [0, 0];
  for (const threshold of Array.from({ length: 21 }, (_, step) => 1 - step / 20)) {
    const score = scored(({ probability }) => probability >= threshold - 1e-9);
    area += ((score.recall - recall) / 100) * score.precision;
    recall = score.recall;
  }
  assert.ok(Math.abs(overall.averagePrecision - area) < 1e-9);
});

test("of many points 200 remain, with the first and the last", () => {
  const many = Array.from({ length: 500 }, (_, index) => ({
    entities: [{ start: 0, end: 1, type: "A" }],
    candidates: [{ start: 0, end: 1, type: "A", probability: index / 500, accepted: true }],
  }));
  const { points } = operatingCurves(many, { resamples: 1 }).overall;
  assert.deepEqual([points.length, points[0].threshold, points.at(-1)?.threshold], [200, 499 / 500, 0]);
});

test("intervals are the quantiles over drawn sentences", () => {
  const { overall, calibration } = operatingCurves(sentences, { seed: 2, resamples: 40, level: 0.8 });
  const draws = new Random(2);
  const samples = Array.from({ length: 40 }, () =>
    sentences.map(() => sentences[draws.below(sentences.length)]),
  );
  const near = (interval: { low: number; high: number } | null, values: readonly number[]): void => {
    const sorted = [...values].sort((a, b) => a - b);
    const quantile = (share: number): number => {
      const position = share * (sorted.length - 1);
      return (
        sorted[Math.floor(position)] * (1 - (position % 1)) + sorted[Math.ceil(position)] * (position % 1)
      );
    };
    assert.ok(interval && interval.low < interval.high);
    assert.ok(Math.abs(interval.low - quantile(0.1)) < 1e-9);
    assert.ok(Math.abs(interval.high - quantile(0.9)) < 1e-9);
  };
  const curves = samples.map((some) => operatingCurves(some, { resamples: 1 }));
  near(
    overall.withoutThresholdInterval.f1,
    samples.map((some) => scored(({ accepted }) => accepted, some).f1),
  );
  near(
    overall.averagePrecisionInterval,
    curves.map((one) => one.overall.averagePrecision),
  );
  near(
    calibration.errorInterval,
    curves.map((one) => one.calibration.error),
  );
});

test("the calibration error is the mean distance of accuracy and confidence over the bins", () => {
  const { calibration } = operatingCurves(sentences, { resamples: 1 });
  const predictions = sentences.flatMap(({ entities, candidates }) =>
    candidates
      .filter(({ accepted }) => accepted)
      .map((one) => ({
        probability: one.probability,
        correct: entities.some(
          ({ start, end, type }) => start === one.start && end === one.end && type === one.type,
        ),
      })),
  );
  assert.equal(calibration.predictions, predictions.length);
  let error = 0;
  for (const [bin, { low, high, count, confidence, accuracy }] of calibration.bins.entries()) {
    assert.deepEqual([low, high], [bin / 10, (bin + 1) / 10]);
    const inBin = predictions.filter(({ probability }) => Math.floor(probability * 10) === bin);
    assert.equal(count, inBin.length);
    if (!inBin.length) {
      assert.deepEqual([confidence, accuracy], [null, null]);
      continue;
    }
    const mean = inBin.reduce((sum, { probability }) => sum + probability, 0) / inBin.length;
    const right = inBin.filter(({ correct }) => correct).length / inBin.length;
    assert.ok(confidence !== null && Math.abs(confidence - mean) < 1e-12);
    assert.equal(accuracy, right);
    error += (inBin.length / predictions.length) * Math.abs(right - mean);
  }
  assert.ok(Math.abs(calibration.error - error) < 1e-12);
});

test("the temperature is the one that made the probabilities", () => {
  for (const temperature of [0.5, 1, 2.5]) {
    // probabilities that are right after scaling
    const judged = Array.from({ length: 20000 }, () => {
      const probability = 0.02 + 0.96 * random.uniform();
      return { probability, correct: random.uniform() < scaleProbability(probability, temperature) };
    });
    const fitted = fitTemperature(judged);
    assert.ok(Math.abs(fitted / temperature - 1) < 0.06, `${fitted} for ${temperature}`);
    const loss = (t: number): number =>
      judged.reduce((sum, { probability, correct }) => {
        const scaled = scaleProbability(probability, t);
        return sum - Math.log(correct ? scaled : 1 - scaled);
      }, 0);
    assert.ok(loss(fitted) <= loss(1.02 * fitted) && loss(fitted) <= loss(0.98 * fitted));
  }
  assert.equal(fitTemperature([]), 1);
  const sure = [{ probability: 0.9, correct: true }];
  assert.ok(Math.abs(fitTemperature(sure) - 0.05) < 1e-6);
});

test("without candidates or gold entities the curves are empty", () => {
  const { overall, calibration } = operatingCurves([{ entities: [], candidates: [] }], { resamples: 3 });
  assert.deepEqual(overall.points, []);
  assert.equal(overall.best, undefined);
  assert.deepEqual([overall.averagePrecision, overall.averagePrecisionInterval], [0, null]);
  assert.deepEqual([calibration.error, calibration.errorInterval, calibration.temperature], [0, null, 1]);
});
