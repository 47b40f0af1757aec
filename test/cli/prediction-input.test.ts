import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { openInput } from "../../src/cli/shared/prediction-input";
import { testFolder } from "../support/folders";

const noText = {
  textReader: (): never => assert.fail("a split needs no text reader"),
};

test("sentences of a split are predicted with their neighbors, as in scoring, but written without them", async () => {
  const folder = testFolder("source");
  const sentence = { tokens: ["a"], pos: ["X"], entities: [], ltokens: ["before"], rtokens: ["be", "hind"] };
  writeFileSync(`${folder}/train.json`, JSON.stringify([sentence]));
  const source = await openInput({ corpus: folder, split: "train" });
  const sentences = [];
  for await (const line of source.sentences(noText)) sentences.push(line);
  assert.equal(sentences.length, 1);
  const [{ previous, next, record }] = sentences;
  assert.deepEqual([previous, next], [["before"], ["be", "hind"]]);
  assert.deepEqual(Object.keys(record), ["id", "tokens", "pos"]);
});
