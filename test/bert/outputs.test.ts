import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { tableFromIPC } from "apache-arrow";
import fc from "fast-check";
import { sha256Of } from "../../src/base/files";
import { clearOutputs, OutputStore, outputsLimit, outputsName } from "../../src/bert";
import { inputKey } from "../../src/bert/outputs/output-key";
import { readSegment } from "../../src/bert/outputs/output-segment";
import { inputError, testFolder } from "../support/folders";

const folder = testFolder("outputs");
const pathOf = (name: string) => join(folder, name);
const keyOf = (text: string) => sha256Of(Buffer.from(text));
const ample = { limit: 2 ** 30 };
const values = (...numbers: number[]) => Float32Array.from(numbers);

test("cached outputs are identical, before and after writing, also in another process", () => {
  const store = new OutputStore(pathOf("a/bert"), ample);
  const odd = values(0.1, -0, Number.NaN, 1e-45, Number.POSITIVE_INFINITY);
  store.put(keyOf("odd"), odd);
  store.put(keyOf("empty"), values());
  assert.deepEqual(store.get(keyOf("odd")), odd);
  assert.equal(store.get(keyOf("other")), undefined);
  store.close();
  const again = new OutputStore(pathOf("a/bert"), ample);
  assert.equal(again.size, 2);
  assert.deepEqual(again.get(keyOf("odd")), odd);
  assert.deepEqual(again.get(keyOf("empty")), values());
  again.put(keyOf("more"), values(3));
  again.flush();
  assert.deepEqual(again.get(keyOf("more")), values(3));
  assert.deepEqual(again.get(keyOf("odd")), odd);
  again.close();
  assert.equal(readdirSync(pathOf("a/bert")).length, 2);
});

test("any outputs are stored as standard Arrow, and their ranges are correct", () => {
  const outputs = fc.dictionary(fc.string(), fc.float32Array({ maxLength: 9 }), { minKeys: 1, maxKeys: 12 });
  let number = 0;
  fc.assert(
    fc.property(outputs, (given) => {
      const place = pathOf(`any/${number++}`);
      const store = new OutputStore(place, ample);
      for (const [key, numbers] of Object.entries(given)) store.put(keyOf(key), numbers);
      store.close();
      const [file] = readdirSync(place);
      const bytes = readFileSync(join(place, file));
      const table = tableFromIPC(bytes);
      assert.equal(table.numRows, Object.keys(given).length);
      const places = readSegment(join(place, file));
      for (const [row, [key, numbers]] of Object.entries(given).entries()) {
        assert.equal(Buffer.from(table.getChild("key")?.get(row)).toString("hex"), keyOf(key));
        assert.deepEqual(table.getChild("values")?.get(row)?.toArray(), numbers);
        const { start, count } = places!.get(keyOf(key))!;
        const part = bytes.subarray(start, start + 4 * count);
        assert.deepEqual(part, Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength));
      }
    }),
    { numRuns: 30 },
  );
});

test("a segment is written as soon as it is large enough", () => {
  const store = new OutputStore(pathOf("b/bert"), { ...ample, segment: 400 });
  for (let i = 0; i < 10; i++) store.put(keyOf(`${i}`), new Float32Array(25).fill(i));
  assert.equal(readdirSync(pathOf("b/bert")).length, 2);
  for (let i = 0; i < 10; i++) assert.deepEqual(store.get(keyOf(`${i}`)), new Float32Array(25).fill(i));
  store.close();
});

test("a damaged, truncated or foreign file is removed, and the rest is used", () => {
  const store = new OutputStore(pathOf("c/bert"), ample);
  store.put(keyOf("one"), values(1, 2, 3));
  store.flush();
  store.put(keyOf("two"), values(4));
  store.close();
  const [first, second] = readdirSync(pathOf("c/bert")).map((name) => join(pathOf("c/bert"), name));
  const bytes = readFileSync(first);
  const damages = [
    bytes.subarray(0, bytes.length - 9),
    Buffer.from(bytes.map((byte, i) => (i === 200 ? byte ^ 1 : byte))),
    Buffer.from("nothing"),
    Buffer.alloc(0),
  ];
  for (const damage of damages) {
    writeFileSync(first, damage);
    const opened = new OutputStore(pathOf("c/bert"), ample);
    assert.equal(opened.size, 1);
    assert.equal(existsSync(first), false);
    opened.close();
    assert.equal(existsSync(second), true);
  }
});

