import assert from "node:assert/strict";
import { test } from "node:test";
import { sensitivity } from "../../../src/experiments/analysis/sensitivity";

/** `[seed][setting]` scores with these effects of the settings, and deviations that differ from seed to seed. */
const scores = (effects: readonly number[], deviation: number): number[][] =>
  Array.from({ length: 6 }, (_, seed) =>
    effects.map((effect, setting) => 70 + effect + deviation * (((seed * 7 + setting * 5) % 11) / 11)),
  );
const alike = [0, 0, 0, 0];

test("a group that settings change more has the larger range, beyond chance", () => {
  const { ranges, difference, byChance, p } = sensitivity(scores([0, 2, 4, 8], 1), scores(alike, 1));
  assert.ok(Math.abs(ranges[0] - ranges[1] - difference) < 1e-12);
  assert.ok(difference > 6 && byChance < difference && p! < 0.01);
  const reverse = sensitivity(scores(alike, 1), scores([0, 2, 4, 8], 1));
  assert.ok(reverse.difference < -6 && reverse.p! < 0.01);
});

test("a group whose scores only vary more has a larger range by chance", () => {
  const { difference, byChance, p } = sensitivity(scores(alike, 12), scores(alike, 1));
  assert.ok(byChance > 1, String(byChance));
  assert.ok(p! > 0.05, `${difference}, by chance ${byChance}: ${p}`);
});

test("two seeds give no p value", () => {
  assert.equal(sensitivity(scores(alike, 1).slice(0, 2), scores(alike, 1).slice(0, 2)).p, null);
});
