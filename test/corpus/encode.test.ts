import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { encodeBatch } from "../../src/corpus/encode";
import { Vocabulary } from "../../src/corpus/vocabulary";
import { anySentence } from "./sentences";

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
    size: 2,
    length: 3,
    lengths: [1, 3],
    words: Int32Array.of(1, 0, 0, 2, 1, 0),
    pos: Int32Array.of(1, 0, 0, 2, 1, 0),
    tokenForms: Int32Array.of(0, 0, 0, 1, 0, 2),
    forms: {
      size: 3,
      length: 4,
      lengths: [4, 3, 1],
      // g e n e | T h e, whose capital is found in lower case | x, which is unknown
      characters: Int32Array.of(2, 1, 3, 1, 4, 5, 1, 0, 0, 0, 0, 0),
    },
  });
});

test("a long spelling loses its middle", () => {
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

test("each token finds its own spelling, each spelling stands once, padding is 0", () => {
  fc.assert(
    fc.property(fc.array(anySentence, { minLength: 1, maxLength: 6 }), (sentences) => {
      const tokens = sentences.flatMap((sentence) => sentence.tokens);
      const own = { ...vocabularies, characters: Vocabulary.count(tokens.join(""), 1) };
      const { length, lengths, words, tokenForms, forms } = encodeBatch(sentences, own);
      const spellings = own.characters.toJSON();
      assert.equal(forms.size, new Set(tokens).size);
      for (const [row, sentence] of sentences.entries()) {
        assert.equal(lengths[row], sentence.tokens.length);
        for (let column = 0; column < length; column++) {
          const [form, word] = [tokenForms[row * length + column], words[row * length + column]];
          if (column >= lengths[row]) {
            assert.deepEqual([form, word], [0, 0]);
          } else {
            const start = form * forms.length;
            const indices = forms.characters.subarray(start, start + forms.lengths[form]);
            assert.equal([...indices].map((index) => spellings[index - 1]).join(""), sentence.tokens[column]);
          }
        }
      }
    }),
    { numRuns: 50 },
  );
});
