import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { tokenize } from "../../../src/corpus/formats/tokenize";

const cut = (text: string): string[] => tokenize(text).map(({ start, end }) => text.slice(start, end));

test("words keep marks, single joints and invisible characters; emoji are one token; blanks are dropped", () => {
  assert.deepEqual(cut("NF-κB, o'Neil's 3.5% e\u0301t co\u00adop a\u200bb x\u0338"), [
    ...["NF-κB", ",", "o'Neil's", "3.5", "%", "e\u0301t", "co\u00adop", "a\u200bb", "x\u0338"],
  ]);
  assert.deepEqual(cut("\u200b a\u200b \ufeff=\u0338"), ["a", "=\u0338"]);
  assert.deepEqual(cut("ok👍🏽👩‍👩‍👧❤️🇵🇱1️⃣."), ["ok", "👍🏽", "👩‍👩‍👧", "❤️", "🇵🇱", "1️⃣", "."]);
  assert.deepEqual(cut("中文x ที่"), ["中", "文", "x", "ที่"]);
});

test("letters keep their marks, and tokens cover everything visible", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 20 }), (text) => {
      const words = tokenize(text);
      const borders = new Set(words.flatMap(({ start, end }) => [start, end]));
      for (const { index, 0: letter } of text.matchAll(/\p{L}\p{M}+/gu))
        for (let inside = 1; inside < letter.length; inside++)
          assert.ok(!borders.has(index + inside), letter);
      let covered = 0;
      for (const { start, end } of [...words, { start: text.length, end: text.length }]) {
        assert.match(text.slice(covered, start), /^(?:\s|(?!\p{L})\p{Default_Ignorable_Code_Point})*$/u);
        covered = end;
      }
    }),
    { numRuns: 1000 },
  );
});
