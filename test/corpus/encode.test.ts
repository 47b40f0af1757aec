import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { encodeBatch } from "../../src/corpus/encode";
import { Vocabulary } from "../../src/corpus/vocabulary";
import { offsetsOf } from "../../src/engine";
import { anySentence } from "./sentence-builders";

const vocabularies = {
  words: Vocabulary.from(["gene", "the"]),
  characters: Vocabulary.from(["e", "g", "n", "t", "h"]),
  pos: Vocabulary.from(["NOUN", "DET"]),
};

test("a batch, by hand", () => {
  const batch = encodeBatch(
    [
      { tokens: ["gene"], pos: ["NOUN"] },
      { tokens: ["The", "gene", "x"], pos: ["DET", "NOUN", "X"] },
    ],
    vocabularies,
  );
  assert.deepEqual(batch, {
    lengths: [1, 3],
    words: Int32Array.of(1, 2, 1, 0),
    pos: Int32Array.of(1, 2, 1, 0),
    tokenForms: Int32Array.of(0, 1, 0, 2),
    forms: {
      lengths: [4, 3, 1],
      // g e n e | T h e, whose capital is looked up in lower case | x, which is unknown
      characters: Int32Array.of(2, 1, 3, 1, 4, 5, 1, 0),
    },
  });
});

test("a long spelling loses its middle", () => {
  // cspell:disable-next-line
  const { forms } = encodeBatch([{ tokens: ["gennnnth", "gene"], pos: ["X", "X"] }], vocabularies, {
    maxCharacters: 5,
  });
  assert.deepEqual(forms.lengths, [5, 4]);
  assert.deepEqual([...forms.characters.subarray(0, 5)], [2, 1, 3, 4, 5]);
});

test("characters are counted by code point", () => {
  const { forms } = encodeBatch([{ tokens: ["𝛼𝛽"], pos: ["X"] }], vocabularies);
  assert.deepEqual(forms.lengths, [2]);
});

test("each token has the index of its spelling, and each spelling occurs once", () => {
  fc.assert(
    fc.property(fc.array(anySentence, { minLength: 1, maxLength: 6 }), (sentences) => {
      const tokens = sentences.flatMap((sentence) => sentence.tokens);
      const characterVocabularies = { ...vocabularies, characters: Vocabulary.count(tokens.join(""), 1) };
      const { lengths, words, tokenForms, forms } = encodeBatch(sentences, characterVocabularies);
      const spellings = characterVocabularies.characters.toJSON();
      assert.deepEqual(
        lengths,
        sentences.map((sentence) => sentence.tokens.length),
      );
      assert.equal(forms.lengths.length, new Set(tokens).size);
      const offsets = offsetsOf(forms.lengths);
      assert.deepEqual(
        Array.from(tokenForms, (form) => {
          const indices = forms.characters.subarray(offsets[form], offsets[form + 1]);
          return [...indices].map((index) => spellings[index - 1]).join("");
        }),
        tokens,
      );
      assert.deepEqual(
        [...words],
        tokens.map((token) => characterVocabularies.words.index(token)),
      );
    }),
    { numRuns: 50 },
  );
});
