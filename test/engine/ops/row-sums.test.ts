import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { accurateRowSums } from "../../../src/engine/ops/row-sums";
import { Random } from "../../../src/engine/random";
import { forEachEngine } from "../../support/engines";

const size = 1000;

forEachEngine(() => {
  it("adds up rows whose numbers cancel, to the last digits of the sum", () => {
    const random = new Random(7);
    const rows = [1, 1e-20, 1e20].map((scale) => {
      const half = Array.from({ length: size / 2 }, () => Math.fround(scale * random.normal()));
      // Each number nearly cancels with another one.
      return Float32Array.from([...half, ...half.map((value) => -value * (1 + 1e-6 * random.normal()))]);
    });
    tf.tidy(() => {
      const sums = accurateRowSums(tf.stack(rows.map((row) => tf.tensor1d(row))));
      assert.deepEqual(sums.shape, [rows.length, 1]);
      for (const [i, sum] of Array.from(sums.dataSync()).entries()) {
        const exact = rows[i].reduce((total, value) => total + value, 0);
        const largest = rows[i].reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        assert.ok(Math.abs(sum - exact) < 1e-8 * largest, `${sum} instead of ${exact}`);
      }
    });
  });

  it("returns 0 for rows of zeros", () => {
    tf.tidy(() => assert.deepEqual(Array.from(accurateRowSums(tf.zeros([2, 3])).dataSync()), [0, 0]));
  });
});
