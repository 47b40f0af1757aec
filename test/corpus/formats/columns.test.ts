import assert from "node:assert/strict";
import { test } from "node:test";
import { CorpusError, InputError } from "../../../src/base/errors";
import { Reading } from "../../../src/corpus/formats/reading";
import type { ReadOptions } from "../../../src/corpus/formats/registry";
import { readText, spans } from "../../support/reading";

const conll = (text: string, options: ReadOptions = {}) => readText("conll", text, options);

test("reads four columns, documents and contexts, as in CoNLL-2003", async () => {
  const text =
    "-DOCSTART- -X- -X- O\n\nAda NNP B-NP B-PER\nsings VBZ B-VP O\n\n. . O O\n\n-DOCSTART- -X- O\n\nYes -X- _ O\n";
  const { sentences, lines } = await conll(text);
  assert.deepEqual(lines, ["columns are token, pos, - (words), tag", "tags are IOB2"]);
  assert.deepEqual(sentences, [
    {
      tokens: ["Ada", "sings"],
      pos: ["NNP", "VBZ"],
      entities: [{ start: 0, end: 1, type: "PER" }],
      previous: [],
      next: ["."],
      id: "line 3",
    },
    { tokens: ["."], pos: ["."], entities: [], previous: ["Ada", "sings"], next: [], id: "line 6" },
    { tokens: ["Yes"], pos: ["X"], entities: [], previous: [], next: [], id: "line 10" },
  ]);
});

test("contexts need document marks, unless the file is one document; an option disables them", async () => {
  const contexts = async (text: string, options: ReadOptions) =>
    (await conll(text, options)).sentences.map(({ previous, next }) => [previous.join(" "), next.join(" ")]);
  assert.deepEqual(await contexts("a O\n\nb O\n", {}), [
    ["", ""],
    ["", ""],
  ]);
  assert.deepEqual(await contexts("a O\n\nb O\n", { contexts: "file" }), [
    ["", "b"],
    ["a", ""],
  ]);
  assert.deepEqual(await contexts("-DOCSTART- O\n\na O\n\nb O\n", { contexts: "none" }), [
    ["", ""],
    ["", ""],
  ]);
});

test("reads two to five columns, and more if they are named", async () => {
  for (const [row, pos, options] of [
    ["a B-X", "X", {}],
    ["a N B-X", "N", {}],
    ["a N c B-X", "N", {}],
    ["a lemma N c B-X", "N", {}],
    ["1 a f N B-X t", "N", { columns: ["-", "token", "-", "pos", "tag", "-"] }],
  ] as const) {
    const { sentences } = await conll(`${row}\n`, options);
    assert.deepEqual(
      sentences.map((sentence) => [sentence.tokens, sentence.pos, spans(sentence)]),
      [[["a"], [pos], ["0-1 X"]]],
    );
  }
  await assert.rejects(
    conll("1 a f N B-X t\n"),
    /^InputError: f: has 6 columns \(1 words, .*, 5 tags, 6 words\); .*; name their content with --columns, as in --columns token,-,-,-,tag,-$/,
  );
  await assert.rejects(
    conll("a O\n", { columns: ["token", "-", "tag"] }),
    /f: line 1: has 2 columns, but 3 were named/,
  );
  await assert.rejects(conll("a O\n", { columns: ["tag", "tag"] }), InputError);
});

test("several columns of tags are levels of nesting", async () => {
  const { sentences, lines } = await readText(
    "conll",
    "IL-2\tB-protein\tB-DNA\tB-site\ngene\tO\tI-DNA\tI-site\nends\tO\tO\tI-site\nis\tO\tO\tO\n\n",
  );
  assert.deepEqual(sentences.map(spans), [["0-1 protein", "0-2 DNA", "0-3 site"]]);
  assert.deepEqual(lines, [
    "columns are token, tag, tag, tag: 3 columns of tags, one for each level of nesting",
    "tags are IOB2",
  ]);
  const twice = await readText("nested", "a B-X B-X\n");
  assert.deepEqual(twice.sentences.map(spans), [["0-1 X"]]);
  assert.deepEqual(twice.lines, ["tags are IOB2", "1 × entities given twice, kept once (first: line 1)"]);
});

