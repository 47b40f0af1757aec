import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { encodePieces, WordPiece } from "../../src/corpus";
import { CutOffCount, describeCutOff } from "../../src/corpus/cut-off";

const wordPiece = new WordPiece(["[UNK]", "[CLS]", "[SEP]", "a", "b", "##c"]);

test("a sentence is cut off where its pieces and the two special pieces exceed the positions", () => {
  const count = new CutOffCount(wordPiece, 6);
  const entities = [
    { start: 0, end: 2, type: "X" },
    { start: 2, end: 3, type: "X" },
    { start: 1, end: 4, type: "X" },
  ];
  count.add({ tokens: ["a", "a", "b", "b"], entities });
  assert.equal(count.sentences, 0);
  count.add({ tokens: ["a", "b", "acc", "b"], entities });
  assert.deepEqual(
    { ...count, vocabulary: undefined, positions: undefined },
    {
      ...{ vocabulary: undefined, positions: undefined },
      ...{ sentences: 1, tokens: 2, entities: 2 },
    },
  );
  count.add({ tokens: Array(5).fill("a") });
  assert.deepEqual([count.sentences, count.tokens, count.entities], [2, 3, 2]);
});

test("the counted tokens are those that lose pieces in BERT's input", () => {
  const words = fc.constantFrom("a", "b", "ac", "acc", "acccc"); // cspell:disable-line
  fc.assert(
    fc.property(
      fc.array(words, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 3, max: 14 }),
      (tokens, positions) => {
        const count = new CutOffCount(wordPiece, positions);
        count.add({ tokens });
        const input = encodePieces([{ tokens }], wordPiece, { words: 100, positions, rule: "paper" });
        const pieces = tokens.map((_, token) => input.tokens.filter((owner) => owner === token).length);
        const cut = tokens.filter((token, index) => pieces[index] < wordPiece.encode(token).length);
        assert.equal(count.tokens, cut.length);
        assert.equal(count.sentences, cut.length ? 1 : 0);
      },
    ),
  );
});

test("the description is one line", () => {
  assert.equal(
    describeCutOff("train", { sentences: 1200, tokens: 1, entities: 1 }, 512),
    "train: 1,200 sentences are longer than BERT's 512 positions: it does not read 1 token at the end, in 1 entity",
  );
  assert.equal(
    describeCutOff("dev", { sentences: 1, tokens: 2, entities: 0 }, 64),
    "dev: 1 sentence is longer than BERT's 64 positions: it does not read 2 tokens at the end",
  );
});
