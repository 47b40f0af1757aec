import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { bytesOf, floatTypes, fromFloat32, numberTypes, toFloat32 } from "../../src/base/number-types";

/** The value of a 16-bit float, by definition. */
function halfValue(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

test("converts every 16-bit float exactly", () => {
  const bits = Uint16Array.from({ length: 65536 }, (_, at) => at);
  const values = toFloat32(new Uint8Array(bits.buffer), "F16");
  for (const [index, value] of values.entries())
    assert.ok(Object.is(value, halfValue(index)), `${index}: ${value}`);
});

test("every bfloat16 is the upper half of a 32-bit float", () => {
  const bits = Uint16Array.from({ length: 65536 }, (_, at) => at);
  const values = toFloat32(new Uint8Array(bits.buffer), "BF16");
  const words = new Uint32Array(values.buffer);
  for (const [index, word] of words.entries()) assert.equal(word, index * 65536);
});

test("32-bit floats keep every bit at any byte offset, 64-bit floats are rounded", () => {
  const floats = Float32Array.of(1.5, -0, 1e-45, Number.MAX_VALUE);
  const odd = Buffer.concat([Buffer.of(9), Buffer.from(floats.buffer)]).subarray(1);
  assert.deepEqual(toFloat32(odd, "F32"), floats);
  const doubles = Float64Array.of(0.1, 1e300, -2);
  assert.deepEqual(toFloat32(Buffer.from(doubles.buffer), "F64"), Float32Array.from(doubles));
});

test("returns the size of each type, and undefined for unknown types", () => {
  assert.deepEqual(["F32", "BF16", "I64", "BOOL", "F7", "constructor", ""].map(bytesOf), [
    4,
    2,
    8,
    1,
    undefined,
    undefined,
    undefined,
  ]);
  assert.ok(floatTypes.every((type) => numberTypes.includes(type)));
});

test("writes every 16-bit float with its own bits, and other numbers as the nearest of them", () => {
  const bits = Uint16Array.from({ length: 65536 }, (_, at) => at).filter(
    (at) => !Number.isNaN(halfValue(at)),
  );
  const bytes = fromFloat32(Float32Array.from(bits, halfValue), "F16");
  assert.deepEqual(new Uint16Array(bytes.buffer), bits);

  const positive = bits.filter((at) => at < 0x7c00);
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: positive.length - 2 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (at, share) => {
        const [below, above] = [halfValue(at), halfValue(at + 1)];
        const value = Math.fround(below + share * (above - below));
        const [written] = new Uint16Array(fromFloat32(Float32Array.of(value), "F16").buffer);
        const [down, up] = [value - below, above - value];
        const nearest = down === up ? at + (at % 2) : down < up ? at : at + 1;
        assert.equal(written, nearest, `${value} between ${below} and ${above}`);
      },
    ),
  );
  const ends = fromFloat32(Float32Array.of(65519, 65520, -1e9, Number.NaN, 2 ** -25, 3 * 2 ** -26), "F16");
  assert.deepEqual([...new Uint16Array(ends.buffer)], [0x7bff, 0x7c00, 0xfc00, 0x7e00, 0, 1]);
});

test("writes 8-bit whole numbers rounded to even and cut at ±127, and reads them", () => {
  const bytes = fromFloat32(Float32Array.of(0.5, 1.5, 2.5, -0.5, -1.5, 126.6, 200, -200, 3.2), "I8");
  assert.deepEqual([...toFloat32(bytes, "I8")], [0, 2, 2, 0, -2, 127, 127, -127, 3]);
});

test("writes 32-bit floats unchanged, even from the middle of a buffer", () => {
  const middle = Float32Array.of(9, 1.5, -0, 1e-45).subarray(1);
  assert.deepEqual(toFloat32(fromFloat32(middle, "F32"), "F32"), Float32Array.of(1.5, -0, 1e-45));
});
