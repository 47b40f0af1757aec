import assert from "node:assert/strict";
import { test } from "node:test";
import { zipSync } from "fflate";
import { PnrError } from "../../../src/base/errors";
import { readOpenBlas } from "../../../src/engine/install/wheel";
import { makeWheel } from "./wheel-file";

const openBlas = Buffer.from("OpenBLAS, ".repeat(20));
const fortran = Buffer.from("Fortran, ".repeat(20));
const files = {
  "numpy/__init__.py": Buffer.from("raise ImportError\n"),
  "numpy.libs/libscipy_openblas64_-1a2b.so": openBlas,
  "numpy.libs/libgfortran-3c.so.5": fortran,
};

const isRejection =
  (pattern: RegExp) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof PnrError, String(error));
    assert.match(error.message, pattern);
    return true;
  };

test("reads OpenBLAS and the libraries that it needs, OpenBLAS last", () => {
  const expected = [
    ["libgfortran-3c.so.5", fortran.toString()],
    ["libscipy_openblas64_-1a2b.so", openBlas.toString()],
  ];
  const read = (wheel: Uint8Array): unknown[] =>
    readOpenBlas(wheel).map(({ name, bytes }) => [name, Buffer.from(bytes).toString()]);
  assert.deepEqual(read(makeWheel(files)), expected);
  assert.deepEqual(read(makeWheel(Object.fromEntries(Object.entries(files).reverse()))), expected);
});

test("reads the libraries of a wheel for macOS", () => {
  const wheel = makeWheel({ "numpy/.dylibs/libscipy_openblas64_.dylib": openBlas });
  assert.deepEqual(
    readOpenBlas(wheel).map(({ name }) => name),
    ["libscipy_openblas64_.dylib"],
  );
});

test("rejects a wheel without OpenBLAS or without hashes", () => {
  const { "numpy.libs/libscipy_openblas64_-1a2b.so": _, ...others } = files;
  assert.throws(() => readOpenBlas(makeWheel(others)), isRejection(/: it has no OpenBLAS$/));
  assert.throws(() => readOpenBlas(zipSync(files)), isRejection(/: it has no list of hashes$/));
  assert.throws(() => readOpenBlas(Buffer.from("not an archive")), isRejection(/: it is damaged \(/));
  assert.throws(() => readOpenBlas(new Uint8Array()), isRejection(/: it is damaged \(/));
});

test("ignores a path that leads out of the folder", () => {
  for (const path of [
    "numpy.libs/../libopenblas.so",
    "numpy.libs/..",
    "numpy.libs/a/libopenblas.so",
    "numpy.libs/.libopenblas.so",
  ]) {
    assert.throws(() => readOpenBlas(makeWheel({ [path]: openBlas })), isRejection(/: it has no OpenBLAS$/));
  }
});

test("rejects a library that is larger than the archive says, or too large", () => {
  const wheel = Buffer.from(makeWheel({ "numpy.libs/libopenblas.so": Buffer.alloc(100_000) }));
  // The uncompressed size in the archive's central directory.
  const offset = wheel.indexOf("PK\x01\x02", 0, "latin1") + 24;
  assert.equal(wheel.readUInt32LE(offset), 100_000);
  wheel.writeUInt32LE(1000, offset);
  assert.throws(() => readOpenBlas(wheel), isRejection(/does not match its hash$/));
  wheel.writeUInt32LE(2 ** 32 - 1, offset);
  assert.throws(() => readOpenBlas(wheel), isRejection(/: it is damaged \(its libraries are too large\)$/));
});

test("rejects a truncated wheel, and rejects a wheel with a changed byte or reads the same", () => {
  const wheel = makeWheel(files);
  const whole = readOpenBlas(wheel);
  for (let length = 0; length < wheel.length; length++) {
    assert.throws(() => readOpenBlas(wheel.subarray(0, length)), isRejection(/./));
  }
  let differences = 0;
  for (let offset = 0; offset < wheel.length; offset++) {
    for (const change of [1, 0x80, 0xff]) {
      const damaged = wheel.slice();
      damaged[offset] ^= change;
      try {
        assert.deepEqual(readOpenBlas(damaged), whole);
      } catch (error) {
        isRejection(/./)(error);
        differences++;
      }
    }
  }
  assert.ok(differences > wheel.length);
});
