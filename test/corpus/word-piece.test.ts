import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { InputError } from "../../src/base/errors";
import { readWordPiece, WordPiece, type WordRules } from "../../src/corpus";
import { applyReplacements } from "../../src/corpus/word-rules";
import { testFolder } from "../support/folders";

const folder = testFolder("pieces");

const special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

function fileOf(name: string, ...lines: string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

const refused = (action: () => unknown, pattern: RegExp) =>
  assert.throws(
    action,
    (error) => error instanceof InputError && pattern.test(error.message) && !error.message.includes("\n"),
  );

/** The pieces of a word as text. */
const cut = (wordPiece: WordPiece, word: string) => {
  const pieces = wordPiece.toJSON();
  return wordPiece.encode(word).map((id) => pieces[id]);
};

test("words are split greedily, longest piece first, and always at punctuation and Chinese characters", () => {
  const pieces = [
    "un",
    "##aff",
    "##able",
    "##a",
    "##ff",
    "-",
    "NF",
    "ka",
    "##ppa",
    "中",
    "国",
    "É",
    "##t",
    "x",
  ];
  const wordPiece = new WordPiece([...special, ...pieces]);
  assert.deepEqual(cut(wordPiece, "unaffable"), ["un", "##aff", "##able"]);
  assert.deepEqual(cut(wordPiece, "NF-kappa"), ["NF", "-", "ka", "##ppa"]);
  assert.deepEqual(cut(wordPiece, "中国"), ["中", "国"]);
  assert.deepEqual(cut(wordPiece, "Ét"), ["É", "##t"]);
  assert.deepEqual(cut(wordPiece, "ét-x"), ["[UNK]", "-", "x"]);
  // a word that looks like a special piece is not one
  assert.deepEqual(cut(wordPiece, "[SEP]"), ["[UNK]", "[UNK]", "[UNK]"]);
  assert.deepEqual(cut(wordPiece, "unx"), ["[UNK]"]);
  assert.deepEqual(wordPiece.encode("un"), [5]);
});

test("with lowercase, words lose capitals and accents", () => {
  const wordPiece = new WordPiece(["[pad]", "[unk]", "[cls]", "[sep]", "e", "##t"], { lowercase: true });
  assert.deepEqual(cut(wordPiece, "Ét"), ["e", "##t"]);
  assert.deepEqual(cut(wordPiece, "X"), ["[unk]"]);
  assert.deepEqual([wordPiece.special("[CLS]"), wordPiece.special("[SEP]")], [2, 3]);
});

test("the rules determine whether accents are removed and Chinese is split into characters", () => {
  const pieces = [...special, "é", "e", "中", "##国", "国"];
  const under = (rules: Partial<WordRules>, word: string) => cut(new WordPiece(pieces, rules), word);
  assert.deepEqual(under({}, "é"), ["é"]);
  assert.deepEqual(under({ stripAccents: true }, "é"), ["e"]);
  assert.deepEqual(under({ lowercase: true }, "É"), ["e"]);
  assert.deepEqual(under({ lowercase: true, stripAccents: false }, "É"), ["é"]);
  assert.deepEqual(under({}, "中国"), ["中", "国"]);
  assert.deepEqual(under({ splitChinese: false }, "中国"), ["中", "##国"]);
});

test("Chinese characters of two code units are split, too, in the ranges of Hugging Face's tokenizers", () => {
  const [first, second] = ["\u{20001}", "\u{2f801}"];
  const pieces = [...special, "a", "##a", first, `##${first}`, second, `##${second}`];
  const under = (rules: Partial<WordRules>, word: string) => cut(new WordPiece(pieces, rules), word);
  assert.deepEqual(under({}, `a${first}${second}a`), ["a", first, second, "a"]);
  assert.deepEqual(under({ splitChinese: false }, `${first}${second}a`), [first, `##${second}`, "##a"]);
  assert.deepEqual(
    WordPiece.count([{ tokens: [`a${first}`, first] }], 2)
      .toJSON()
      .slice(5),
    ["a", first, "##a", `##${first}`],
  );
  const splits = (code: number) => {
    const character = String.fromCodePoint(code);
    const wordPiece = new WordPiece([...special, "a", character, `##${character}`]);
    return cut(wordPiece, `a${character}`)[1] === character;
  };
  const borders = [0x20000, 0x2a6df, 0x2a700, 0x2b81f, 0x2b920, 0x2ceaf, 0x2f800, 0x2fa1f];
  assert.deepEqual(
    borders.filter((code) => !splits(code)),
    [],
  );
  const outside = [0x1f600, 0x2a6e0, 0x2a6ff, 0x2b820, 0x2b91f, 0x2ceb0, 0x2fa20, 0x30000];
  assert.deepEqual(outside.filter(splits), []);
});

test("words are lower-cased letter by letter, so a final sigma is like any other", () => {
  const wordPiece = new WordPiece([...special, "οδοσ", "οδος"], { lowercase: true, stripAccents: false });
  assert.deepEqual([cut(wordPiece, "ΟΔΟΣ"), cut(wordPiece, "οδος")], [["οδοσ"], ["οδος"]]);
});

test("the released code's replacements remove accents and map single punctuation marks to ASCII", () => {
  const [accents, punctuation] = [
    { replace: { accents: true, punctuation: false } },
    { replace: { accents: false, punctuation: true } },
  ];
  const letters = "áéíóúýàèìòùỳâêîôûŷäëïöüÿñÁÉÍÓÚÝÀÈÌÒÙỲÂÊÎÔÛŶÄËÏÖÜŸ";
  assert.equal(applyReplacements(letters, accents), "aeiouyaeiouyaeiouyaeiouynAEIOUYAEIOUYAEIOUYAEIOUY"); // cspell:disable-line
  // their table lacks Ñ and letters of other languages
  assert.equal(applyReplacements("Ñçøåž中“", accents), "Ñçøåž中“");
  assert.deepEqual(
    ["“", "”", "‘", "’", "—", "…", "……", "\ufffd", "a", "“a", "é"].map((word) =>
      applyReplacements(word, punctuation),
    ),
    ['"', '"', "'", "'", "-", "...", "...", "?", "a", "“a", "é"],
  );
  const released = { replace: { accents: false, punctuation: "released" } } as const;
  assert.deepEqual(
    ["“", "”", "‘", "’", "—", "…", "……", "\ufffd", "a", "“a"].map((word) =>
      applyReplacements(word, released),
    ),
    ['"', '"', ",\n        '’': ", "’", "-", "...", "...", "?", "a", "“a"],
  );
  assert.equal(applyReplacements("é“", { replace: { accents: true, punctuation: true } }), "e“");
  const wordPiece = new WordPiece([...special, "e", '"'], { replace: { accents: true, punctuation: true } });
  assert.deepEqual([cut(wordPiece, "é"), cut(wordPiece, "”")], [["e"], ['"']]);
  assert.ok(
    WordPiece.count([{ tokens: ["é"] }], 1, accents)
      .toJSON()
      .includes("e"),
  );
});

test("every word has pieces, always the same", () => {
  const wordPiece = new WordPiece([...special, ..."abc", "##a", "##b", "constructor", "__proto__"]);
  assert.deepEqual(cut(wordPiece, "\u0007"), ["[UNK]"]);
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }), (word) => {
      const first = [...wordPiece.encode(word)];
      assert.ok(first.length > 0);
      assert.ok(first.every((id) => Number.isInteger(id) && id >= 0 && id < wordPiece.size));
      assert.deepEqual(wordPiece.encode(word), first);
    }),
    { numRuns: 200 },
  );
});

