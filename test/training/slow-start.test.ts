import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";
import { startEngine } from "../../src/engine";
import type { Scores } from "../../src/evaluation";
import { parseConfig, train } from "../../src/training";
import { slowStart } from "../../src/training/slow-start";
import { tinyCorpus } from "../support/corpus";
import { testFolder } from "../support/folders";

before(() => startEngine("wasm"));

const scores = (predicted: number, correct: number, gold = 9): Pick<Scores, "overall"> => ({
  overall: { gold, predicted, correct, precision: 0, recall: 0, f1: 0 },
});

test("an epoch without a correct entity is explained while that is normal", () => {
  const long = 2000;
  assert.match(
    slowStart(scores(0, 0), 20, long)!,
    /^after step 20 no entity is predicted yet, which is normal: /,
  );
  assert.match(slowStart(scores(5, 0), 20, long)!, /^after step 20 no predicted entity is correct yet, /);
  assert.doesNotMatch(slowStart(scores(0, 0), 20, long)!, /more epochs/);
  assert.match(slowStart(scores(0, 0), 199, long)!, /^after step 199 /);
  assert.match(
    slowStart(scores(0, 0), 20, 40)!,
    /, and this run ends at 40; give it more epochs or smaller batches$/,
  );
  for (const explained of [
    slowStart(scores(5, 1), 20, long),
    slowStart(scores(0, 0), 200, long),
    slowStart(scores(0, 0, 0), 20, long),
  ])
    assert.equal(explained, undefined);
});

test("a run reports this once, with its own steps", async () => {
  const model = {
    ...{ embedding: { characters: 2, words: 4, pos: 2 }, hidden: 8, kernels: [2], layers: 1, heads: 2 },
  };
  const config = parseConfig({ model, training: { epochs: 3, batchSize: 12, learningRate: 1e-9 } }, "test");
  const remarks: string[] = [];
  const directory = join(testFolder("slow-start"), "run");
  await train(config, tinyCorpus(1), { directory, onRemark: (line) => remarks.push(line) });
  assert.equal(remarks.length, 1, remarks.join("\n"));
  assert.match(
    remarks[0],
    /^after step 2 no (entity is predicted|predicted entity is correct) yet, .* and this run ends at 6; /,
  );
});
