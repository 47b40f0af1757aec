import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, floatTypes, numberTypes, toFloat32 } from "../../src/base/number-types";

/** The value of a 16-bit float, by definition. */
function halfValue(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

test("converts every 16-bit float exactly", () => {
  const bits = Uint16Array.from({ length: 65536 }, (_, at) => at);
  const values = toFloat32(new Uint8Array(bits.buffer), "F16");
  for (const [at, value] of values.entries()) assert.ok(Object.is(value, halfValue(at)), `${at}: ${value}`);
});

test("every bfloat16 is the upper half of a 32-bit float", () => {
  const bits = Uint16Array.from({ length: 65536 }, (_, at) => at);
  const values = toFloat32(new Uint8Array(bits.buffer), "BF16");
  const words = new Uint32Array(values.buffer);
  for (const [at, word] of words.entries()) assert.equal(word, at * 65536);
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
