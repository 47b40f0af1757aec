import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ContextRule } from "../../src/corpus";
import { contextOf, encodePieces } from "../../src/corpus/pieces";
import { offsetsOf } from "../../src/engine";

/** Each character is a piece; its id is the character's code. */
const wordPiece = {
  encode: (word: string) => [...word].map((character) => character.charCodeAt(0)),
  special: (name: string) => ({ "[CLS]": 1, "[SEP]": 2 })[name] ?? 3,
};
const words = (text: string): string[] => text.split(" ").filter(Boolean);
const sentence = (previous: string, tokens: string, next: string) => ({
  previous: words(previous),
  tokens: words(tokens),
  next: words(next),
});

test("the next sentence is added whole or not at all; the end of the previous one fills the rest", () => {
  const input = sentence("p q r", "a b", "x y");
  const context = (budget: number, rule: ContextRule["rule"]) => {
    const { previous, next } = contextOf(input, { words: budget, rule });
    return [previous.join(" "), next.join(" ")];
  };
  assert.deepEqual(context(9, "paper"), ["p q r", "x y"]);
  assert.deepEqual(context(6, "paper"), ["q r", "x y"]);
  assert.deepEqual(context(4, "paper"), ["", "x y"]);
  assert.deepEqual(context(3, "paper"), ["r", ""]);
  assert.deepEqual(context(2, "paper"), ["", ""]);
  assert.deepEqual(context(0, "paper"), ["", ""]);
});

test("the released code adds the next sentence only if a word is left, and the previous one only if it added the next", () => {
  const input = sentence("p q r", "a b", "x y");
  const context = (budget: number) => {
    const { previous, next } = contextOf(input, { words: budget, rule: "released" });
    return [previous.join(" "), next.join(" ")];
  };
  assert.deepEqual(context(9), ["p q r", "x y"]);
  assert.deepEqual(context(6), ["q r", "x y"]);
  assert.deepEqual(context(5), ["r", "x y"]);
  assert.deepEqual(context(4), ["", ""]);
  const alone = { tokens: words("a b"), previous: words("p q r") };
  assert.deepEqual(contextOf(alone, { words: 4, rule: "released" }).previous, ["q", "r"]);
  assert.deepEqual(contextOf(alone, { words: 2, rule: "released" }).previous, []);
});

test("a batch, by hand", () => {
  const sentences = [sentence("pq", "ab c", "x"), { tokens: ["d"] }];
  const rule: ContextRule = { words: 9, positions: 20, rule: "paper" };
  const { lengths, ids, tokens } = encodePieces(sentences, wordPiece, rule);
  assert.deepEqual(lengths, [8, 3]);
  const [a, b, c, d, p, q, x] = wordPiece.encode("abcdpqx"); // cspell:disable-line
  assert.deepEqual([...ids], [1, p, q, a, b, c, x, 2, ...[1, d, 2]]);
  assert.deepEqual([...tokens], [3, 3, 3, 0, 0, 1, 3, 3, ...[3, 2, 3]]);
});

test("with too few positions, the previous sentence is shortened, the next dropped, then the sentence shortened", () => {
  const input = [sentence("pq r", "ab cd", "xy")];
  const read = (positions: number) => {
    const { ids, tokens } = encodePieces(input, wordPiece, { words: 9, positions, rule: "paper" });
    return [String.fromCharCode(...[...ids].slice(1, -1)), [...tokens].slice(1, -1).join("")];
  };
  // cspell:disable
  assert.deepEqual(read(11), ["pqrabcdxy", "222001122"]);
  assert.deepEqual(read(10), ["rabcdxy", "2001122"]);
  assert.deepEqual(read(8), ["abcdxy", "001122"]);
  assert.deepEqual(read(7), ["rabcd", "20011"]);
  assert.deepEqual(read(6), ["abcd", "0011"]);
  // cspell:enable
  assert.deepEqual(read(5), ["abc", "001"]);
  assert.deepEqual(read(4), ["ab", "00"]);
  assert.deepEqual(read(3), ["a", "0"]);
});

/** Words with one piece each. */
const many = (count: number, letter: string): string[] => new Array(count).fill(letter);

