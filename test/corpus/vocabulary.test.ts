import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { InputError } from "../../src/base/errors";
import { buildVocabularies, Vocabulary } from "../../src/corpus/vocabulary";
import { sentence } from "./sentence-builders";

test("indices start at 1 with the most frequent item, and rare items are unknown", () => {
  const vocabulary = Vocabulary.count(["b", "a", "c", "b", "a", "z", "b"], 2);
  assert.deepEqual(vocabulary.toJSON(), ["b", "a"]);
  assert.equal(vocabulary.size, 3);
  assert.deepEqual(
    ["b", "a", "c", "", "never"].map((item) => vocabulary.index(item)),
    [1, 2, 0, 0, 0],
  );
});

test("an unknown item is looked up in lower case", () => {
  const vocabulary = Vocabulary.from(["the", "DNA"]);
  assert.deepEqual(
    ["The", "THE", "DNA", "dna"].map((item) => vocabulary.index(item)),
    [1, 1, 2, 0],
  );
});

test("a vocabulary survives a round trip through JSON", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (items) => {
      const vocabulary = Vocabulary.count(items, 1);
      const again = Vocabulary.from(JSON.parse(JSON.stringify(vocabulary)));
      assert.equal(again.size, new Set(items).size + 1);
      for (const item of items) {
        assert.equal(again.index(item), vocabulary.index(item));
        assert(again.index(item) > 0);
      }
    }),
  );
});

test("the order of items does not depend on the order of the text", () => {
  const items = ["x", "y", "x", "z", "y", "w"];
  assert.deepEqual(Vocabulary.count(items, 1), Vocabulary.count([...items].reverse(), 1));
});

test("an item listed twice is refused", () => {
  assert.throws(
    () => Vocabulary.from(["a", "b", "a"]),
    (error: Error) => {
      assert(error instanceof InputError);
      assert.equal(error.message, 'vocabulary: lists "a" twice; each item must be listed once');
      return true;
    },
  );
});

test("words need two occurrences, characters and tags one; characters are code points", () => {
  const { words, characters, pos } = buildVocabularies([sentence("ab 𝛼b"), sentence("ab")]);
  assert.deepEqual(words.toJSON(), ["ab"]);
  assert.deepEqual(characters.toJSON(), ["b", "a", "𝛼"]);
  assert.deepEqual(pos.toJSON(), ["X"]);
  assert.deepEqual(buildVocabularies([sentence("a")], { minimumWordCount: 1 }).words.toJSON(), ["a"]);
});
