import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startEngine } from "../../src/engine";
import { applyOverrides, type PaperPresetName, parseConfig, presets } from "../../src/training";
import { ownFolder } from "../support/encoder-folder";
import { inputError, testFolder } from "../support/folders";
import { smallBert, wordPiece } from "../support/model";

const folder = testFolder("presets");
before(() => startEngine());

const names: readonly PaperPresetName[] = ["genia", "conll03", "weibo"];

test("the paper's presets have the settings of the released code's commands, and the best kernels", () => {
  const settings = (name: PaperPresetName) => {
    const { model, training } = presets[name];
    const { characters, words, pos } = model.embedding;
    const { maxLength, trainOn, selectOn } = training;
    return [model.bert?.from, words, characters, pos, model.kernels, maxLength, trainOn, selectOn];
  };
  assert.deepEqual(names.map(settings), [
    ["dmis-lab/biobert-base-cased-v1.2", 200, 50, 50, [2, 2], 127, "train+dev", "last"],
    ["bert-base-cased", 50, 50, 50, [2, 2], 127, "train+dev", "last"],
    ["bert-base-chinese", 300, 0, 0, [2, 2, 2], 63, "train", "dev"],
  ]);
  for (const name of names) {
    const { model, training, variant } = presets[name];
    const { layers, hidden, heads, intermediate, positions, context, replace } = model.bert!;
    assert.deepEqual([layers, hidden, heads, intermediate, positions], [12, 768, 12, 3072, 512]);
    assert.deepEqual(
      [context, replace],
      [
        { training: 64, evaluation: 64 },
        { accents: true, punctuation: true },
      ],
    );
    assert.deepEqual([variant, model.hidden, model.layers, model.heads], ["paper", 768, 3, 8]);
    assert.deepEqual([model.dropout, model.update, model.feedForward], [0.1, "gate", 2048]);
    const { batchSize, epochs, learningRate, warmup, weightDecay, maxGradientNorm } = training;
    assert.deepEqual(
      [batchSize, epochs, learningRate, warmup, weightDecay, maxGradientNorm],
      [4, 5, 2e-5, 0.1, 0.01, 1],
    );
    assert.deepEqual(parseConfig(JSON.parse(JSON.stringify(presets[name])), "stored"), presets[name]);
    assert.equal(parseConfig({ variant: "released" }, "test", presets[name]).model.update, "feedForward");
  }
});

test("the paper's presets accept another encoder, and name the command that downloads theirs", () => {
  const encoder = `${folder}/encoder`;
  ownFolder(encoder, { ...smallBert, lowercase: true }, wordPiece, 1);
  const { bert } = applyOverrides(presets.genia, [`model.bert.from=${encoder}`]).model;
  assert.deepEqual([bert?.layers, bert?.hidden, bert?.lowercase], [2, 6, true]);
  assert.deepEqual(bert?.replace, { accents: true, punctuation: true });
  assert.throws(
    () => applyOverrides(presets.s0, ["model.bert.from=dmis-lab/biobert-base-cased-v1.2"]),
    inputError(/pnr encoder fetch dmis-lab\/biobert-base-cased-v1\.2$/),
  );
  assert.throws(
    () => parseConfig({ model: { bert: { from: "./nowhere" } } }, "mine.json", presets.s0),
    inputError(/^mine\.json: model\.bert\.from: \.\/nowhere: no such folder$/),
  );
});
