import assert from "node:assert/strict";
import { test } from "node:test";
import { CorpusError } from "../../../src/base/errors";
import { characterOf } from "../../../src/corpus/formats/weibo";
import { readText, spans } from "../../support/reading";

/** Two sentences of our own; in the first a mention begins inside a word. */
const text =
  "老0\tO\n王1\tB-PER.NAM\n爱0\tO\n北0\tB-GPE.NAM\n京1\tI-GPE.NAM\n大0\tI-GPE.NAM\n学1\tI-GPE.NAM\n市0\tI-GPE.NAM\n\n3 0\tO\n";

test("a cell is a character and its place: digits, places of two digits, and what is no cell", () => {
  const cells: [string, string, number][] = [
    ["我0", "我", 0],
    ["学12", "学", 12],
    ["310", "3", 10],
    ["00", "0", 0],
    ["011", "0", 11],
    ["\ufffd\ufffd0", "\ufffd\ufffd", 0],
    ["𠮷3", "𠮷", 3],
  ];
  for (const [cell, character, place] of cells)
    assert.deepEqual(characterOf(cell), { text: character, place });
  for (const cell of ["我", "7", "", "我x"]) assert.equal(characterOf(cell), undefined);
});

test("at character level each line is a token", async () => {
  const { sentences, told } = await readText("weibo", text, { level: "char" });
  assert.deepEqual(sentences[0].tokens.join(" "), "老 王 爱 北 京 大 学 市");
  assert.deepEqual(spans(sentences[0]), ["1-2 PER.NAM", "3-8 GPE.NAM"]);
  assert.deepEqual(sentences[1], {
    tokens: ["3 "],
    pos: ["X"],
    entities: [],
    previous: [],
    next: [],
    id: "line 10",
  });
  assert.deepEqual(told, ["tags are IOB2"]);
});

test("at word level a word goes by its first character, and what that loses is counted", async () => {
  const { sentences, told } = await readText("weibo", text);
  assert.deepEqual(sentences[0].tokens, ["老王", "爱", "北京", "大学", "市"]);
  assert.deepEqual(spans(sentences[0]), ["2-5 GPE.NAM"]);
  assert.deepEqual(told, [
    "tags are IOB2",
    "1 × mentions that begin or end inside a word: the word goes by its first character (first: line 2)",
  ]);
});

test("a word goes on over ten characters; a place that does not follow is counted", async () => {
  const letters = [..."abcdefghijkl"].map((letter, at) => `${letter}${at}\tO\n`).join("");
  const { sentences, told } = await readText("weibo", `${letters}x0\tB-A\ny5\tI-A\n`);
  assert.deepEqual(sentences[0].tokens, ["abcdefghijkl", "xy"]);
  assert.match(told.join(), /1 × characters whose place does not follow .* \(first: line 14\)/);
});

test("as released an entity of three and more words loses its last, and types are in lower case", async () => {
  const { sentences, told } = await readText("weibo", text, { asReleased: true });
  assert.deepEqual(spans(sentences[0]), ["2-4 gpe.nam"]);
  assert.ok(told.includes("1 × entities cut or lost as released (first: line 1)"), told.join("\n"));
});

test("refused: lines that are no character with a place and a tag", async () => {
  for (const [line, problem] of [
    [
      "我\tO",
      /^f: line 1: is not a character with its place in its word, and a tag: ".*; read other files with --from conll$/,
    ],
    ["我0\tN\tO", /^f: line 1: has 3 columns instead of 2: "我0\\tN\\tO"; give it as many$/],
    ["我0", /^f: line 1: has 1 columns instead of 2: "我0"; give it as many$/],
  ] as const)
    await assert.rejects(readText("weibo", `${line}\n`), (error: Error) => {
      assert.ok(error instanceof CorpusError);
      assert.match(error.message, problem);
      return true;
    });
});
