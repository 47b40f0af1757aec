import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  holm,
  intervalAround,
  meanInterval,
  pAbove,
  pBelow,
  pDifferent,
  pEquivalent,
  predictionInterval,
  rankCorrelation,
  spread,
} from "../../../src/experiments/analysis/statistics";

const near = (one: number | null | undefined, other: number, within = 1e-9): void =>
  assert.ok(one !== null && one !== undefined && Math.abs(one - other) < within, `${one} is not ${other}`);

test("mean, sample deviation and Student's interval agree with a worked example", () => {
  const values = [2, 4, 4, 5, 7];
  const { mean, std, n } = spread(values);
  near(mean, 4.4);
  near(std, Math.sqrt(13.2 / 4));
  assert.equal(n, 5);
  // t with 4 degrees of freedom is 2.776
  const half = (2.7764451051977987 * Math.sqrt(3.3)) / Math.sqrt(5);
  near(meanInterval(values)?.low, 4.4 - half);
  near(meanInterval(values)?.high, 4.4 + half);
  assert.deepEqual([spread([3]).std, meanInterval([3])], [null, null]);
});

test("Holm's correction multiplies the smallest p by the number of tests, the next by one less, and never decreases", () => {
  const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
  for (const [index, expected] of [0.03, 0.06, 0.06, 0.02].entries()) near(adjusted[index], expected);
  assert.deepEqual(holm([0.9, 0.8]), [1, 1]);
  assert.deepEqual(holm([]), []);
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }), (pValues) => {
      const result = holm(pValues);
      for (const [index, p] of pValues.entries()) {
        assert.ok(result[index] >= p && result[index] <= Math.min(1, p * pValues.length));
        for (const [other, q] of pValues.entries()) assert.ok(p > q || result[index] <= result[other]);
      }
    }),
  );
});

test("rank correlation depends on order only, uses mean ranks for ties, and is null without variation", () => {
  near(rankCorrelation([1, 2, 3, 4], [1, 10, 100, 1000]), 1);
  near(rankCorrelation([1, 2, 3, 4], [4, 3, 2, 1]), -1);
  near(rankCorrelation([1, 2, 2, 4], [1, 2, 3, 4]), 4.5 / Math.sqrt(4.5 * 5));
  assert.equal(rankCorrelation([1, 1, 1], [1, 2, 3]), null);
});

test("a further value lies within t · s · √(1 + 1/n) of the mean", () => {
  const values = [2, 4, 4, 5, 7];
  const half = 2.7764451051977987 * Math.sqrt(3.3) * Math.sqrt(1.2);
  const { low, high } = predictionInterval(values)!;
  near(low, 4.4 - half);
  near(high, 4.4 + half);
  assert.equal(predictionInterval([1, 2]), null, "two values do not show their spread");
});

// Reference values: statsmodels 0.15, DescrStatsW(values).ttest_mean(0) and .ttost_mean(-0.5, 0.5).
const values = [0.3, -0.2, 0.5, 0.1, 0.0, 0.4, -0.1, 0.25];
const estimate = { estimate: 0.15625, standardError: 0.24703600084660882 / Math.sqrt(8), df: 7 };

test("tests of a mean agree with statsmodels", () => {
  near(spread(values).std, 0.24703600084660882);
  near(pDifferent(estimate), 0.11675228904271316);
  near(pAbove(estimate), 0.05837614452135658);
  near(pBelow(estimate), 1 - 0.05837614452135658);
  near(pAbove(estimate, -0.5), 6.786555993139108e-5);
  near(pEquivalent(estimate, 0.5), 0.0028169835103447915);
  near(pEquivalent({ ...estimate, estimate: -estimate.estimate }, 0.5), 0.0028169835103447915);
  near(intervalAround(estimate).low, -0.0502772651035);
  near(intervalAround(estimate, 0.9).high, 0.3217232829409492);
});

test("without any spread the sign of a difference is certain, except for equal numbers", () => {
  const sure = (value: number) => ({ estimate: value, standardError: 0, df: 3 });
  assert.deepEqual(
    [0, 2, -2].map((value) => pDifferent(sure(value))),
    [1, 0, 0],
  );
  assert.deepEqual(intervalAround(sure(2)), { low: 2, high: 2 });
});
