import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError } from "../../../src/base/errors";
import type { ReadOptions } from "../../../src/corpus/formats/registry";
import { readText, spans } from "../../support/reading";

/** Sentences of four tokens; a column gives the cell of a token. */
function file(
  sentences: number,
  columns: (at: number, sentence: number) => readonly string[],
  separator = "\t",
): string {
  return Array.from({ length: sentences }, (_, sentence) =>
    Array.from({ length: 4 }, (_, at) => `${columns(at, sentence).join(separator)}\n`).join(""),
  ).join("\n");
}

/** Words of which there are always new ones, as in a text. */
const word = (at: number, sentence: number): string => `${"abcdefgh"[sentence % 8]}w${sentence}x${at}`;
const pos = (at: number): string => ["NN", "VB", "DT", "."][at];
const tag = (at: number): string => ["B-PER", "I-PER", "O", "O"][at];

const read = (text: string, options: ReadOptions = {}) => readText("conll", text, options);

/** What the columns were taken for. */
async function layout(text: string): Promise<string> {
  const { told } = await read(text);
  return told[0].replace("columns are ", "");
}

test("running numbers are not tokens, wherever they stand and whatever they begin with", async () => {
  for (const begin of [0, 1, 17]) {
    const number = (at: number): string => String(begin + at);
    assert.equal(
      await layout(file(30, (at, s) => [number(at), word(at, s), tag(at)])),
      "- (running numbers), token, tag",
    );
  }
  assert.equal(
    await layout(file(30, (at, s) => [String(4 * s + at), word(at, s), pos(at), "_", tag(at)], " ")),
    "- (running numbers), token, pos, - (placeholders), tag",
  );
  assert.equal(
    await layout(file(30, (at, s) => [word(at, s), String(at + 1), tag(at)])),
    "token, - (running numbers), tag",
  );
  const text = "1-2\tdel\tO\n1\tde\tO\n2\tel\tO\n3\tRío\tB-LOC\n3.1\tx\tO\n4\tfin\tO\n";
  assert.equal(await layout(text), "- (running numbers), token, tag");
  const { sentences } = await read("1 O\n2 O\n3 O\n4 B-X\n");
  assert.deepEqual(
    sentences[0].tokens,
    ["1", "2", "3", "4"],
    "tokens that are numbers, where nothing else is there",
  );
});

test("one value per sentence, offsets and other numbers are not tokens", async () => {
  assert.equal(
    await layout(file(30, (at, s) => [`doc-${s % 7}`, word(at, s), tag(at)])),
    "- (one value per sentence), token, tag",
  );
  assert.equal(
    await layout(file(30, (at, s) => [word(at, s), `${s * 90 + at * 7}:${s * 90 + at * 7 + 3}`, tag(at)])),
    "token, - (numbers), tag",
  );
});

test("a column of many words behind one of few labels holds the tokens; a lemma is not read", async () => {
  assert.equal(await layout(file(40, (at, s) => [pos(at), word(at, s), tag(at)])), "pos, token, tag");
  assert.equal(await layout(file(40, (at, s) => [word(at, s), pos(at), tag(at)])), "token, pos, tag");
  assert.equal(
    await layout(file(40, (at, s) => [word(at, s), `${word(at, s)}s`, pos(at), tag(at)])),
    "token, - (open vocabulary), pos, tag",
  );
  assert.equal(await layout(file(40, (at, s) => [word(at, s), tag(at), pos(at)])), "token, tag, pos");
  await assert.rejects(
    read(file(40, (at, s) => [word(at, s), [...word(at, s)].reverse().join(""), tag(at)])),
    /^InputError: f: has 3 columns \(1 open vocabulary, 2 open vocabulary, 3 tags\); several of them hold many different words; say what they hold with --columns, as in --columns token,-,tag$/,
  );
});

test("chunk tags are passed over where CoNLL-2003 has them, and ambiguous elsewhere", async () => {
  const chunk = (at: number): string => ["B-NP", "I-NP", "B-VP", "O"][at];
  assert.equal(
    await layout(file(30, (at, s) => [word(at, s), pos(at), chunk(at), tag(at)])),
    "token, pos, - (chunk tags), tag",
  );
  assert.equal(
    await layout(file(30, (at, s) => [word(at, s), `${word(at, s)}s`, pos(at), chunk(at), tag(at)])),
    "token, - (open vocabulary), pos, - (chunk tags), tag",
  );
  await assert.rejects(
    read(file(30, (at, s) => [word(at, s), chunk(at), tag(at)])),
    /2 chunk tags, 3 tags\); chunk tags are not entities; .*--columns token,-,tag$/,
  );
  const { sentences } = await read(file(1, (at, s) => [word(at, s), chunk(at)]));
  assert.deepEqual(spans(sentences[0]), ["0-2 NP", "2-3 VP"], "the only tags there are");
});

test("columns of tags are levels if their entities nest; gold and predicted tags do not", async () => {
  const outer = (at: number): string => ["B-ORG", "I-ORG", "O", "O"][at];
  const inner = (at: number): string => ["O", "B-LOC", "O", "O"][at];
  assert.match(
    await layout(file(30, (at, s) => [word(at, s), outer(at), s % 3 ? "O" : inner(at)])),
    /^token, tag, tag: 2 columns of tags/,
  );
  assert.match(await layout(file(30, (at, s) => [word(at, s), outer(at), "O"])), /^token, tag, tag/);
  const refused = (predicted: (at: number, sentence: number) => string) =>
    assert.rejects(
      read(file(30, (at, s) => [word(at, s), outer(at), predicted(at, s)])),
      (error: Error) =>
        error instanceof InputError &&
        /the entities of the columns of tags do not nest; .*--columns token,tag,-$/.test(error.message),
    );
  await refused((at, s) => (s % 4 ? outer(at) : inner(at)));
  await refused((at, s) => (s % 4 ? inner(3 - at) : inner(at)));
  await refused((at, s) => (s % 4 ? inner(at) : ["O", "B-LOC", "I-LOC", "O"][at]));
});

test("a file of one column, or without tags, says so", async () => {
  await assert.rejects(read("a\nb\n"), /^InputError: f: has one column; a tag must stand behind each token$/);
  await assert.rejects(
    read(file(30, (at, s) => [word(at, s), pos(at)])),
    /f: has 2 columns \(1 open vocabulary, 2 closed vocabulary\); none of them holds tags such as B-PER and O/,
  );
});

test("tokens and tags that are named are taken without a look", async () => {
  const { sentences, told } = await read("a B-X B-Y\nb O I-Y\n\n", { columns: ["token", "-", "tag"] });
  assert.deepEqual(sentences.map(spans), [["0-2 Y"]]);
  assert.deepEqual(told, ["tags are IOB2"]);
});
