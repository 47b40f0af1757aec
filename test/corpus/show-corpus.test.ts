import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { corpusOf } from "../../src/corpus/load";
import type { Sentence } from "../../src/corpus/types";

const plain = { pos: [], previous: [], next: [], id: "" };
const nested: Sentence = {
  ...plain,
  tokens: ["human", "T", "cell", "line"],
  entities: [
    { start: 0, end: 4, type: "line" },
    { start: 1, end: 3, type: "cell" },
  ],
};

test("a sentence of a corpus prints its words and its entities with their last token", () => {
  const { splits } = corpusOf("c", { train: [{ ...nested }], dev: [], test: [] });
  assert.deepStrictEqual(splits.train[0], nested);
  assert.equal(
    inspect(splits.train[0]),
    [
      "human T cell line",
      "  first token  last token  entity",
      "            0           3  line: human T cell line",
      "            1           2  cell: T cell",
    ].join("\n"),
  );
});

test("a sentence without entities says so, and control characters are escaped", () => {
  const tokens = ["\u001b[2J"];
  const { splits } = corpusOf("c", { train: [{ ...plain, tokens, entities: [] }], dev: [], test: [] });
  assert.equal(inspect(splits.train[0]), "\\u001b[2J\n  no entities");
});

test("a corpus prints its statistics", () => {
  const text = inspect(corpusOf("c", { train: [{ ...nested }], dev: [], test: [] }));
  assert.match(text, /^corpus c\n +train\nsentences +1\ntokens +4\n/);
  assert.match(text, /\nnested entities +100\.0%\ntype cell +1\ntype line +1\n/);
});
