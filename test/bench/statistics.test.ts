import assert from "node:assert/strict";
import { it } from "node:test";
import { compareRates, fitExponent, perTime, type Summary, summarize } from "./statistics";

it("returns the middle measurement, or the mean of the two in the middle", () => {
  assert.equal(summarize([3, 1, 2]).median, 2);
  assert.equal(summarize([4, 1, 3, 2]).median, 2.5);
  assert.equal(summarize([7]).median, 7);
});

it("uses the ranks in tables of the sign test for 95 %", () => {
  const ranks = (count: number) => {
    const { low, high, coverage } = summarize(Array.from({ length: count }, (_, i) => count - i));
    return [low, high, coverage];
  };
  assert.deepEqual(ranks(6), [1, 6, 1 - 2 / 64]);
  assert.deepEqual(ranks(8), [1, 8, 1 - 2 / 256]);
  assert.deepEqual(ranks(9), [2, 8, 1 - 20 / 512]);
  assert.deepEqual(ranks(12), [3, 10, 1 - (2 * (1 + 12 + 66)) / 4096]);
  assert.deepEqual(ranks(20).slice(0, 2), [6, 15]);
});

it("reports the coverage of an interval of fewer than six measurements", () => {
  assert.deepEqual(summarize([5, 1, 3]), { median: 3, low: 1, high: 5, coverage: 0.75, count: 3 });
  assert.equal(summarize([1]).coverage, 0);
  assert.throws(() => summarize([]), /no measurement/);
});

it("converts times to rates, with the ends swapped", () => {
  const { median, low, high } = perTime(12, summarize([2, 3, 4, 6, 1, 3]));
  assert.deepEqual([median, low, high], [4, 2, 12]);
});

it("reports a difference only for disjoint intervals of enough repetitions", () => {
  const rate = (low: number, high: number, coverage = 0.96): Summary => ({
    median: (low + high) / 2,
    low,
    high,
    coverage,
    count: 9,
  });
  assert.equal(compareRates(rate(10, 12), rate(13, 14)), "faster");
  assert.equal(compareRates(rate(10, 12), rate(8, 9)), "slower");
  assert.equal(compareRates(rate(10, 12), rate(12, 14)), "within noise");
  assert.equal(compareRates(rate(10, 12), rate(11, 11.5)), "within noise");
  assert.equal(compareRates(rate(10, 12), rate(20, 30, 0.9)), "too few repetitions");
});

it("fits the exponent of a power law, by least squares", () => {
  const power = (exponent: number) => [8, 16, 32, 64].map((x) => [x, 5 * x ** exponent] as const);
  assert.ok(Math.abs(fitExponent(power(3)) - 3) < 1e-12);
  assert.ok(Math.abs(fitExponent(power(0.5)) - 0.5) < 1e-12);
  const [one, ...others] = power(2);
  assert.ok(fitExponent([[one[0], one[1] * 2], ...others]) < 2);
  assert.ok(Number.isNaN(fitExponent([[8, 1]])));
});