test("repairs are counted: carriage returns, and tabs in a file with spaces; byte order marks and blanks are dropped", async () => {
  const { sentences, lines } = await conll("\ufeffa N c O\r\nb N c B-X  \r\n\t \r\nc\tN c O");
  assert.deepEqual(
    sentences.map(({ tokens }) => tokens),
    [["a", "b"], ["c"]],
  );
  assert.deepEqual(lines, [
    "columns are token, pos, - (words), tag",
    "tags are IOB2",
    "3 × carriage returns at the end of a line, dropped (first: line 1)",
    "1 × lines that mix tabs and spaces, split at both (first: line 4)",
  ]);
});

test("other white space belongs to tokens: cells are separated by tabs, if there are any", async () => {
  const { sentences } = await conll("New York\tB-LOC\n\u3000\tO\n\u00a0\tO\n");
  assert.deepEqual(sentences[0].tokens, ["New York", "\u3000", "\u00a0"]);
});

test("an empty file has no sentences", async () => {
  for (const text of ["", "\n\n", "\ufeff", "-DOCSTART- O\n"])
    assert.deepEqual((await conll(text)).sentences, []);
});

test("refused with line, value and way out: uneven columns, missing tokens, faulty tags, long lines", async () => {
  const refused = (text: string, problem: RegExp) =>
    assert.rejects(conll(text), (error: Error) => {
      assert.ok(error instanceof CorpusError, String(error));
      assert.match(error.message, problem);
      assert.ok(!error.message.includes("\n") && error.message.length < 300);
      return true;
    });
  await refused("a N O\nb O\n", /^f: line 2: has 2 columns instead of 3: "b O"; add or remove columns$/);
  await refused("a O\n\n\tO\n", /^f: line 3: has no token before its columns; add one, or remove the line$/);
  await refused(" O\n", /^f: line 1: has no token before its columns/);
  await refused("a O\nb B\n", /^f: line 2: tag "B" has no type/);
  await refused(
    `a O\n${"b".repeat(70_000)} O\n`,
    /^f: line 2: is 70002 characters long; a line holds one token/,
  );
  await refused(
    "a O\n".repeat(50_001),
    /^f: line 50001: is still in the same sentence after 50000 tokens; put a blank/,
  );
  await assert.rejects(
    readText("conll", Buffer.from("a O\nK\xe4se O\n", "latin1")),
    /^CorpusError: f: line 2: is not valid UTF-8; save the file as UTF-8, or name its encoding with --encoding$/,
  );
});

test("a tolerant reading skips faulty sentences", async () => {
  const faults: string[] = [];
  const text = "a O\nb\nc O O\n\nd B-X\n\ne Q\nf O\n\n O\ng O\n\nh O\n";
  const { sentences } = await readText("conll", text, {}, new Reading(({ message }) => faults.push(message)));
  assert.deepEqual(
    sentences.flatMap(({ tokens }) => tokens),
    ["d", "h"],
  );
  assert.deepEqual(faults.map((fault) => fault.slice(0, 24)).sort(), [
    "f: line 10: has no token",
    "f: line 2: has 1 columns",
    'f: line 7: "Q" is not a ',
  ]);
});

test("as released: entities at ends of sentences are shortened, types in lower case, the last sentence is lost without a blank line after it", async () => {
  const text = "a N c B-PER\nb N c I-PER\nc N c I-PER\n\nd N c B-ORG\n";
  const { sentences, lines } = await conll(text, { asReleased: true });
  assert.deepEqual(sentences.map(spans), [["0-2 per"]]);
  assert.deepEqual(lines, [
    "columns are token, pos, - (words), tag",
    "tags are IOB2",
    "1 × entities cut or dropped as in the released code (first: line 1)",
    "1 × last sentences without a blank line after them, dropped as in the released code (first: line 5)",
  ]);
});
