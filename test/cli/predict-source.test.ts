import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { openSource } from "../../src/cli/predict-source";
import { testFolder } from "../support/folders";

const noText = {
  textReader: (): never => assert.fail("a split is no text"),
};

test("sentences of a split are predicted with their neighbors, as they are scored, but written without", async () => {
  const folder = testFolder("source");
  const sentence = { tokens: ["a"], pos: ["X"], entities: [], ltokens: ["before"], rtokens: ["be", "hind"] };
  writeFileSync(`${folder}/train.json`, JSON.stringify([sentence]));
  const source = await openSource({ corpus: folder, split: "train" });
  const sentences = [];
  for await (const line of source.sentences(noText)) sentences.push(line);
  assert.equal(sentences.length, 1);
  const [{ previous, next, record }] = sentences;
  assert.deepEqual([previous, next], [["before"], ["be", "hind"]]);
  assert.deepEqual(Object.keys(record), ["id", "tokens", "pos"]);
});
