import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { startBackend } from "../../../src/engine/backends";
import { hasKernel } from "../../../src/engine/ops/fused";
import { gatherRows } from "../../../src/engine/ops/gather-rows";
import { Random } from "../../../src/engine/random";
import { forEachEngine } from "../../support/engines";
import { checkFused } from "../../support/fused";
import { checkOperation, randomInput } from "../../support/operations";

forEachEngine(() => {
  it("gathers rows and adds up the gradients of repeated rows", () => {
    const size = fc.integer({ min: 1, max: 7 });
    fc.assert(
      fc.property(size, size, fc.array(fc.nat(), { minLength: 1, maxLength: 12 }), (rows, width, picks) => {
        const indices = picks.map((pick) => pick % rows);
        checkOperation(
          [randomInput(new Random(rows * width), rows, width)],
          (table) => gatherRows(table as tf.Tensor2D, indices),
          (table) => indices.flatMap((row) => table.slice(row * width, (row + 1) * width)),
        );
      }),
      { numRuns: 30 },
    );
  });
});

forEachEngine(() => {
  it("puts adjacent rows into one row, with zeros for zeroRow", () => {
    for (const [indices, adjacent] of [
      [[2, -1, 0, 2, 1, -1], 2],
      [[-1, -1, -1, 1, 2, 0], 3],
      [[0, 1, 2, -1], 1],
    ] as const) {
      checkOperation(
        [randomInput(new Random(5), 3, 5)],
        (table) => gatherRows(table as tf.Tensor2D, indices, adjacent),
        (table) =>
          indices.flatMap((row) =>
            row === -1 ? [0, 0, 0, 0, 0] : Array.from(table.slice(5 * row, 5 * row + 5)),
          ),
      );
    }
    const table = tf.ones([3, 5]) as tf.Tensor2D;
    assert.deepEqual(gatherRows(table, [0, -1, 2, 1], 2).shape, [2, 10]);
  });

  it("rejects a row that is not in the table", () => {
    const table = tf.ones([3, 2]) as tf.Tensor2D;
    for (const index of [-2, 3])
      assert.throws(() => gatherRows(table, [0, index]), /is not a row of a table of 3/);
  });
});

it("gathering rows on wasm is fused, and equals the composed version", async () => {
  await startBackend("wasm");
  assert.ok(hasKernel("GatherRows"));
  for (const size of [1, 4, 7, 70]) {
    const input = randomInput(new Random(size), 6, size);
    checkFused([input], (table) => gatherRows(table as tf.Tensor2D, [5, 0, 0, -1, 3, 5, 5, -1], 4), 1e-6);
  }
});
