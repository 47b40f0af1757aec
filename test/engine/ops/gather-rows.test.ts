import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { gatherRows } from "../../../src/engine/ops/gather-rows";
import { Random } from "../../../src/engine/random";
import { forEachEngine } from "../../support/engines";
import { checkOperation, randomInput } from "../../support/operations";

forEachEngine(() => {
  it("looks rows up and adds the gradients of a row that is looked up more than once", () => {
    const size = fc.integer({ min: 1, max: 7 });
    fc.assert(
      fc.property(size, size, fc.array(fc.nat(), { minLength: 1, maxLength: 12 }), (rows, width, picks) => {
        const indices = picks.map((pick) => pick % rows);
        checkOperation(
          [randomInput(new Random(rows * width), rows, width)],
          // The indices are made inside the taped function, as callers do, and must outlive it.
          (table) => gatherRows(table as tf.Tensor2D, tf.tensor1d(indices, "int32")),
          (table) => indices.flatMap((row) => table.slice(row * width, (row + 1) * width)),
        );
      }),
      { numRuns: 30 },
    );
  });
});
