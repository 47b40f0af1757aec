import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cutOf } from "../../../src/engine/blas/blas-product";

describe("how a product is cut", () => {
  for (const [rows, columns, depth] of [
    [1, 1, 1],
    [232, 128, 128],
    [128, 3072, 768],
    [1024, 1024, 1024],
    [1000, 17, 4000],
  ]) {
    test(`the blocks of ${rows}×${depth}×${columns} cover its longer side once`, () => {
      const { byColumns, block, blocks } = cutOf(rows, columns, depth);
      const side = Math.max(rows, columns);
      assert.equal(byColumns, columns >= rows);
      assert.ok(block * blocks >= side && block * (blocks - 1) < side);
    });
  }

  test("a small product is one block, a large one several blocks of multiples of 16", () => {
    assert.equal(cutOf(16, 16, 16).blocks, 1);
    assert.deepEqual(cutOf(1024, 1024, 1024), { byColumns: true, block: 128, blocks: 8 });
  });
});
