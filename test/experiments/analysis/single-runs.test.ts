import assert from "node:assert/strict";
import { test } from "node:test";
import { singleRuns } from "../../../src/experiments/analysis/single-runs";

const near = (one: number, other: number, within = 0.015): void =>
  assert.ok(Math.abs(one - other) < within, `${one} is not ${other}`);

test("settings that never overlap always show their signs and their order", () => {
  const { signs, eachSign, order, correlation } = singleRuns(
    [
      [90, 91],
      [80, 81],
      [70, 71],
    ],
    [82, 81, 80],
  );
  assert.deepEqual([signs, eachSign, order, correlation], [1, 1, 1, 1]);
});

test("equal settings agree as often as chance says", () => {
  const alike = Array.from({ length: 4 }, (_, setting) =>
    Array.from({ length: 40 }, (_, seed) => ((seed * 37 + setting * 11) % 997) + setting / 10),
  );
  const { byChance } = singleRuns(alike, [9, 8, 7, 6]);
  assert.deepEqual(byChance, { signs: 1 / 4, order: 1 / 24 });
  // One of three others above the first: the first is second of four, and one of three can be the best.
  assert.equal(singleRuns(alike, [8, 9, 7, 6]).byChance.signs, 1 / 12);
  const equal = Array.from({ length: 3 }, (_, setting) =>
    Array.from({ length: 99 }, (_, seed) => seed + setting / 1000),
  );
  const chance = singleRuns(equal, [3, 2, 1]);
  near(chance.signs, 1 / 3);
  near(chance.order, 1 / 6);
  near(chance.eachSign, 1 / 2);
  near(chance.correlation, 0, 0.03);
});

test("a setting on the other side counts against the signs", () => {
  const { signs, eachSign, order } = singleRuns([[5], [4], [6]], [5, 4, 3]);
  assert.deepEqual([signs, eachSign, order], [0, 1 / 2, 0]);
});
