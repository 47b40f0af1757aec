import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { tableFromIPC } from "apache-arrow";
import fc from "fast-check";
import { sha256Of } from "../../src/base/files";
import { clearOutputs, OutputStore, outputsLimit, outputsName } from "../../src/bert";
import { inputKey } from "../../src/bert/outputs/key";
import { readSegment } from "../../src/bert/outputs/segment";
import { inputError, testFolder } from "../support/folders";

const folder = testFolder("outputs");
const at = (name: string) => join(folder, name);
const keyOf = (text: string) => sha256Of(Buffer.from(text));
const ample = { limit: 2 ** 30 };
const values = (...numbers: number[]) => Float32Array.from(numbers);

test("what was kept comes back bit for bit, before and after it is written, also in another process", () => {
  const store = new OutputStore(at("a/bert"), ample);
  const odd = values(0.1, -0, Number.NaN, 1e-45, Number.POSITIVE_INFINITY);
  store.put(keyOf("odd"), odd);
  store.put(keyOf("empty"), values());
  assert.deepEqual(store.get(keyOf("odd")), odd);
  assert.equal(store.get(keyOf("other")), undefined);
  store.close();
  const again = new OutputStore(at("a/bert"), ample);
  assert.equal(again.size, 2);
  assert.deepEqual(again.get(keyOf("odd")), odd);
  assert.deepEqual(again.get(keyOf("empty")), values());
  again.put(keyOf("more"), values(3));
  again.flush();
  assert.deepEqual(again.get(keyOf("more")), values(3));
  assert.deepEqual(again.get(keyOf("odd")), odd);
  again.close();
  assert.equal(readdirSync(at("a/bert")).length, 2);
});

test("any outputs are stored as Arrow that others can read, and are found where they lie", () => {
  const outputs = fc.dictionary(fc.string(), fc.float32Array({ maxLength: 9 }), { minKeys: 1, maxKeys: 12 });
  let number = 0;
  fc.assert(
    fc.property(outputs, (given) => {
      const place = at(`any/${number++}`);
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
        const own = bytes.subarray(start, start + 4 * count);
        assert.deepEqual(own, Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength));
      }
    }),
    { numRuns: 30 },
  );
});

test("a segment is written as soon as enough is gathered", () => {
  const store = new OutputStore(at("b/bert"), { ...ample, segment: 400 });
  for (let i = 0; i < 10; i++) store.put(keyOf(`${i}`), new Float32Array(25).fill(i));
  assert.equal(readdirSync(at("b/bert")).length, 2);
  for (let i = 0; i < 10; i++) assert.deepEqual(store.get(keyOf(`${i}`)), new Float32Array(25).fill(i));
  store.close();
});

test("a damaged, cut or foreign file is thrown away and the rest is used", () => {
  const store = new OutputStore(at("c/bert"), ample);
  store.put(keyOf("one"), values(1, 2, 3));
  store.flush();
  store.put(keyOf("two"), values(4));
  store.close();
  const [first, second] = readdirSync(at("c/bert")).map((name) => join(at("c/bert"), name));
  const bytes = readFileSync(first);
  const damages = [
    bytes.subarray(0, bytes.length - 9),
    Buffer.from(bytes.map((byte, i) => (i === 200 ? byte ^ 1 : byte))),
    Buffer.from("nothing"),
    Buffer.alloc(0),
  ];
  for (const damage of damages) {
    writeFileSync(first, damage);
    const opened = new OutputStore(at("c/bert"), ample);
    assert.equal(opened.size, 1);
    assert.equal(existsSync(first), false);
    opened.close();
    assert.equal(existsSync(second), true);
  }
});

test("a file that is changed under an open store gives no numbers", () => {
  const store = new OutputStore(at("d/bert"), ample);
  store.put(keyOf("one"), values(1));
  store.flush();
  const [file] = readdirSync(at("d/bert"));
  writeFileSync(join(at("d/bert"), file), "");
  assert.equal(store.get(keyOf("one")), undefined);
  store.close();
});

test("the disk it takes is bounded: other BERTs go first, the one used least recently first of all", () => {
  const size = (name: string) => {
    const files = existsSync(at(`e/${name}`)) ? readdirSync(at(`e/${name}`)) : [];
    return files.reduce((sum, file) => sum + statSync(at(`e/${name}/${file}`)).size, 0);
  };
  const fill = (name: string, limit: number) => {
    const store = new OutputStore(at(`e/${name}`), { limit });
    store.put(keyOf(name), new Float32Array(1000));
    store.close();
  };
  for (const [age, name] of ["new", "old", "middle"].entries()) {
    fill(name, 2 ** 30);
    const used = new Date(Date.now() - [1, 3, 2][age] * 1e6);
    utimesSync(at(`e/${name}`), used, used);
  }
  const one = size("new");
  fill("fourth", 3 * one);
  assert.deepEqual(["new", "old", "middle", "fourth"].map(size), [one, 0, one, one]);
  const before = readdirSync(at("e"));
  fill("fifth", one - 1);
  assert.deepEqual(readdirSync(at("e")), before, "nothing is removed for what cannot fit");
  const opened = new OutputStore(at("e/new"), { limit: 2 ** 30 });
  opened.close();
  fill("sixth", 3 * one);
  assert.deepEqual(["new", "middle"].map(size), [one, 0], "what is opened counts as used");
  assert.equal(clearOutputs(at("e")), 3 * one);
  assert.equal(existsSync(at("e")), false);
  assert.equal(clearOutputs(at("e")), 0);
});

test("where nothing can be written, outputs are computed and not kept", () => {
  const store = new OutputStore(at("g/bert"), ample);
  writeFileSync(at("g"), "");
  store.put(keyOf("one"), values(1));
  store.flush();
  assert.equal(store.get(keyOf("one")), undefined);
  store.put(keyOf("two"), values(2));
  assert.equal(store.size, 0);
  store.close();
});

test("the name of a BERT's folder differs by weights, engine, processor and computation", () => {
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

test("the key of an input tells pieces, their tokens and the number of tokens apart", () => {
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