test("a vocabulary built from sentences covers all their words without unknown pieces", () => {
  const letters = fc.string({ unit: fc.constantFrom(..."abcA-é中"), minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.array(fc.array(letters, { minLength: 1 }), { minLength: 1 }), (sentences) => {
      const wordPiece = WordPiece.count(
        sentences.map((tokens) => ({ tokens })),
        2,
      );
      assert.deepEqual(wordPiece.toJSON().slice(0, 5), special);
      for (const word of sentences.flat()) {
        const pieces = cut(wordPiece, word);
        assert.equal(pieces.map((piece) => piece.replace(/^##/, "")).join(""), word);
      }
    }),
    { numRuns: 100 },
  );
});

test("it contains each character, and frequent words, most frequent first", () => {
  const tokens = ["dog", "cat", "dog-cat", "ox", "dog"];
  const pieces = WordPiece.count([{ tokens }], 2).toJSON();
  const characters = [..."-acdgotx"]; // cspell:disable-line
  assert.deepEqual(pieces, [
    ...special,
    ...characters,
    ...characters.map((character) => `##${character}`),
    "dog",
    "cat",
  ]);
});

test("a file is read line by line; missing pieces are an error in one line", () => {
  const path = fileOf("vocab.txt", ...special, "A", "a", "##b");
  assert.deepEqual(readWordPiece(path).toJSON(), [...special, "A", "a", "##b"]);
  writeFileSync(join(folder, "crlf.txt"), [...special, "A"].join("\r\n"));
  assert.deepEqual(readWordPiece(join(folder, "crlf.txt")).toJSON(), [...special, "A"]);
  refused(() => readWordPiece(join(folder, "none.txt")), /none\.txt: no such file/);
  refused(() => readWordPiece(fileOf("a.txt", "[UNK]", "[SEP]", "A")), /a\.txt: .*has no "\[CLS\]"/);
  refused(() => readWordPiece(fileOf("b.txt", ...special, "A", "A")), /b\.txt: .*lists "A" twice/);
  const lower = fileOf("lower.txt", ...special, ..."abcdefghij");
  refused(() => readWordPiece(lower), /lower\.txt: .*lower-cased.*set model\.bert\.lowercase=true/);
  assert.equal(readWordPiece(lower, { lowercase: true }).size, 15);
});
