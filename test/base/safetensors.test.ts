import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { InputError } from "../../src/base/errors";
import { decodeSafetensors, encodeSafetensors, readHeader } from "../../src/base/safetensors";

const tensors = new Map([
  ["a.weight", { shape: [2, 3], values: Float32Array.from([1, -2, 3.5, 0, 1e-30, Number.MAX_VALUE]) }],
  ["b", { shape: [], values: Float32Array.of(7) }],
  ["empty", { shape: [0, 4], values: new Float32Array() }],
]);

test("tensors come back as they were, and equal tensors give equal bytes", () => {
  const bytes = encodeSafetensors(tensors);
  assert.deepEqual(decodeSafetensors(bytes, "file"), tensors);
  assert.deepEqual(encodeSafetensors(decodeSafetensors(bytes, "file")), bytes);
});

test("the data starts at a multiple of eight bytes", () => {
  const bytes = encodeSafetensors(tensors);
  assert.equal(Number(bytes.readBigUInt64LE(0)) % 8, 0);
});

test("texts stand beside the tensors, and tensors of other types are told apart before they are read", () => {
  const bytes = encodeSafetensors(tensors, { about: "café" });
  assert.deepEqual(readHeader(bytes, "file").metadata, { about: "café" });
  assert.deepEqual(decodeSafetensors(bytes, "file"), tensors);
  const doubles = Buffer.from(encodeSafetensors(tensors).toString("latin1").replace("F32", "F64"), "latin1");
  assert.equal(readHeader(doubles, "file").entries.get("a.weight")?.dtype, "F64");
  assert.throws(() => decodeSafetensors(doubles, "file"), {
    message: 'file: tensor "a.weight" is of type "F64": expected "F32"',
  });
});

test("a file cut short anywhere is an InputError that names it", () => {
  const bytes = encodeSafetensors(tensors);
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(
      () => decodeSafetensors(bytes.subarray(0, length), "some.safetensors"),
      (error) => error instanceof InputError && error.message.startsWith("some.safetensors"),
    );
  }
});

test("changed bytes are read or refused, never a crash", () => {
  const bytes = encodeSafetensors(tensors);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(255), (place, value) => {
      const broken = Buffer.from(bytes);
      broken[place] = value;
      try {
        decodeSafetensors(broken, "file");
      } catch (error) {
        assert.ok(error instanceof InputError, String(error));
        assert.ok(!error.message.includes("\n"));
      }
    }),
    { numRuns: 500 },
  );
});
