import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { float32From, halfFrom, toBase64, toHalf } from "../../widgets/shared/arrays";

test("single precision survives base64 unchanged", () => {
  fc.assert(
    fc.property(fc.float32Array(), (array) => {
      assert.deepEqual(float32From(toBase64(array)), array);
    }),
  );
});

test("half precision keeps 11 bits and clamps to its largest number", () => {
  const numbers = fc.array(fc.double({ min: -1e5, max: 1e5, noNaN: true }));
  fc.assert(
    fc.property(numbers, (values) => {
      const back = halfFrom(toBase64(toHalf(values)));
      for (const [i, value] of values.entries()) {
        const expected = Math.max(-65504, Math.min(65504, value));
        const allowed = Math.max(Math.abs(expected) * 2 ** -11, 2 ** -25);
        assert.ok(Math.abs(back[i] - expected) <= allowed, `${value} became ${back[i]}`);
      }
    }),
  );
  assert.deepEqual(
    [...halfFrom(toBase64(toHalf([0, 1, -2, 0.5, Number.NEGATIVE_INFINITY])))],
    [0, 1, -2, 0.5, -65504],
  );
});
