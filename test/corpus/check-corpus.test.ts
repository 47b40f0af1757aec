import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { checkCorpus, checkSplits } from "../../src/corpus/check/check-corpus";
import type { Discovery } from "../../src/corpus/formats/discover-splits";
import { testFolder } from "../support/folders";

const folder = testFolder("check");

async function check(splits: Readonly<Record<string, string>>, options = {}) {
  const files = Object.fromEntries(
    Object.entries(splits).map(([name, text]) => {
      const path = join(folder, name);
      writeFileSync(path, text);
      return [name.split(".")[0], path];
    }),
  );
  const { findings, ...rest } = await checkCorpus(files, options);
  return {
    ...rest,
    lines: findings.map(
      ({ kind, what, count, examples }) =>
        `${kind}: ${count} × ${what} [${examples.join("; ").replaceAll(`${folder}/`, "")}]`,
    ),
  };
}

test("a missing train split is a fault; skipped files are remarks", () => {
  const lines = (splits: Discovery["splits"]) =>
    checkSplits({
      folder: "c",
      splits,
      skipped: [
        { name: "train_dev.txt", reason: "its name contains train and dev", namesSplit: true },
        { name: "README.md", reason: "its name contains no split", namesSplit: false },
      ],
    }).map(({ kind, what, examples }) => `${kind}: ${what} [${examples}]`);
  const remarks = [
    "remark: skipped files with a split in their name [train_dev.txt: its name contains train and dev]",
    "remark: skipped files without a split in their name [README.md]",
  ];
  assert.deepEqual(lines({ train: ["c/train.txt"] }), remarks);
  assert.deepEqual(lines({ dev: ["c/dev.txt"] }), [
    "fault: train splits missing, without which nothing can be trained [c]",
    ...remarks,
  ]);
});

const words = (text: string): string =>
  text
    .split(" ")
    .map((word) => `${word} O\n`)
    .join("");

test("a clean corpus has no findings", async () => {
  const checked = await check({ "train.txt": "Ada B-PER\nsings O\n\n", "dev.txt": "Bo B-PER\n" });
  assert.deepEqual(checked.lines, []);
  assert.equal(checked.sentences, 2);
  assert.equal(checked.entities, 2);
});

test("repeated sentences are a fault across splits and a remark within one; different entities are another remark; short sentences do not count", async () => {
  const long = "a b c d e";
  const { lines } = await check({
    "train.txt": `${words(long)}\n${words(long)}\n${words("a b")}`,
    "dev.txt": `a B-X\n${words("b c d e")}\n${words("a b")}`,
  });
  assert.deepEqual(lines, [
    'fault: 1 × sentences of dev that also occur in train [dev 0 = train 0: "a b c d e"]',
    'remark: 1 × sentences that occur again in train [train 1 = train 0: "a b c d e"]',
    'remark: 1 × sentences that occur again with other entities [dev 0 = train 0: "a b c d e"]',
    "remark: 1 × types that train lacks [dev: X]",
  ]);
});

test("all faulty sentences are found, with one line per kind", async () => {
  const entity = (start: number, end: number): string => `{"start": ${start}, "end": ${end}, "type": "X"}`;
  const { lines, sentences } = await check({
    "train.json": `[{"tokens": ["a"], "entities": [${entity(0, 2)}]}, {"tokens": ["a"], "entities": [${entity(0, 7)}]},
      {"tokens": [], "entities": []}, {"tokens": ["a"], "entities": [${entity(1, 1)}]}, {"tokens": ["a"], "entities": []}]`,
  });
  assert.equal(sentences, 1);
  assert.deepEqual(lines, [
    'fault: 2 × entities[…] end … lies outside the sentence of … tokens (end is exclusive) [train.json: sentence 0: end 2 lies outside the sentence of 1 tokens (end is exclusive): {"start":0,"end":2,"type":"X"}; train.json: sentence 1: end 7 lies outside the sentence of 1 tokens (end is exclusive): {"start":0,"end":7,"type":"X"}]',
    "fault: 1 × tokens must hold at least one token, not [] [train.json: sentence 2: must hold at least one token, not []]",
    'fault: 1 × entities[…] start … must be less than end … (end is exclusive) [train.json: sentence 3: start 1 must be less than end 1 (end is exclusive): {"start":1,"end":1,"type":"X"}]',
  ]);
  assert.deepEqual((await check({ "train.jsonl": "\n" })).lines, [
    "fault: 1 × files without a sentence [train.jsonl]",
  ]);
});

