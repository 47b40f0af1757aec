import { it } from "node:test";
import type * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { segmentMean } from "../../../src/engine/ops/segment-mean";
import { Random } from "../../../src/engine/random";
import { forEachEngine } from "../../support/engines";
import { checkOperation, randomInput } from "../../support/operations";

/** Means by definition. A segment of `count` is not in a group. */
function means(
  values: readonly number[],
  width: number,
  segments: readonly number[],
  count: number,
): number[] {
  return Array.from({ length: count }, (_, segment) => {
    const members = segments.flatMap((group, row) => (group === segment ? [row] : []));
    return Array.from({ length: width }, (_, column) => {
      const sum = members.reduce((total, row) => total + values[row * width + column], 0);
      return members.length ? sum / members.length : 0;
    });
  }).flat();
}

forEachEngine(() => {
  it("averages the rows of each group without rows outside, and distributes the gradient", () => {
    const size = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(size, size, fc.array(fc.nat(), { minLength: 1, maxLength: 12 }), (count, width, picks) => {
        const segments = picks.map((pick) => pick % (count + 1));
        checkOperation(
          [randomInput(new Random(count * width), segments.length, width)],
          (input) => segmentMean(input as tf.Tensor2D, Int32Array.from(segments), count),
          (values) => means(values, width, segments, count),
        );
      }),
      { numRuns: 30 },
    );
  });
});
