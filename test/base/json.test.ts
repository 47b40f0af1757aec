import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseJson, parseUniqueJson } from "../../src/base/json";

const nested = (open: string, close: string, times: number): string =>
  `${open.repeat(times)}1${close.repeat(times)}`;

/** Longer than the texts that are parsed without a check. */
const long = `"${"a".repeat(20_000)}"`;

test("agrees with JSON.parse, even if strings contain brackets", () => {
  const brackets = fc.string({ unit: fc.constantFrom("[", "{", "]", "}", '"', "\\", "a"), maxLength: 3000 });
  fc.assert(
    fc.property(fc.jsonValue(), fc.array(brackets), (value, strings) => {
      const text = JSON.stringify([value, strings, "[".repeat(20_000), { ["{".repeat(2000)]: 1 }]);
      assert.deepEqual(parseJson(text), JSON.parse(text));
    }),
    { numRuns: 50 },
  );
});

test("accepts a thousand nested lists and objects, and rejects more before parsing", () => {
  for (const [open, close] of [
    ["[", "]"],
    ['{"a":', "}"],
  ]) {
    const width = open === "[" ? 1 : 2;
    assert.ok(parseJson(`[${long},${nested(open, close, 999)}]`));
    for (const times of [1000, 2 ** 20 / width])
      assert.throws(
        () => parseJson(`[${long},${nested(open, close, times)}]`),
        /^SyntaxError: more than 1000 nested lists and objects$/,
      );
  }
  // Consecutive brackets are not nested.
  assert.equal((parseJson(`[${long},${"[],".repeat(50_000)}0]`) as unknown[]).length, 50_002);
  assert.throws(() => parseJson("[".repeat(2 ** 20)), /nested lists and objects/);
  assert.throws(() => parseJson(`${"]".repeat(20_000)}${"[".repeat(20_000)}`), SyntaxError);
});

test("invalid JSON gives the error of JSON.parse", () => {
  for (const text of ["", "[", "x", `[${long}`, `"${"\\".repeat(20_001)}`])
    assert.throws(() => parseJson(text), SyntaxError);
});

test("a key that an object has twice is an error, wherever it is", () => {
  for (const [text, key] of [
    ['{"a": 1, "b": {"a": 2}, "a": 3}', '"a"'],
    ['[{"x": {"y": [1, {"z": 1, "z": 2}]}}]', '"z"'],
    ['{"a,\\"b": 1, "a,\\"b": 2}', '"a,\\"b"'],
    ['{"a": 1, "\\u0061": 2}', '"\\u0061"'],
  ])
    assert.throws(() => parseUniqueJson(text), new SyntaxError(`the key ${key} appears twice in one object`));
  for (const text of ['{"a": {"a": 1}, "b": "a", "c": ["b", "b", "b"], "{": "}", "d": "a"}', '"a"', "[]"])
    assert.deepEqual(parseUniqueJson(text), JSON.parse(text));
  assert.throws(() => parseUniqueJson('{"a" 1}'), SyntaxError);
});
