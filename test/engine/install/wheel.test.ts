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

const refused =
  (pattern: RegExp) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof PnrError, String(error));
    assert.match(error.message, pattern);
    return true;
  };

test("OpenBLAS and the libraries that it needs are read, OpenBLAS last", () => {
  const expected = [
    ["libgfortran-3c.so.5", fortran.toString()],
    ["libscipy_openblas64_-1a2b.so", openBlas.toString()],
  ];
  const read = (wheel: Uint8Array): unknown[] =>
    readOpenBlas(wheel).map(({ name, bytes }) => [name, Buffer.from(bytes).toString()]);
  assert.deepEqual(read(makeWheel(files)), expected);
  assert.deepEqual(read(makeWheel(Object.fromEntries(Object.entries(files).reverse()))), expected);
});

test("the libraries of a wheel for macOS are found", () => {
  const wheel = makeWheel({ "numpy/.dylibs/libscipy_openblas64_.dylib": openBlas });
  assert.deepEqual(
    readOpenBlas(wheel).map(({ name }) => name),
    ["libscipy_openblas64_.dylib"],
  );
});

test("a wheel without OpenBLAS, or without hashes, is refused", () => {
  const { "numpy.libs/libscipy_openblas64_-1a2b.so": _, ...others } = files;
  assert.throws(() => readOpenBlas(makeWheel(others)), refused(/: it has no OpenBLAS$/));
  assert.throws(() => readOpenBlas(zipSync(files)), refused(/: it has no list of hashes$/));
  assert.throws(() => readOpenBlas(Buffer.from("no archive")), refused(/: it is damaged \(/));
  assert.throws(() => readOpenBlas(new Uint8Array()), refused(/: it is damaged \(/));
});

test("a path that leads out of the folder names no library", () => {
  for (const path of [
    "numpy.libs/../libopenblas.so",
    "numpy.libs/..",
    "numpy.libs/a/libopenblas.so",
    "numpy.libs/.libopenblas.so",
  ]) {
    assert.throws(() => readOpenBlas(makeWheel({ [path]: openBlas })), refused(/: it has no OpenBLAS$/));
  }
});

test("a library that is larger than it says, or too large, is refused", () => {
  const wheel = Buffer.from(makeWheel({ "numpy.libs/libopenblas.so": Buffer.alloc(100_000) }));
  // the uncompressed size in the archive's list of files
  const at = wheel.indexOf("PK\x01\x02", 0, "latin1") + 24;
  assert.equal(wheel.readUInt32LE(at), 100_000);
  wheel.writeUInt32LE(1000, at);
  assert.throws(() => readOpenBlas(wheel), refused(/does not match its hash$/));
  wheel.writeUInt32LE(2 ** 32 - 1, at);
  assert.throws(() => readOpenBlas(wheel), refused(/: it is damaged \(its libraries are too large\)$/));
});

test("a wheel cut short anywhere is refused, and one with a changed byte is refused or reads the same", () => {
  const wheel = makeWheel(files);
  const whole = readOpenBlas(wheel);
  for (let length = 0; length < wheel.length; length++) {
    assert.throws(() => readOpenBlas(wheel.subarray(0, length)), refused(/./));
  }
  let differences = 0;
  for (let at = 0; at < wheel.length; at++) {
    for (const change of [1, 0x80, 0xff]) {
      const damaged = wheel.slice();
      damaged[at] ^= change;
      try {
        assert.deepEqual(readOpenBlas(damaged), whole);
      } catch (error) {
        refused(/./)(error);
        differences++;
      }
    }
  }
  assert.ok(differences > wheel.length);
});
