import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError } from "../../../src/base/errors";
import type { ReadOptions } from "../../../src/corpus/formats/registry";
import { readText, spans } from "../../support/reading";

/** Sentences of four tokens. Each column is a function of the token. */
function file(
  sentences: number,
  columns: (token: number, sentence: number) => readonly string[],
  separator = "\t",
): string {
  return Array.from({ length: sentences }, (_, sentence) =>
    Array.from({ length: 4 }, (_, token) => `${columns(token, sentence).join(separator)}\n`).join(""),
  ).join("\n");
}

/** Many distinct words, as in a text. */
const word = (token: number, sentence: number): string => `${"abcdefgh"[sentence % 8]}w${sentence}x${token}`;
const pos = (token: number): string => ["NN", "VB", "DT", "."][token];
const tag = (token: number): string => ["B-PER", "I-PER", "O", "O"][token];

const read = (text: string, options: ReadOptions = {}) => readText("conll", text, options);

/** The reported columns. */
async function layout(text: string): Promise<string> {
  const { lines } = await read(text);
  return lines[0].replace("columns are ", "");
}

test("running numbers are not tokens, in any column and with any start", async () => {
  for (const begin of [0, 1, 17]) {
    const number = (token: number): string => String(begin + token);
    assert.equal(
      await layout(file(30, (t, s) => [number(t), word(t, s), tag(t)])),
      "- (running numbers), token, tag",
    );
  }
  assert.equal(
    await layout(file(30, (t, s) => [String(4 * s + t), word(t, s), pos(t), "_", tag(t)], " ")),
    "- (running numbers), token, pos, - (placeholders), tag",
  );
  assert.equal(
    await layout(file(30, (t, s) => [word(t, s), String(t + 1), tag(t)])),
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

test("values per sentence, offsets and other numbers are not tokens", async () => {
  assert.equal(
    await layout(file(30, (t, s) => [`doc-${s % 7}`, word(t, s), tag(t)])),
    "- (one value per sentence), token, tag",
  );
  assert.equal(
    await layout(file(30, (t, s) => [word(t, s), `${s * 90 + t * 7}:${s * 90 + t * 7 + 3}`, tag(t)])),
    "token, - (numbers), tag",
  );
});

test("a column of many words after one of few labels holds the tokens; lemmas are ignored", async () => {
  assert.equal(await layout(file(40, (t, s) => [pos(t), word(t, s), tag(t)])), "pos, token, tag");
  assert.equal(await layout(file(40, (t, s) => [word(t, s), pos(t), tag(t)])), "token, pos, tag");
  assert.equal(
    await layout(file(40, (t, s) => [word(t, s), `${word(t, s)}s`, pos(t), tag(t)])),
    "token, - (open vocabulary), pos, tag",
  );
  assert.equal(await layout(file(40, (t, s) => [word(t, s), tag(t), pos(t)])), "token, tag, pos");
  await assert.rejects(
    read(file(40, (t, s) => [word(t, s), [...word(t, s)].reverse().join(""), tag(t)])),
    /^InputError: f: has 3 columns \(1 open vocabulary, 2 open vocabulary, 3 tags\); several of them contain many different words; name their content with --columns, as in --columns token,-,tag$/,
  );
});

test("chunk tags are ignored where CoNLL-2003 has them, and ambiguous elsewhere", async () => {
  const chunk = (token: number): string => ["B-NP", "I-NP", "B-VP", "O"][token];
  assert.equal(
    await layout(file(30, (t, s) => [word(t, s), pos(t), chunk(t), tag(t)])),
    "token, pos, - (chunk tags), tag",
  );
  assert.equal(
    await layout(file(30, (t, s) => [word(t, s), `${word(t, s)}s`, pos(t), chunk(t), tag(t)])),
    "token, - (open vocabulary), pos, - (chunk tags), tag",
  );
  await assert.rejects(
    read(file(30, (t, s) => [word(t, s), chunk(t), tag(t)])),
    /2 chunk tags, 3 tags\); chunk tags are not entities; .*--columns token,-,tag$/,
  );
  const { sentences } = await read(file(1, (t, s) => [word(t, s), chunk(t)]));
  assert.deepEqual(spans(sentences[0]), ["0-2 NP", "2-3 VP"], "the only tags");
});

test("columns of tags are levels of nesting if their entities nest; gold and predicted tags do not", async () => {
  const outer = (token: number): string => ["B-ORG", "I-ORG", "O", "O"][token];
  const inner = (token: number): string => ["O", "B-LOC", "O", "O"][token];
  assert.match(
    await layout(file(30, (t, s) => [word(t, s), outer(t), s % 3 ? "O" : inner(t)])),
    /^token, tag, tag: 2 columns of tags/,
  );
  assert.match(await layout(file(30, (t, s) => [word(t, s), outer(t), "O"])), /^token, tag, tag/);
  const refused = (predicted: (token: number, sentence: number) => string) =>
    assert.rejects(
      read(file(30, (t, s) => [word(t, s), outer(t), predicted(t, s)])),
      (error: Error) =>
        error instanceof InputError &&
        /the entities of the columns of tags do not nest; .*--columns token,tag,-$/.test(error.message),
    );
  await refused((t, s) => (s % 4 ? outer(t) : inner(t)));
  await refused((t, s) => (s % 4 ? inner(3 - t) : inner(t)));
  await refused((t, s) => (s % 4 ? inner(t) : ["O", "B-LOC", "I-LOC", "O"][t]));
});

test("refused: one column, and no tags", async () => {
  await assert.rejects(read("a\nb\n"), /^InputError: f: has one column; each token needs a tag after it$/);
  await assert.rejects(
    read(file(30, (t, s) => [word(t, s), pos(t)])),
    /f: has 2 columns \(1 open vocabulary, 2 closed vocabulary\); none of them contains tags such as B-PER and O/,
  );
});

test("named columns are used without checks", async () => {
  const { sentences, lines } = await read("a B-X B-Y\nb O I-Y\n\n", { columns: ["token", "-", "tag"] });
  assert.deepEqual(sentences.map(spans), [["0-2 Y"]]);
  assert.deepEqual(lines, ["tags are IOB2"]);
});
