import assert from "node:assert/strict";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { InputError } from "../../src/base/errors";
import { encodeSafetensors, type StoredTensor } from "../../src/base/safetensors";
import { SafetensorsFile, type TensorFile } from "../../src/base/tensor-files";
import { TorchFile } from "../../src/base/torch/file";
import { inputError, testFolder } from "../support/folders";

const folder = testFolder("tensors");
const fixtures = join(__dirname, "../../../test/fixtures/encoder");
const fixture = (name: string) => join(fixtures, name);

function writing(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

function readAll(file: TensorFile): Map<string, StoredTensor> {
  try {
    return new Map([...file.entries.keys()].map((name) => [name, file.read(name)]));
  } finally {
    file.close();
  }
}

test("reads the tensors of a safetensors file one by one", () => {
  const tensors = new Map([
    ["b", { shape: [2, 2], values: Float32Array.of(1, -2, 3.5, 1e-40) }],
    ["a", { shape: [], values: Float32Array.of(7) }],
    ["none", { shape: [0, 3], values: new Float32Array() }],
  ]);
  const path = writing("own.safetensors", encodeSafetensors(tensors));
  assert.deepEqual(readAll(new SafetensorsFile(path)), tensors);
  const file = new SafetensorsFile(path);
  assert.throws(() => file.read("c"), inputError(/own\.safetensors: has no tensor "c"/));
  truncateSync(path, 90);
  assert.throws(() => file.read("none") && file.read("a"), inputError(/became shorter while it was read/));
  file.close();
  assert.throws(() => new SafetensorsFile(path), inputError(/own\.safetensors: .*cut short/));
  assert.throws(() => new SafetensorsFile(join(folder, "missing")), inputError(/missing: cannot be read/));
});

test("reads files of PyTorch before and since version 1.6: types, views, transposed and shared tensors", () => {
  for (const name of ["tensors.bin", "tensors-old.bin"]) {
    const file = new TorchFile(fixture(name));
    const values = (tensor: string) => [...file.read(tensor).values];
    const counted = Array.from({ length: 12 }, (_, at) => at / 4 - 1);
    assert.deepEqual(file.read("a.weight"), { shape: [3, 4], values: Float32Array.from(counted) });
    assert.deepEqual(file.read("tied"), file.read("a.weight"));
    assert.deepEqual([file.read("view").shape, values("view")], [[2, 4], counted.slice(4)]);
    const columns = [0, 1, 2, 3].flatMap((column) => [0, 4, 8].map((row) => counted[row + column]));
    assert.deepEqual([file.read("transposed").shape, values("transposed")], [[4, 3], columns]);
    assert.deepEqual(values("a.half"), [1.5, -2.25, 2 ** -24, 65504]);
    assert.deepEqual(values("a.bf16").slice(0, 2), [1.5, -2.25]);
    assert.deepEqual(values("double"), [Math.fround(0.1)]);
    assert.deepEqual([file.read("scalar").shape, values("scalar")], [[], [7]]);
    assert.deepEqual([file.read("empty").shape, values("empty")], [[0, 4], []]);
    assert.throws(() => file.read("ids"), inputError(/tensor "ids" is of type I64/));
    file.close();
  }
});

const latin = (text: string) => Buffer.from(text, "latin1");
const string = (text: string) => latin(`X${String.fromCharCode(text.length)}\0\0\0${text}`);
/** A file in the format before PyTorch 1.6 with the given pickle of tensors, and optionally of storage keys. */
const old = (pickle: Buffer, keys: Buffer = latin("]q\0.")) =>
  Buffer.concat([
    latin("\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."),
    latin("\x80\x02M\xe9\x03."),
    latin("\x80\x02}q\0."),
    pickle,
    latin("\x80\x02"),
    keys,
  ]);

test("rejects a pickle that calls a function, without calling it", () => {
  const refused: [string, Buffer, RegExp][] = [
    [
      "system",
      Buffer.concat([latin("cos\nsystem\n("), string("touch pwned"), latin("tR.")]),
      /calls os\.system/,
    ],
    ["eval", latin("c__builtin__\neval\n(tR."), /calls __builtin__\.eval/],
    ["instance", latin("(i__main__\nThing\n."), /opcode 0x69/],
    ["new", latin("cos\nsystem\n)\x81."), /opcode 0x81/],
    ["extension", latin("\x82\x01."), /opcode 0x82/],
    ["class", latin("cos\nsystem\n."), /holds no dictionary of tensors/],
    ["reference", Buffer.concat([string("module"), latin("Q.")]), /refers to something other than a tensor/],
  ];
  for (const [name, pickle, pattern] of refused) {
    assert.throws(() => new TorchFile(writing(`${name}.bin`, old(pickle))), inputError(pattern), name);
  }
});

test("rejects lists that contain themselves or grow exponentially", () => {
  const [itself, deep] = [latin("]q\x01h\x01a"), latin(`${"(".repeat(50_000)}${"l".repeat(50_000)}`)];
  for (const list of [itself, deep]) {
    const called = Buffer.concat([list, latin("(tR.")]);
    assert.throws(
      () => new TorchFile(writing("called.bin", old(called))),
      inputError(/calls an object that is not a function/),
    );
    const loop = writing("keys.bin", old(latin("}q\0."), Buffer.concat([list, latin(".")])));
    assert.throws(() => new TorchFile(loop), inputError(/not a PyTorch file/));
  }
});

test("rejects files that PyTorch did not write", () => {
  const refused = (bytes: Uint8Array, pattern: RegExp) =>
    assert.throws(() => new TorchFile(writing("no.bin", bytes)), inputError(pattern));
  refused(new Uint8Array(), /cut short/);
  refused(latin("hello world, this is not a model"), /only PyTorch files of plain tensors are read/);
  refused(latin("PK\x03\x04 but no more than that"), /has no list of its files/);
  refused(old(latin(")q\0.")), /holds no dictionary/);
  refused(old(latin("h\x07.")), /recalls a value that it has not stored/);
  refused(old(latin("t.")), /takes values up to a missing mark/);
  refused(old(latin("Na.")), /takes a value from an empty stack/);
  refused(old(latin("NNa.")), /appends to something other than a list/);
});

test("PyTorch files truncated or changed anywhere are read or rejected, and never crash", () => {
  for (const name of ["tensors.bin", "tensors-old.bin"]) {
    const whole = readFileSync(fixture(name));
    const attempt = (bytes: Buffer): void => {
      const path = writing("fuzz.bin", bytes);
      let file: TorchFile | undefined;
      try {
        file = new TorchFile(path);
        for (const tensor of file.entries.keys()) {
          assert.ok(file.read(tensor).values.length <= bytes.length);
        }
      } catch (error) {
        assert.ok(error instanceof InputError, String(error));
        assert.ok(!error.message.includes("\n"));
      } finally {
        file?.close();
      }
    };
    const place = fc.nat(whole.length - 1);
    fc.assert(
      fc.property(place, (length) => attempt(whole.subarray(0, length))),
      { numRuns: 150 },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 3 }), (changes) => {
        const broken = Buffer.from(whole);
        for (const [index, value] of changes) broken[index] = value;
        attempt(broken);
      }),
      { numRuns: 600 },
    );
  }
});
