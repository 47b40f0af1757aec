import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../../src/engine";
import { crossedEstimate, expectedError, falsePositiveRate } from "../../../src/experiments/analysis/crossed";
import { pDifferent } from "../../../src/experiments/analysis/statistics";

const near = (one: number, other: number, within = 1e-9): void =>
  assert.ok(Math.abs(one - other) < within, `${one} is not ${other}`);

const scores = [70.5, 71.25, 69.0, 72.0];
const influences = [
  [-1.938, -3.208, 0.472, 2.702, 2.762, -0.79],
  [-1.97, -0.46, 0.3, -0.3, 2.78, -0.35],
  [-1.672, -2.582, -0.652, 1.948, 2.768, 0.19],
  [-0.652, -1.282, -1.602, 1.118, 1.828, 0.59],
];

// Reference values: statsmodels 0.15, anova_lm of the two-way layout score + influence ~ seed + unit.
test("variance components and their standard error agree with an analysis of variance", () => {
  const { estimate, standardError, df, components, seeds, units } = crossedEstimate(scores, influences);
  near(estimate, 70.6875);
  near(components!.seed, 1.471088222222224);
  near(components!.units, 0.4379758888888839);
  near(components!.interaction, 0.16953677777777765);
  near(standardError, 0.9209408986948535);
  near(df, 7.028465624323451);
  assert.deepEqual([seeds, units], [4, 6]);
});

test("the variance of a mean falls with the seeds, except the part of the units", () => {
  const { components, standardError, df } = crossedEstimate(scores, influences);
  const again = expectedError(components!, 4, 6);
  near(again.standardError, standardError);
  near(again.df, df);
  const { seed, units, interaction } = components!;
  near(expectedError(components!, 40, 6).standardError ** 2, (seed + interaction) / 40 + units);
});

test("a component is never negative, and an error is never smaller than without it", () => {
  // Equal scores: fewer differences between seeds than the interaction alone would give.
  const { components, standardError } = crossedEstimate([70, 70, 70, 70], influences);
  assert.equal(components!.seed, 0);
  near(standardError ** 2, components!.units + components!.interaction / 4);
  // The same influences in every seed: no interaction.
  const same = crossedEstimate(scores, [influences[0], influences[0], influences[0], influences[0]]);
  near(same.components!.interaction, 0);
});

test("one seed has an error over the units alone", () => {
  const { components, standardError, df } = crossedEstimate([70], [[-1, 0, 1, 0]]);
  assert.equal(components, null);
  near(standardError, Math.sqrt(2 / 3 / 4));
  assert.equal(df, 3);
});

/** Scores of a setting without effect, with these standard deviations of seeds, units and their interaction. */
function drawn(random: Random, seeds: number, units: number, [a, b, c]: readonly number[]) {
  const unitEffects = Array.from({ length: units }, () => b * random.normal());
  const rows = Array.from({ length: seeds }, () => unitEffects.map((effect) => effect + c * random.normal()));
  const means = rows.map((row) => row.reduce((sum, value) => sum + value, 0) / units);
  return {
    scores: means.map((mean) => mean + a * random.normal()),
    influences: rows.map((row, seed) => row.map((value) => value - means[seed])),
  };
}

test("the test keeps its level whichever component is the largest", () => {
  const random = new Random(5);
  for (const deviations of [
    [1, 0, 1],
    [0.1, 3, 1],
    [0.3, 3, 3],
  ]) {
    let significant = 0;
    for (let trial = 0; trial < 2000; trial++) {
      const table = drawn(random, 4, 40, deviations);
      if (pDifferent(crossedEstimate(table.scores, table.influences)) < 0.05) significant++;
    }
    // Without the seeds' component it would be 0.2 and more in the first case.
    assert.ok(significant > 40 && significant < 130, `${significant} of 2000 with ${deviations}`);
  }
});

test("the simulated rate of false findings is near the level, and larger with the tails of few sentences", () => {
  const random = new Random(6);
  const table = drawn(random, 5, 60, [1, 3, 1]);
  const rate = falsePositiveRate(table.scores, table.influences);
  assert.ok(rate > 0.03 && rate < 0.07, String(rate));
  assert.equal(falsePositiveRate(table.scores, table.influences), rate, "the same each time");
  // One unit decides alone.
  const heavy = table.influences.map((row) => row.map((_, unit) => (unit === 0 ? 590 : -10)));
  assert.ok(falsePositiveRate(table.scores, heavy) > 0.2);
});
