import assert from "node:assert/strict";
import { test } from "node:test";
import { detectableEffect, detectableWith, powerOf, seedsFor } from "../../../src/experiments/analysis/power";

const near = (one: number, other: number, within: number): void =>
  assert.ok(Math.abs(one - other) < within, `${one} is not ${other}`);
const pairs = (n: number) => ({ standardError: 1 / Math.sqrt(n), df: n - 1 });

// Reference values: statsmodels 0.15, TTestPower().power and .solve_power, with a standard deviation of 1.
test("power and detectable effects agree with statsmodels", () => {
  near(powerOf(0.8, pairs(12)), 0.7136600656001074, 1e-6);
  near(detectableEffect(pairs(12)), 0.8886543444411026, 1e-5);
  near(detectableEffect(pairs(5), 0.05 / 6), 2.7592626303094554, 1e-4);
  near(powerOf(0, pairs(12)), 0.05, 1e-7);
  near(powerOf(-0.8, pairs(12)), powerOf(0.8, pairs(12)), 1e-9);
});

test("more seeds detect smaller effects, down to a limit that the test sentences set", () => {
  const onlySeeds = { seed: 1, units: 0, interaction: 0 };
  near(detectableWith(onlySeeds, 12, 500), 0.8886543444411026, 1e-5);
  assert.equal(seedsFor(0.9, onlySeeds, 500), 12);
  assert.equal(seedsFor(0.88, onlySeeds, 500), 13);
  const both = { seed: 1, units: 0.04, interaction: 0 };
  assert.ok(detectableWith(both, 200, 500) > 2.8 * 0.2);
  assert.equal(seedsFor(0.5, both, 500), null);
});

test("without any spread, every difference is detected", () => {
  assert.equal(detectableEffect({ standardError: 0, df: 4 }), 0);
});