test("finds crossing entities, spans with two types, and types that differ only in capitals", async () => {
  const entities = [
    [0, 3, "A"],
    [0, 2, "B"],
    [1, 4, "A"],
    [1, 4, "a"],
    [4, 5, "A"],
  ].map(([start, end, type]) => ({ start, end, type }));
  const { lines } = await check({
    "train.jsonl": JSON.stringify({ tokens: ["a", "b", "c", "d", "e"], entities }),
  });
  assert.deepEqual(lines, [
    "fault: 1 × types that differ only in capitals [A and a]",
    'remark: 2 × entities that cross another [train 0: A "a b c" × A "b c d"; train 0: A "a b c" × a "b c d"]',
    'remark: 1 × spans with several types [train 0: A "b c d" and a]',
  ]);
});

test("finds types that look the same, and odd characters in types and parts of speech", async () => {
  const tokens = ["a", "b", "c", "d", "e"];
  const types = ["PER", "PER ", "P\u200bER", "ＰＥＲ", "cell line"];
  const entities = types.map((type, index) => ({ start: index, end: index + 1, type }));
  const pos = ["N", "N\u0000", "N", "N", "N"];
  const { lines } = await check({ "train.jsonl": JSON.stringify({ tokens, entities, pos }) });
  assert.deepEqual(lines, [
    'fault: 1 × parts of speech with control characters [train 0: "N<U+0000>"]',
    "fault: 2 × types that look the same [PER and P<U+200B>ER; PER and ＰＥＲ]",
    'remark: 1 × types with invisible characters (zero-width, soft hyphen, byte order mark) [train 0: "P<U+200B>ER"]',
    "remark: 1 × types with white space at an end, trimmed [train.jsonl: line 1]",
  ]);
});

test("faulty sentences are counted, and sentences of odd length are located", async () => {
  const long = words(new Array(501).fill("a").join(" "));
  const checked = await check({ "train.txt": `a O O\n\nb O\n\n${long}\nc\n` });
  assert.equal(checked.leftOut, 2);
  assert.equal(checked.sentences, 2);
  assert.ok(
    checked.lines.includes(
      "remark: 1 × sentences of more than 500 tokens: are blank lines missing? [train 1: 501 tokens]",
    ),
    checked.lines.join("\n"),
  );
});

test("odd characters are shown by their code points; letters of any script are not odd", async () => {
  const tokens = [
    "a\u0000b",
    "x\u200by",
    "\ufffd",
    "\u202ea",
    "a b",
    "\ue000",
    "\ud800",
    "é",
    "e\u0301",
    "我",
    "ﬁ",
    "naïve",
    "😀",
    "हिन्दी",
  ];
  const { lines } = await check({ "train.jsonl": JSON.stringify({ tokens, entities: [] }) });
  assert.deepEqual(lines, [
    'fault: 1 × tokens with control characters [train 0: "a<U+0000>b"]',
    'fault: 1 × tokens with half a character (a lone surrogate), which no file can store [train 0: "<U+D800>"]',
    'remark: 1 × tokens with invisible characters (zero-width, soft hyphen, byte order mark) [train 0: "x<U+200B>y"]',
    'remark: 1 × tokens with replacement characters (U+FFFD): the original characters are lost [train 0: "<U+FFFD>"]',
    'remark: 1 × tokens with marks of writing direction [train 0: "<U+202E>a"]',
    'remark: 1 × tokens with white space inside [train 0: "a b"]',
    'remark: 1 × tokens with private-use characters [train 0: "<U+E000>"]',
    'remark: 1 × tokens written in two ways that look the same (Unicode normal forms) [train 0: "é"]',
  ]);
});

test("repairs are remarks", async () => {
  const { lines, recognized } = await check({ "train.txt": "a O\r\nb I-X\nc B-X\nd O\ne B-X\n" });
  assert.deepEqual(recognized, [
    `${join(folder, "train.txt")}: columns are token, tag`,
    `${join(folder, "train.txt")}: tags are IOB2`,
  ]);
  assert.deepEqual(lines, [
    "remark: 1 × carriage returns at the end of a line, dropped [train.txt: line 1]",
    "remark: 1 × inner tags without a preceding tag of their type, taken as the beginning of an entity [train.txt: line 2]",
  ]);
});
