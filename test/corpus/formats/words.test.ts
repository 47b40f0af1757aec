import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { wordsOf } from "../../../src/corpus/formats/words";

const cut = (text: string): string[] => wordsOf(text).map(({ start, end }) => text.slice(start, end));

test("words keep marks, single joints and invisible characters; emoji are whole; blanks are dropped", () => {
  assert.deepEqual(cut("NF-κB, o'Neil's 3.5% e\u0301t co\u00adop a\u200bb x\u0338"), [
    ...["NF-κB", ",", "o'Neil's", "3.5", "%", "e\u0301t", "co\u00adop", "a\u200bb", "x\u0338"],
  ]);
  assert.deepEqual(cut("\u200b a\u200b \ufeff=\u0338"), ["a", "=\u0338"]);
  assert.deepEqual(cut("ok👍🏽👩‍👩‍👧❤️🇵🇱1️⃣."), ["ok", "👍🏽", "👩‍👩‍👧", "❤️", "🇵🇱", "1️⃣", "."]);
  assert.deepEqual(cut("中文x ที่"), ["中", "文", "x", "ที่"]);
});

test("no letter loses its marks, and nothing visible is left out", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 20 }), (text) => {
      const words = wordsOf(text);
      const borders = new Set(words.flatMap(({ start, end }) => [start, end]));
      for (const { index, 0: letter } of text.matchAll(/\p{L}\p{M}+/gu))
        for (let at = index + 1; at < index + letter.length; at++) assert.ok(!borders.has(at), letter);
      let at = 0;
      for (const { start, end } of [...words, { start: text.length, end: text.length }]) {
        assert.match(text.slice(at, start), /^(?:\s|(?!\p{L})\p{Default_Ignorable_Code_Point})*$/u);
        at = end;
      }
    }),
    { numRuns: 1000 },
  );
});
