import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Random } from "../../../src/engine/random";
import { type HeadScores, packScores, unpackScores } from "../../../widgets/attention/packed-scores";

/** Scores as an engine computes them, from queries and keys [length, width] that `value` gives. */
function headScores(
  length: number,
  width: number,
  value: (side: "query" | "key", token: number, at: number) => number,
): HeadScores {
  const [queries, keys] = (["query", "key"] as const).map((side) =>
    Float32Array.from({ length: length * width }, (_, at) => value(side, Math.floor(at / width), at % width)),
  );
  const content = Float32Array.from({ length: length ** 2 }, (_, at) => {
    const [query, key] = [Math.floor(at / length) * width, (at % length) * width];
    let product = 0;
    for (let d = 0; d < width; d++) product += queries[query + d] * keys[key + d];
    return product / Math.sqrt(width);
  });
  return { queries, keys, content };
}

/** The scores by proposal after packing and unpacking. */
function received(scores: HeadScores, length: number): Float32Array[] {
  const scoresOf = unpackScores(JSON.parse(JSON.stringify(packScores(scores, length))), length);
  return Array.from({ length }, (_, proposal) => scoresOf(proposal));
}

function assertAccurate(scores: HeadScores, length: number): void {
  received(scores, length).forEach((row, proposal) => {
    const exact = scores.content.subarray(proposal * length, (proposal + 1) * length);
    const allowed = 2 ** -11 * Math.max(...exact.map(Math.abs)) + 2 ** -25;
    assert.equal(row.length, length);
    row.forEach((score, token) => {
      assert.ok(Math.abs(score - exact[token]) <= allowed, `${score}, not ${exact[token]} ± ${allowed}`);
    });
  });
}

test("the error of packed scores is at most 2⁻¹¹ of the largest of their row", () => {
  const input = fc.record({
    length: fc.integer({ min: 1, max: 40 }),
    width: fc.integer({ min: 1, max: 24 }),
    seed: fc.nat(1000),
    sizes: fc.array(fc.constantFrom(0, 1e-6, 0.1, 1, 3), { minLength: 1, maxLength: 5 }),
    common: fc.constantFrom(0, 1, 10),
  });
  fc.assert(
    fc.property(input, ({ length, width, seed, sizes, common }) => {
      const random = new Random(seed);
      const value = (_: unknown, token: number): number =>
        sizes[token % sizes.length] * (common + random.normal());
      assertAccurate(headScores(length, width, value), length);
    }),
    { numRuns: 300 },
  );
});

test("packs scores as queries and keys if that is smaller", () => {
  const random = new Random(5);
  const bytes = (length: number, width: number): number =>
    JSON.stringify(
      packScores(
        headScores(length, width, () => random.normal()),
        length,
      ),
    ).length;
  for (const width of [8, 16]) {
    for (const length of [width, 2 * width + 4, 2 * width + 8, 6 * width]) {
      const asScores = 2 * length ** 2;
      const asFactors = 2 * length * (2 * width + 4);
      const expected = (4 / 3) * Math.min(asScores, asFactors);
      const size = bytes(length, width);
      assert.ok(
        Math.abs(size - expected) < 100,
        `${length} tokens, width ${width}: ${size}, not ${expected}`,
      );
    }
  }
});

test("packs scores themselves if large products almost cancel out", () => {
  const [length, width] = [30, 4];
  // the large value of each key leaves no bits for the small ones, but meets a 0 in every query
  const scores = headScores(length, width, (side, token, at) => {
    if (at === 0) return side === "key" ? 1e6 : 0;
    return 1 + token / 10 + at;
  });
  assert.equal(typeof packScores(scores, length), "string");
  assertAccurate(scores, length);
});

test("zero queries have zero scores", () => {
  const scores = headScores(30, 4, (side, token) => (side === "query" && token < 2 ? 0 : 1 + token));
  assert.equal(typeof packScores(scores, 30), "object");
  assert.deepEqual([...received(scores, 30)[1]], Array(30).fill(0));
});
