import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { assign, match } from "../../src/criterion/assignment";
import { Random } from "../../src/engine/random";
import { assignByTrying, matchings } from "../support/reference";
import { chunks, range, sum } from "../support/reference-math";

/** Costs that rarely tie. */
const distinct = (count: number) =>
  fc.nat().map((seed) => {
    const random = new Random(seed);
    return range(0, count).map(() => Math.fround(10 * random.uniform()));
  });

/** Costs that tie often. */
const tied = (count: number) =>
  fc.array(fc.integer({ min: 0, max: 3 }), { minLength: count, maxLength: count });

/** Costs of proposals with entities and with None. */
interface Problem {
  readonly entities: number;
  readonly cost: number[];
  readonly noneCost: number[];
}

const problems = (...kinds: readonly ((count: number) => fc.Arbitrary<number[]>)[]): fc.Arbitrary<Problem> =>
  fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 6 }), fc.constantFrom(...kinds))
    .chain(([proposals, entities, kind]) =>
      kind(proposals * (1 + entities)).map((costs) => ({
        entities,
        noneCost: costs.slice(0, proposals),
        cost: costs.slice(proposals),
      })),
    );

const rowsOf = (cost: readonly number[], rows: number): readonly (readonly number[])[] =>
  cost.length ? chunks(cost, cost.length / rows) : range(0, rows).map(() => []);

const total = (cost: readonly (readonly number[])[], assignment: ArrayLike<number>): number =>
  sum(Array.from(assignment, (column, row) => (column < 0 ? 0 : cost[row][column])));

describe("match", () => {
  it("is a one-to-one matching of min(L, N) pairs with minimal cost", () => {
    fc.assert(
      fc.property(problems(distinct, tied), ({ entities, cost, noneCost: { length: proposals } }) => {
        const result = match(cost, proposals, entities);
        const assigned = [...result].filter((column) => column >= 0);
        assert.equal(result.length, proposals);
        assert.equal(assigned.length, Math.min(proposals, entities));
        assert.equal(new Set(assigned).size, assigned.length);
        const rows = rowsOf(cost, proposals);
        const least = Math.min(...matchings(proposals, entities).map((matching) => total(rows, matching)));
        assert.ok(Math.abs(total(rows, result) - least) < 1e-9, `costs ${total(rows, result)}, not ${least}`);
      }),
      { numRuns: 300 },
    );
  });

  it("matches a single entity to the cheapest proposal, and nothing without entities", () => {
    assert.deepEqual([...match([3, 1, 2], 3, 1)], [-1, 0, -1]);
    assert.deepEqual([...match([3, 1, 2], 1, 3)], [1]);
    assert.deepEqual([...match([], 2, 0)], [-1, -1]);
  });

  it("accepts a more expensive pair if it lowers the total cost", () => {
    assert.deepEqual([...match([1, 2, 1, 9], 2, 2)], [1, 0]);
  });
});

describe("match with tied costs", () => {
  it("returns the same matching as SciPy's linear_sum_assignment, which produced the expected values", () => {
    const cases: [rows: number, columns: number, cost: number[], matched: number[]][] = [
      [4, 2, [9, 9, 9, 9, 9, 9, 9, 9], [0, 1, -1, -1]],
      [4, 2, [9, 9, 9, 1, 9, 9, 9, 9], [0, 1, -1, -1]],
      [3, 4, [9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9], [0, 1, 2]],
      [5, 3, [9, 2, 9, 9, 9, 9, 9, 9, 9, 9, 1, 9, 9, 9, 9], [0, 2, -1, 1, -1]],
      [5, 2, [3, 1, 3, 1, 3, 3, 1, 0, 2, 3], [-1, 1, -1, 0, -1]],
      [2, 8, [2, 0, 1, 2, 0, 1, 3, 1, 2, 0, 1, 2, 1, 0, 0, 1], [1, 5]],
    ];
    for (const [rows, columns, cost, matched] of cases) {
      assert.deepEqual([...match(cost, rows, columns)], matched, `${rows} × ${columns}: ${cost}`);
    }
  });
});

describe("assign", () => {
  it("keeps the matching and assigns each unmatched proposal its cheapest target", () => {
    fc.assert(
      fc.property(problems(distinct, tied), ({ entities, cost, noneCost }) => {
        const [single, singleNone] = [Float32Array.from(cost), Float32Array.from(noneCost)];
        const result = assign(single, singleNone, entities, "cheapest");
        const matched = match(single, noneCost.length, entities);
        for (const [i, row] of rowsOf([...single], noneCost.length).entries()) {
          if (matched[i] >= 0) {
            assert.equal(result[i], matched[i]);
            continue;
          }
          const paid = result[i] < 0 ? singleNone[i] : row[result[i]];
          assert.equal(paid, entities < noneCost.length ? Math.min(...row, singleNone[i]) : singleNone[i]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("agrees with a brute-force version of Algorithm 1 if no costs tie", () => {
    fc.assert(
      fc.property(problems(distinct), ({ entities, cost, noneCost }) => {
        const result = assign(Float32Array.from(cost), Float32Array.from(noneCost), entities, "cheapest");
        const rows = rowsOf(cost, noneCost.length);
        assert.deepEqual([...result], assignByTrying(rows, noneCost, entities));
      }),
      { numRuns: 200 },
    );
  });

  it("assigns one entity to several proposals if it is their cheapest target, else None", () => {
    const cost = Float32Array.of(1, 9, 2, 8, 3, 7, 9, 1, 5, 6);
    const noneCost = Float32Array.of(4, 4, 4, 4, 4);
    assert.deepEqual([...assign(cost, noneCost, 2, "cheapest")], [0, 0, 0, 1, -1]);
    assert.deepEqual([...assign(cost, noneCost, 2, "none")], [0, -1, -1, 1, -1]);
  });

  it("assigns None to all proposals of a sentence without entities", () => {
    assert.deepEqual([...assign(new Float32Array(), Float32Array.of(1, 2), 0, "cheapest")], [-1, -1]);
  });
});
