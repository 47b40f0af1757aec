import assert from "node:assert/strict";
import { test } from "node:test";
import { CorpusError } from "../../src/base/errors";
import { type SentenceLine, sentenceLines } from "../../src/cli/shared/sentence-lines";
import { gathered, inChunks } from "../support/streams";

const read = (text: string): Promise<SentenceLine[]> =>
  gathered(sentenceLines(inChunks(Buffer.from(text, "utf8"), 5), "input.jsonl"));

test("lines become sentences with their other keys and their position", async () => {
  const text =
    '\ufeff{"tokens": ["日本", "é"], "pos": ["A", "B"], "id": 7}\r\n\r\n  \n{"tokens": ["a\u2028b"]}';
  assert.deepEqual(await read(text), [
    {
      tokens: ["日本", "é"],
      pos: ["A", "B"],
      record: { tokens: ["日本", "é"], pos: ["A", "B"], id: 7 },
      place: "line 1",
    },
    { tokens: ["a\u2028b"], pos: ["X"], record: { tokens: ["a\u2028b"] }, place: "line 4" },
  ]);
});

test("the neighbors of a sentence have the keys of the corpus format", async () => {
  const [{ previous, next }] = await read('{"tokens": ["b"], "ltokens": ["a"], "rtokens": []}');
  assert.deepEqual([previous, next], [["a"], []]);
});

test("the message on an invalid line names file, line, field and value", async () => {
  const cases: [string, RegExp][] = [
    ["", /^input\.jsonl: holds no sentences/],
    [" \n\n", /^input\.jsonl: holds no sentences/],
    ['{"tokens": ["a"]}\n\n{"tokens": ["a"\n', /^input\.jsonl: line 3: not valid JSON/],
    ['{"tokens": "a b"}', /^input\.jsonl: line 1: tokens: must be a list of strings, not "a b"/],
    ['{"tokens": ["a", 3]}', /^input\.jsonl: line 1: tokens\[1\]: must be a string, not 3/],
    ['{"tokens": []}', /line 1: tokens: must hold at least one token, not \[\]/],
    ['{"token": ["a"]}', /line 1: tokens: is missing; it must be a list of strings/],
    ['{"tokens": ["a", "b"], "pos": ["X"]}', /line 1: pos: must hold one tag for each token.*, not \["X"\]/],
    ['{"tokens": ["a"], "ltokens": ["b", ""]}', /line 1: ltokens\[1\]: must not be an empty string, not ""/],
    ['["a"]', /^input\.jsonl: line 1: must be an object/],
  ];
  for (const [text, problem] of cases) {
    await assert.rejects(read(text), (error: Error) => {
      assert.ok(error instanceof CorpusError);
      assert.match(error.message, problem);
      return !error.message.includes("\n");
    });
  }
});
