import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseConfig } from "../../src/config/parse-config";
import { openCorpus, splitNames, writeBlocks } from "../../src/corpus";
import { train } from "../../src/training";
import { outcomeOf, tinySetting } from "../soak/training-task";
import { tinyCorpus } from "../support/corpus";
import { testFolder } from "../support/folders";

const folder = testFolder("from-disk");

test("training from disk gives the same weights as from memory, also with limits and trained on dev", async () => {
  const corpus = tinyCorpus(1, 300);
  const path = join(folder, "tiny");
  mkdirSync(path);
  for (const split of splitNames) await writeBlocks(join(path, `${split}.arrow`), corpus.splits[split]);
  const opened = await openCorpus(path);
  assert.equal(opened.hash, corpus.hash);
  const settings = [
    { epochs: 1, batchSize: 32 },
    { epochs: 1, batchSize: 32, maxLength: 6, limitTrain: 100, trainOn: "train+dev", selectOn: "last" },
  ];
  for (const [index, training] of settings.entries()) {
    const config = parseConfig({ training }, "test", parseConfig(tinySetting, "the tiny setting"));
    const directories = [corpus, opened].map((of, from) => [of, join(folder, `${index}-${from}`)] as const);
    for (const [of, directory] of directories) await train(config, of, { directory });
    assert.deepEqual(outcomeOf(directories[1][1]), outcomeOf(directories[0][1]));
  }
  opened.splits.train.close();
});
