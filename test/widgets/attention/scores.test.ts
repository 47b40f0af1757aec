import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Random } from "../../../src/engine/random";
import { type HeadScores, packScores, unpackScores } from "../../../widgets/attention/scores";

/** Scores of queries and keys [length, width] that a function gives, as an engine computes them. */
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

/** What is left of them after their way, by proposal. */
function received(scores: HeadScores, length: number): Float32Array[] {
  const scoresOf = unpackScores(JSON.parse(JSON.stringify(packScores(scores, length))), length);
  return Array.from({ length }, (_, proposal) => scoresOf(proposal));
}

function assertExact(scores: HeadScores, length: number): void {
  received(scores, length).forEach((row, proposal) => {
    const wanted = scores.content.subarray(proposal * length, (proposal + 1) * length);
    const allowed = 2 ** -11 * Math.max(...wanted.map(Math.abs)) + 2 ** -25;
    assert.equal(row.length, length);
    row.forEach((score, token) => {
      assert.ok(Math.abs(score - wanted[token]) <= allowed, `${score} is ${wanted[token]}, ± ${allowed}`);
    });
  });
}

test("however they travel, scores are off by at most 2⁻¹¹ of the largest of their row", () => {
  const drawn = fc.record({
    length: fc.integer({ min: 1, max: 40 }),
    width: fc.integer({ min: 1, max: 24 }),
    seed: fc.nat(1000),
    sizes: fc.array(fc.constantFrom(0, 1e-6, 0.1, 1, 3), { minLength: 1, maxLength: 5 }),
    common: fc.constantFrom(0, 1, 10),
  });
  fc.assert(
    fc.property(drawn, ({ length, width, seed, sizes, common }) => {
      const random = new Random(seed);
      const value = (_: unknown, token: number): number =>
        sizes[token % sizes.length] * (common + random.normal());
      assertExact(headScores(length, width, value), length);
    }),
    { numRuns: 300 },
  );
});

test("a long sentence's scores travel as queries and keys, a short one's as they are: whichever is smaller", () => {
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
      const wanted = (4 / 3) * Math.min(asScores, asFactors);
      const size = bytes(length, width);
      assert.ok(Math.abs(size - wanted) < 100, `${length} tokens, width ${width}: ${size}, not ${wanted}`);
    }
  }
});

test("scores that all but cancel out travel as they are", () => {
  const [length, width] = [30, 4];
  // a key's large value meets a 0 of every query, and would leave no bits for the small ones
  const scores = headScores(length, width, (side, token, at) => {
    if (at === 0) return side === "key" ? 1e6 : 0;
    return 1 + token / 10 + at;
  });
  assert.equal(typeof packScores(scores, length), "string");
  assertExact(scores, length);
});

test("queries of nothing but zeros score 0", () => {
  const scores = headScores(30, 4, (side, token) => (side === "query" && token < 2 ? 0 : 1 + token));
  assert.equal(typeof packScores(scores, 30), "object");
  assert.deepEqual([...received(scores, 30)[1]], Array(30).fill(0));
});
