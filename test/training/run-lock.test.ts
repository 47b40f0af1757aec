import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseConfig } from "../../src/config/parse-config";
import { train } from "../../src/training";
import { tinySetting } from "../soak/training-task";
import { tinyCorpus } from "../support/corpus";
import { inputError, testFolder } from "../support/folders";

const folder = testFolder("run-lock");
const refusal = inputError(
  /: process \d+ on .+ is training into it.*; wait for it, stop it, or choose another folder$/,
);

test("two trainings never save into the same folder at the same time", async () => {
  const [config, corpus] = [parseConfig(tinySetting, "the tiny setting"), tinyCorpus(1)];
  const [directory, alone] = [join(folder, "both"), join(folder, "alone")];
  const refused: Promise<void>[] = [];
  const first = await train(config, corpus, {
    directory,
    onStep: ({ epoch, step }) => {
      if (epoch === 1 && step === 2)
        refused.push(assert.rejects(train(config, corpus, { directory }), refusal));
    },
  });
  assert.equal(refused.length, 1);
  await Promise.all(refused);
  const losses = ({ epochs }: typeof first) => epochs.map(({ loss }) => loss);
  assert.deepEqual(losses(first), losses(await train(config, corpus, { directory: alone })));
  assert.deepEqual(readdirSync(directory).length, readdirSync(alone).length);
  assert.ok(!readdirSync(directory).includes("running.json"));
});
