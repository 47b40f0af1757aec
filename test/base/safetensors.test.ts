import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { InputError } from "../../src/base/errors";
import { decodeSafetensors, encodeSafetensors, readHeader } from "../../src/base/safetensors";
import { dataStart } from "../../src/base/safetensors-header";
import { inputError, rawSafetensors } from "../support/folders";

const tensors = new Map([
  ["a.weight", { shape: [2, 3], values: Float32Array.from([1, -2, 3.5, 0, 1e-30, Number.MAX_VALUE]) }],
  ["b", { shape: [], values: Float32Array.of(7) }],
  ["empty", { shape: [0, 4], values: new Float32Array() }],
]);

test("tensors survive a round trip, and equal tensors give equal bytes", () => {
  const bytes = encodeSafetensors(tensors);
  assert.deepEqual(decodeSafetensors(bytes, "file"), tensors);
  assert.deepEqual(encodeSafetensors(decodeSafetensors(bytes, "file")), bytes);
});

test("the data starts at a multiple of eight bytes", () => {
  const bytes = encodeSafetensors(tensors);
  assert.equal(Number(bytes.readBigUInt64LE(0)) % 8, 0);
});

test("stores texts along with the tensors", () => {
  const bytes = encodeSafetensors(tensors, { about: "café" });
  assert.deepEqual(readHeader(bytes, "file").metadata, { about: "café" });
  assert.deepEqual(decodeSafetensors(bytes, "file"), tensors);
});

const refusal = (header: unknown, data: Uint8Array, pattern: RegExp) =>
  assert.throws(() => decodeSafetensors(rawSafetensors(header, data), "file"), inputError(pattern));

const entry = (dtype: string, shape: number[], from: number, to: number) => ({
  dtype,
  shape,
  data_offsets: [from, to],
});

test("converts 16-bit and 64-bit floats to 32 bits, and reads the header for all types", () => {
  const data = Buffer.alloc(12);
  data.writeUInt16LE(0xbc00, 0);
  data.writeUInt16LE(0x4049, 2);
  data.writeDoubleLE(0.1, 4);
  const header = {
    half: entry("F16", [1], 0, 2),
    brain: entry("BF16", [1], 2, 4),
    double: entry("F64", [], 4, 12),
  };
  const decoded = decodeSafetensors(rawSafetensors(header, data), "file");
  assert.deepEqual(
    [...decoded.values()].map(({ values }) => values[0]),
    [-1, 3.140625, Math.fround(0.1)],
  );
  const whole = rawSafetensors({ ids: entry("I64", [1], 0, 8) }, Buffer.alloc(8));
  assert.equal(readHeader(whole, "file").entries.get("ids")?.dtype, "I64");
  assert.throws(
    () => decodeSafetensors(whole, "file"),
    inputError(/tensor "ids" is of type "I64": expected one of F32, F16, BF16, F64/),
  );
});

test("rejects a header that does not match its data, naming the tensor and the reason", () => {
  const data = Buffer.alloc(16);
  refusal({ a: entry("F7", [4], 0, 16) }, data, /tensor "a" is of unknown type "F7"; there are BOOL/);
  refusal(
    { a: entry("F32", [5], 0, 16) },
    data,
    /tensor "a" of shape \[5\] and type F32 has 16 bytes of data, not 20/,
  );
  refusal({ a: entry("F32", [2 ** 40, 2 ** 40], 0, 16) }, data, /has 16 bytes of data/);
  refusal({ a: entry("F32", [4], 4, 20) }, data, /cut short: tensor "a" ends at byte/);
  refusal({ a: entry("F32", [2], 8, 0), b: entry("F32", [2], 8, 16) }, data, /has -8 bytes/);
  refusal({ a: entry("F32", [-4], 0, 16) }, data, /shape\.0 is -4/);
  refusal({ a: entry("F32", [4], 0.5, 16.5) }, data, /data_offsets\.0 is 0\.5/);
  refusal({ a: entry("F32", [3], 0, 12), b: entry("F32", [2], 8, 16) }, data, /"b" and tensor "a" overlap/);
  refusal({ a: entry("F32", [4], 0, 16), b: entry("F32", [4], 0, 16) }, data, /"b" and tensor "a" overlap/);
  refusal({ a: entry("F32", [1], 0, 4), b: entry("F32", [2], 8, 16) }, data, /are 4 bytes apart/);
  refusal({ a: entry("F32", [3], 4, 16) }, data, /"a" and the header are 4 bytes apart/);
  refusal({ a: entry("F32", [3], 0, 12) }, data, /4 bytes after tensor "a" belong to no tensor/);
  refusal({ a: { ...entry("F32", [4], 0, 16), more: 1 } }, data, /unknown key "more"/);
  refusal({ __metadata__: { a: 1 } }, new Uint8Array(), /metadata: a is 1/);
  refusal("[]", new Uint8Array(), /header/);
  refusal("{", new Uint8Array(), /not valid JSON/);
});

test("rejects a header longer than the file or the format's limit before allocating it", () => {
  for (const length of [2n ** 63n, 2n ** 40n, 17n]) {
    const file = Buffer.alloc(24);
    file.writeBigUInt64LE(length);
    assert.throws(
      () => decodeSafetensors(file, "bomb"),
      inputError(/bomb: not a safetensors file, or cut short/),
    );
  }
  const huge = Buffer.alloc(8);
  huge.writeBigUInt64LE(200_000_000n);
  assert.throws(() => dataStart(huge, 2 ** 40, "bomb"), inputError(/its header would have 200000000 bytes/));
  const pointer = Buffer.from("version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 5\n");
  assert.throws(
    () => decodeSafetensors(pointer, "lfs"),
    inputError(/lfs: is not the file, but its pointer in Git LFS/),
  );
});

test("a file truncated anywhere gives an InputError that names it", () => {
  const bytes = encodeSafetensors(tensors);
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(
      () => decodeSafetensors(bytes.subarray(0, length), "some.safetensors"),
      (error) => error instanceof InputError && error.message.startsWith("some.safetensors"),
    );
  }
});

test("changed bytes are read or rejected, and never crash", () => {
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
