import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { oneLine, printable } from "../../src/base/printable";

test("escapes control characters, and keeps text in any script", () => {
  assert.equal(printable("a\tb\nc"), "a\tb\nc");
  assert.equal(oneLine("a\tb\nc"), "a\\u0009b\\u000ac");
  assert.equal(
    printable("\u001b]0;title\u0007 \u009b2J \r\b\u007f\0"),
    "\\u001b]0;title\\u0007 \\u009b2J \\u000d\\u0008\\u007f\\u0000",
  );
  for (const text of ["我爱 é e\u0301 😀 👩‍👩‍👧 שלום مرحبا ไทย", ""]) assert.equal(printable(text), text);
});

test("printable JSON keeps its meaning and contains no control characters", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ unit: "binary" }), (value, text) => {
      const printed = printable(JSON.stringify({ value, text }, undefined, 2));
      assert.deepEqual(JSON.parse(printed), JSON.parse(JSON.stringify({ value, text })));
      assert.doesNotMatch(printed.replace(/[\n\t]/g, ""), /[\p{Cc}\u2028\u2029]/u);
    }),
  );
});
