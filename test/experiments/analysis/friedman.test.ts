import assert from "node:assert/strict";
import { test } from "node:test";
import { friedman } from "../../../src/experiments/analysis/friedman";

// Reference value: scipy 1.17, stats.friedmanchisquare. The first row and the fourth have ties.
const tied = [
  [74.1, 74.1, 72.3, 68.9],
  [69.1, 70.1, 67.5, 69.5],
  [68.3, 77.1, 72.0, 69.3],
  [69.4, 69.2, 69.4, 69.2],
  [71.0, 70.0, 73.4, 69.6],
  [70.0, 73.6, 72.6, 69.0],
];

test("Friedman's statistic agrees with scipy, also with ties", () => {
  const { statistic, p, settings, seeds } = friedman(tied)!;
  assert.ok(Math.abs(statistic - 5.105263157894746) < 1e-12);
  assert.deepEqual([settings, seeds], [4, 6]);
  // scipy's approximation by χ² is 0.164.
  assert.ok(Math.abs(p - 0.164) < 0.02, String(p));
});

/** All orders of three ranks in each of three rows. */
function exactP(statistic: number): number {
  const orders = [
    [1, 2, 3],
    [1, 3, 2],
    [2, 1, 3],
    [2, 3, 1],
    [3, 1, 2],
    [3, 2, 1],
  ];
  let [all, asLarge] = [0, 0];
  for (const one of orders)
    for (const two of orders)
      for (const three of orders) {
        const sums = [0, 1, 2].map((at) => one[at] + two[at] + three[at] - 6);
        all++;
        if (sums.reduce((total, sum) => total + sum * sum, 0) / 3 >= statistic - 1e-9) asLarge++;
      }
  return asLarge / all;
}

test("its p value is the share of all permutations within the seeds", () => {
  const { statistic, p } = friedman([
    [1, 2, 3],
    [2, 1, 3],
    [1, 3, 2],
  ])!;
  assert.ok(Math.abs(statistic - 8 / 3) < 1e-12);
  assert.ok(Math.abs(p - exactP(statistic)) < 0.01, `${p} is not ${exactP(statistic)}`);
});

test("the same order in every seed is significant; settings that are alike are not; two seeds show nothing", () => {
  const rising = Array.from({ length: 5 }, (_, seed) => [seed, seed + 1, seed + 2, seed + 3]);
  assert.ok(friedman(rising)!.p < 0.001);
  const alike = friedman(rising.map(() => [1, 1, 1]))!;
  assert.deepEqual([alike.statistic, alike.p], [0, 1]);
  assert.equal(friedman(rising.slice(0, 2)), null);
  assert.equal(friedman([[1], [2], [3]]), null);
});
