import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { loadCorpus } from "../../src/corpus";
import { EntityDetector } from "../../src/detector/entity-detector";
import { startEngine } from "../../src/engine";
import { parseConfig, train } from "../../src/training";
import { testFolder } from "../support/folders";

before(() => startEngine());

test("a model remembers how its corpus was split into tokens, and splits texts the same way", async () => {
  const root = testFolder("tokenizer");
  mkdirSync(join(root, "train"));
  const text = "It's Dr. Lee's IL-2/IL-4 at 3:30 p.m.\nAda sang.\n";
  writeFileSync(join(root, "train", "a.txt"), text);
  writeFileSync(
    join(root, "train", "a.ann"),
    `T1\tPER ${text.indexOf("Ada")} ${text.indexOf("Ada") + 3}\tAda\n`,
  );
  const corpus = await loadCorpus(root);
  assert.equal(corpus.tokenizer, "words");
  const config = parseConfig(
    { model: { hidden: 8, heads: 2, layers: 1, kernels: [2] }, training: { epochs: 1 } },
    "test",
  );
  await train(config, corpus, { directory: join(root, "run"), onRemark: () => {} });
  using detector = await EntityDetector.load(join(root, "run"));
  const tokens = (options?: { language: string }) =>
    detector
      .textReader(options)
      .read(text)
      .map((sentence) => sentence.tokens);
  assert.deepEqual(
    tokens(),
    corpus.splits.train.map((sentence) => sentence.tokens),
  );
  assert.notDeepEqual(tokens({ language: "en" }), tokens());
  assert.equal((await loadCorpus(root, { tokens: "space" })).tokenizer, "space");
});
