import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTokenizerFile, pieceVocabulary, tokenizerFileSchema, tokenizerModel } from "../../src/corpus";
import { pieceCount } from "../../src/corpus/tokenizer-file";
import { inputError } from "../support/folders";

const special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"];
const added = special.map((content, id) => ({ id, content, special: true }));
const numbered = (pieces: readonly string[]): Record<string, number> =>
  Object.fromEntries([...special, ...pieces].map((piece, id) => [piece, id]));

/** Pieces: the bytes of "a", "b", "<", "s", ">" and "Ġ" (a space), and some of their pairs. */
const bytePairs = {
  added_tokens: [...added, { id: 20, content: "<gene>", special: false }],
  normalizer: null,
  pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, use_regex: true },
  post_processor: null,
  decoder: { type: "ByteLevel" },
  model: {
    vocab: numbered(["a", "b", "<", "s", ">", "Ġ", "Ġa", "ab", "Ġab"]),
    merges: ["Ġ a", "Ġa b", "a b"],
    unk_token: null,
  },
};

/** Pieces: "▁", "a", "b", "ab" and "▁ab". */
const unigram = {
  added_tokens: added,
  normalizer: { type: "NFKC" },
  pre_tokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme: "always" },
  model: {
    unk_id: 3,
    vocab: [
      ...special.map((piece): [string, number] => [piece, 0]),
      ...[..."▁ab"].map((piece): [string, number] => [piece, -4]),
      ["ab", -5] as [string, number],
      ["▁ab", -6] as [string, number],
    ],
  },
};

const vocabularyOf = (file: unknown) => pieceVocabulary(parseTokenizerFile(file, "tokenizer.json"));
const replaced = { replace: { accents: true, punctuation: false } } as const;

test("each word is split by itself, after a space", () => {
  const byBytes = vocabularyOf(bytePairs);
  const { vocab } = bytePairs.model;
  assert.deepEqual(byBytes.encode("ab"), [vocab.Ġab]);
  assert.deepEqual(byBytes.encode("ba"), [vocab.Ġ, vocab.b, vocab.a]);
  assert.deepEqual(byBytes.encode("aab"), [vocab.Ġa, vocab.ab]);
  const byScore = vocabularyOf(unigram);
  assert.deepEqual(byScore.encode("ab"), [9]);
  assert.deepEqual(byScore.encode("bab"), [5, 7, 8]);
  assert.deepEqual(byScore.encode("ａ"), [5, 6], "normalized");
  assert.deepEqual(byScore.encode("xy"), [5, 3], "neighboring unknown characters are one piece");
});

test("special pieces are found, but words that look like them are text; other added pieces count", () => {
  const byBytes = vocabularyOf(bytePairs);
  assert.deepEqual(
    [byBytes.special("[CLS]"), byBytes.special("[SEP]"), byBytes.special("[MASK]")],
    [0, 2, 4],
  );
  assert.deepEqual([byBytes.spelling("[PAD]"), byBytes.spelling("[UNK]")], ["<pad>", "<unk>"]);
  const { vocab } = bytePairs.model;
  assert.deepEqual(byBytes.encode("<s>"), [vocab.Ġ, vocab["<"], vocab.s, vocab[">"]]);
  assert.deepEqual(byBytes.encode("<gene>"), [20]);
  assert.equal(byBytes.size, 21);
  assert.equal(pieceCount(parseTokenizerFile(bytePairs, "x")), 21);
  assert.deepEqual(byBytes.encode("c"), [vocab.Ġ], "a byte without a piece is left out");
  assert.equal(vocabularyOf(unigram).size, 10);
});

test("stored pieces give the same vocabulary", () => {
  for (const file of [bytePairs, unigram]) {
    const stored = JSON.parse(JSON.stringify(vocabularyOf(file)));
    assert.deepEqual(stored, JSON.parse(JSON.stringify(file)));
    const restored = pieceVocabulary(tokenizerFileSchema.parse(stored));
    for (const word of ["ab", "bab", "<gene>", "x"])
      assert.deepEqual(restored.encode(word), vocabularyOf(file).encode(word));
  }
});

test("the released code's replacements come first", () => {
  const plain = pieceVocabulary(parseTokenizerFile(bytePairs, "x"), {});
  const replacing = pieceVocabulary(parseTokenizerFile(bytePairs, "x"), replaced);
  assert.deepEqual(replacing.encode("áb"), plain.encode("ab"));
  assert.notDeepEqual(plain.encode("áb"), plain.encode("ab"));
});

test("files that name no kind are recognized", () => {
  assert.equal(tokenizerModel(bytePairs), "BPE");
  assert.equal(tokenizerModel(unigram), "Unigram");
  assert.equal(tokenizerModel({ model: { vocab: {} } }), "WordPiece");
  assert.equal(tokenizerModel({ model: { type: "WordLevel", vocab: {} } }), "WordLevel");
  assert.equal(tokenizerModel([]), undefined);
});

test("merges may be pairs", () => {
  const merges = bytePairs.model.merges.map((pair) => pair.split(" "));
  const file = { ...bytePairs, model: { ...bytePairs.model, type: "BPE", merges } };
  assert.deepEqual(vocabularyOf(file).encode("aab"), vocabularyOf(bytePairs).encode("aab"));
});

test("a file that cannot be read is refused, with the location of the fault", () => {
  const refused = (change: object, pattern: RegExp): void =>
    assert.throws(() => vocabularyOf(change), inputError(pattern), String(pattern));
  const { model } = bytePairs;
  refused({ ...bytePairs, model: { ...model, type: "WordLevel" } }, /model\.type is "WordLevel"/);
  refused({ ...bytePairs, model: { ...model, merges: undefined, type: "BPE" } }, /model\.merges is missing/);
  refused({ ...bytePairs, model: { ...model, vocab: { a: -1 } } }, /model\.vocab\.a is -1/);
  refused(
    { ...bytePairs, model: { ...model, continuing_subword_prefix: "##" } },
    /continuing_subword_prefix is "##"/,
  );
  refused({ ...bytePairs, added_tokens: [], model: { ...model, vocab: { a: 0 } } }, /has no "\[UNK\]"/);
  refused({ ...bytePairs, normalizer: { type: "Odd" } }, /cannot be used \(.*Odd/);
  refused({ ...bytePairs, pre_tokenizer: { type: "Odd" } }, /cannot be used \(.*Odd/);
  refused({ ...unigram, model: { ...unigram.model, unk_id: 10 } }, /unk_id is 10: there is no such piece/);
  refused({ ...unigram, model: { ...unigram.model, unk_id: null } }, /unk_id is null/);
});