test("a file that changes while the store is open gives no outputs", () => {
  const store = new OutputStore(pathOf("d/bert"), ample);
  store.put(keyOf("one"), values(1));
  store.flush();
  const [file] = readdirSync(pathOf("d/bert"));
  writeFileSync(join(pathOf("d/bert"), file), "");
  assert.equal(store.get(keyOf("one")), undefined);
  store.close();
});

test("disk usage is bounded: outputs of other BERTs are removed first, least recently used first", () => {
  const size = (name: string) => {
    const files = existsSync(pathOf(`e/${name}`)) ? readdirSync(pathOf(`e/${name}`)) : [];
    return files.reduce((sum, file) => sum + statSync(pathOf(`e/${name}/${file}`)).size, 0);
  };
  const fill = (name: string, limit: number) => {
    const store = new OutputStore(pathOf(`e/${name}`), { limit });
    store.put(keyOf(name), new Float32Array(1000));
    store.close();
  };
  for (const [age, name] of ["new", "old", "middle"].entries()) {
    fill(name, 2 ** 30);
    const used = new Date(Date.now() - [1, 3, 2][age] * 1e6);
    utimesSync(pathOf(`e/${name}`), used, used);
  }
  const one = size("new");
  fill("fourth", 3 * one);
  assert.deepEqual(["new", "old", "middle", "fourth"].map(size), [one, 0, one, one]);
  const before = readdirSync(pathOf("e"));
  fill("fifth", one - 1);
  assert.deepEqual(readdirSync(pathOf("e")), before, "nothing is removed if it would not help");
  const opened = new OutputStore(pathOf("e/new"), { limit: 2 ** 30 });
  opened.close();
  fill("sixth", 3 * one);
  assert.deepEqual(["new", "middle"].map(size), [one, 0], "opening counts as use");
  assert.equal(clearOutputs(pathOf("e")), 3 * one);
  assert.equal(existsSync(pathOf("e")), false);
  assert.equal(clearOutputs(pathOf("e")), 0);
});

test("with a read-only cache, outputs are computed and not cached", () => {
  const store = new OutputStore(pathOf("g/bert"), ample);
  writeFileSync(pathOf("g"), "");
  store.put(keyOf("one"), values(1));
  store.flush();
  assert.equal(store.get(keyOf("one")), undefined);
  store.put(keyOf("two"), values(2));
  assert.equal(store.size, 0);
  store.close();
});

test("the name of a BERT's folder depends on weights, engine, processor and computation", () => {
  const wasm = { engine: "wasm", processor: "this" };
  const config = { heads: 2, normEpsilon: 1e-12, output: "last" as const };
  const weights = (value: number, name = "a") => [[name, { shape: [1], values: values(value) }] as const];
  const names = [
    outputsName(wasm, config, weights(1)),
    outputsName({ ...wasm, engine: "tensorflow" }, config, weights(1)),
    outputsName({ ...wasm, processor: "another" }, config, weights(1)),
    outputsName(wasm, config, weights(2)),
    outputsName(wasm, config, weights(1, "b")),
    outputsName(wasm, { ...config, heads: 4 }, weights(1)),
    outputsName(wasm, { ...config, output: "lastFour" }, weights(1)),
    outputsName(wasm, { ...config, normEpsilon: 1e-5 }, weights(1)),
  ];
  assert.equal(new Set(names).size, names.length);
  assert.equal(outputsName(wasm, config, weights(1)), names[0]);
});

test("the key of an input depends on pieces, their tokens and the number of tokens", () => {
  const ids = (...numbers: number[]) => Int32Array.from(numbers);
  const keys = [
    inputKey(ids(1, 2), ids(0, 1), 2),
    inputKey(ids(1, 3), ids(0, 1), 2),
    inputKey(ids(1, 2), ids(0, 0), 2),
    inputKey(ids(1, 2), ids(0, 1), 3),
    inputKey(ids(1, 2, 0), ids(1), 2),
  ];
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(inputKey(ids(9, 1, 2).subarray(1), ids(0, 1), 2), keys[0]);
});

test("the limit comes from the environment, and must be a number", () => {
  const before = process.env.PNR_BERT_CACHE_GIB;
  const limit = (text: string) => {
    process.env.PNR_BERT_CACHE_GIB = text;
    return outputsLimit();
  };
  assert.deepEqual(["", "0", "0.5"].map(limit), [2 ** 32, 0, 2 ** 29]);
  for (const text of ["much", "-1", "Infinity"]) {
    assert.throws(() => limit(text), inputError(/PNR_BERT_CACHE_GIB is ".*": expected a number of GiB/));
  }
  if (before === undefined) delete process.env.PNR_BERT_CACHE_GIB;
  else process.env.PNR_BERT_CACHE_GIB = before;
});
