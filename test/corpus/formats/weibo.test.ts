import assert from "node:assert/strict";
import { test } from "node:test";
import { CorpusError } from "../../../src/base/errors";
import { readText, spans } from "../../support/reading";

/** Two sentences. In the first, a mention begins inside a word. */
const text =
  "老0\tO\n王1\tB-PER.NAM\n爱0\tO\n北0\tB-GPE.NAM\n京1\tI-GPE.NAM\n大0\tI-GPE.NAM\n学1\tI-GPE.NAM\n市0\tI-GPE.NAM\n\n3 0\tO\n";

test("a cell is a character and its position: digits, positions of two digits, and invalid cells", async () => {
  const cells: [string, string, number][] = [
    ["我0", "我", 0],
    ["学12", "学", 12],
    ["310", "3", 10],
    ["00", "0", 0],
    ["011", "0", 11],
    ["\ufffd\ufffd0", "\ufffd\ufffd", 0],
    ["𠮷3", "𠮷", 3],
  ];
  for (const [cell, character, position] of cells) {
    const start = Array.from({ length: position }, (_, before) => `x${before}\tO\n`).join("");
    const { sentences, lines } = await readText("weibo", `${start}${cell}\tO\n`);
    assert.deepEqual(sentences[0].tokens, ["x".repeat(position) + character]);
    assert.deepEqual(lines, ["no entity is tagged"], `${cell} has the next position`);
  }
  for (const cell of ["我", "7", "我x"])
    await assert.rejects(readText("weibo", `${cell}\tO\n`), /is not a character with its position/, cell);
});

test("at character level, each line is a token", async () => {
  const { sentences, lines } = await readText("weibo", text, { level: "char" });
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
  assert.deepEqual(lines, ["tags are IOB2"]);
});

test("at word level, a word has the tag of its first character; losses are counted", async () => {
  const { sentences, lines } = await readText("weibo", text);
  assert.deepEqual(sentences[0].tokens, ["老王", "爱", "北京", "大学", "市"]);
  assert.deepEqual(spans(sentences[0]), ["2-5 GPE.NAM"]);
  assert.deepEqual(lines, [
    "tags are IOB2",
    "1 × mentions that begin or end inside a word, which takes the tag of its first character (first: line 2)",
  ]);
});

test("words may have more than ten characters; inconsistent positions are counted", async () => {
  const letters = [..."abcdefghijkl"].map((letter, index) => `${letter}${index}\tO\n`).join("");
  const { sentences, lines } = await readText("weibo", `${letters}x0\tB-A\ny5\tI-A\n`);
  assert.deepEqual(sentences[0].tokens, ["abcdefghijkl", "xy"]);
  assert.match(lines.join(), /1 × characters whose position does not follow .* \(first: line 14\)/);
});

test("as released, entities of three or more words lose the last, and types are in lower case", async () => {
  const { sentences, lines } = await readText("weibo", text, { asReleased: true });
  assert.deepEqual(spans(sentences[0]), ["2-4 gpe.nam"]);
  assert.ok(
    lines.includes("1 × entities cut or dropped as in the released code (first: line 1)"),
    lines.join("\n"),
  );
});

test("refused: lines that are not a character with its position and a tag", async () => {
  for (const [line, problem] of [
    [
      "我\tO",
      /^f: line 1: is not a character with its position in its word, and a tag: ".*; read other files with --from conll$/,
    ],
    ["我0\tN\tO", /^f: line 1: has 3 columns instead of 2: "我0\\tN\\tO"; add or remove columns$/],
    ["我0", /^f: line 1: has 1 columns instead of 2: "我0"; add or remove columns$/],
  ] as const)
    await assert.rejects(readText("weibo", `${line}\n`), (error: Error) => {
      assert.ok(error instanceof CorpusError);
      assert.match(error.message, problem);
      return true;
    });
});