test("the published limits: 64 words in training, 512 in evaluation, 512 positions", () => {
  const read = (own: number, previous: number, next: number, words: number, rule: ContextRule["rule"]) => {
    const sentence = { tokens: many(own, "a"), previous: many(previous, "p"), next: many(next, "n") };
    const { ids, lengths, tokens } = encodePieces([sentence], wordPiece, {
      words,
      positions: 512,
      rule,
    });
    const count = (letter: string) => ids.filter((id) => id === letter.charCodeAt(0)).length;
    assert.equal(lengths[0], ids.length);
    assert.equal(tokens.filter((token) => token < own).length, count("a"));
    return ["p", "a", "n"].map(count);
  };
  assert.deepEqual(read(30, 40, 20, 64, "paper"), [14, 30, 20]);
  assert.deepEqual(read(30, 40, 34, 64, "paper"), [0, 30, 34]);
  assert.deepEqual(read(30, 40, 34, 64, "released"), [0, 30, 0]);
  assert.deepEqual(read(30, 40, 33, 64, "released"), [1, 30, 33]);
  assert.deepEqual(read(30, 40, 35, 64, "paper"), [34, 30, 0]);
  assert.deepEqual(read(64, 40, 1, 64, "paper"), [0, 64, 0]);
  assert.deepEqual(read(100, 40, 20, 64, "paper"), [0, 100, 0]);
  // 512 words and two special pieces exceed the positions
  assert.deepEqual(read(100, 300, 200, 512, "paper"), [210, 100, 200]);
  assert.deepEqual(read(100, 300, 410, 512, "paper"), [0, 100, 410]);
  assert.deepEqual(read(100, 300, 411, 512, "paper"), [1, 100, 0]);
  assert.deepEqual(read(510, 5, 1, 512, "paper"), [0, 510, 0]);
  assert.deepEqual(read(509, 5, 1, 512, "paper"), [0, 509, 1]);
  assert.deepEqual(read(600, 5, 5, 512, "paper"), [0, 510, 0]);
});

test("a sentence longer than BERT's positions keeps its first pieces, also within a word", () => {
  const sentence = { tokens: [...many(509, "a"), "bcd", "e"], previous: ["p"], next: ["n"] };
  const rule: ContextRule = { words: 512, positions: 512, rule: "paper" };
  const { ids, tokens, lengths } = encodePieces([sentence], wordPiece, rule);
  assert.deepEqual(lengths, [512]);
  assert.deepEqual([...ids.subarray(509)], ["a", "b"].map((letter) => letter.charCodeAt(0)).concat(2));
  assert.deepEqual([...tokens.subarray(509)], [508, 509, 511]);
});

const word = fc.string({ unit: fc.constantFrom(..."abc"), minLength: 1, maxLength: 4 });
const list = (minLength: number) => fc.array(word, { minLength, maxLength: 6 });
const anySentence = fc.record({ tokens: list(1), previous: list(0), next: list(0) });
const anyRule: fc.Arbitrary<ContextRule> = fc.record({
  words: fc.nat(16),
  positions: fc.integer({ min: 3, max: 40 }),
  rule: fc.constantFrom("paper", "released"),
});

test("for any batch, bounds hold, the sentence is complete between its neighbors, and each piece has its token", () => {
  fc.assert(
    fc.property(fc.array(anySentence, { minLength: 1, maxLength: 4 }), anyRule, (sentences, rule) => {
      const firstTokens = offsetsOf(sentences.map((sentence) => sentence.tokens.length));
      const none = firstTokens[sentences.length];
      const { lengths, ids, tokens } = encodePieces(sentences, wordPiece, rule);
      const offsets = offsetsOf(lengths);
      assert.deepEqual([ids.length, tokens.length], [offsets[lengths.length], offsets[lengths.length]]);
      assert.ok(lengths.every((length) => length <= rule.positions));
      for (const [row, { tokens: own, previous, next }] of sentences.entries()) {
        const [from, to] = [offsets[row], offsets[row + 1]];
        assert.deepEqual([ids[from], ids[to - 1]], [1, 2]);
        const owned = [...tokens.subarray(from, to)];
        const first = owned.findIndex((token) => token < none);
        const last = owned.findLastIndex((token) => token < none);
        const text = (start: number, end: number) =>
          String.fromCharCode(...ids.subarray(from + start, from + end));
        assert.equal(text(first, last + 1), own.join("").slice(0, rule.positions - 2));
        assert.deepEqual(
          owned.slice(first, last + 1),
          own
            .flatMap((token, index) => [...token].map(() => firstTokens[row] + index))
            .slice(0, rule.positions - 2),
        );
        assert.ok(
          [next.join(""), ""].includes(text(last + 1, lengths[row] - 1)),
          "the next one whole or not",
        );
        const before = text(1, first);
        const firstWord = previous.findIndex((_, index) => previous.slice(index).join("") === before);
        assert.ok(before === "" || firstWord >= 0, "the end of the previous sentence, in whole words");
        const after = text(last + 1, lengths[row] - 1) ? next.length : 0;
        const around = (before ? previous.length - firstWord : 0) + after;
        assert.ok(around === 0 || own.length + around <= rule.words);
      }
    }),
    { numRuns: 300 },
  );
});
