// cspell:ignore hedas modle smal
import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError } from "../../src/base/errors";
import { modelSchema } from "../../src/config/model-config";
import { patchConfig } from "../../src/config/parse-config";
import { plainRules } from "../../src/corpus";
import { applyOverrides, type Config, parseConfig, presetNamed, presets } from "../../src/training";

const assertRejected = (action: () => unknown, pattern: RegExp) =>
  assert.throws(
    action,
    (error) => error instanceof InputError && pattern.test(error.message) && !error.message.includes("\n"),
  );

test("every preset is a valid, complete configuration", () => {
  for (const preset of Object.values(presets)) {
    assert.deepEqual(parseConfig(JSON.parse(JSON.stringify(preset)), "preset"), preset);
  }
});

test("the preset released is the preset paper with the variant released", () => {
  assert.deepEqual(applyOverrides(presets.paper, ["variant=released"]), presets.released);
  assert.deepEqual(applyOverrides(presets.released, ["variant=paper"]), presets.paper);
});

test("a partial configuration changes its base", () => {
  const config = parseConfig({ model: { embedding: { words: 0 } } }, "file.json", presets.small);
  assert.deepEqual(config.model.embedding, { ...presets.small.model.embedding, words: 0 });
  assert.deepEqual(config.training, presets.small.training);
});

test("settings are read as JSON or else as text, and leave the preset unchanged", () => {
  const before = JSON.stringify(presets);
  const config = applyOverrides(presets.s0, [
    "model.kernels=[2,3]",
    "model.update=residual",
    "training.patience=3",
  ]);
  assert.deepEqual(config.model.kernels, [2, 3]);
  assert.equal(config.model.update, "residual");
  assert.equal(config.training.patience, 3);
  assert.equal(JSON.stringify(presets), before);
});

test("the message on an unknown key names the nearest valid key, or all keys if none is near", () => {
  assertRejected(
    () => applyOverrides(presets.s0, ["model.hedas=2"]),
    /unknown key "model\.hedas"; did you mean "heads"\?/,
  );
  assertRejected(
    () => parseConfig({ modle: {} }, "c.json"),
    /c\.json: unknown key "modle"; did you mean "model"\?/,
  );
  assertRejected(
    () => parseConfig({ model: { embedding: { glove: 1 } } }, "c.json"),
    /"model\.embedding\.glove"; there are characters, words, pos/,
  );
  assertRejected(() => presetNamed("smal"), /no preset "smal"; did you mean "small"\?/);
});

test("a BERT needs its sizes and defaults to the published values for the rest", () => {
  const sizes = { layers: 2, hidden: 8, heads: 2, intermediate: 6 };
  const setting = (bert: object) => [`model.bert=${JSON.stringify(bert)}`];
  const { model } = applyOverrides(presets.s0, setting(sizes));
  assert.deepEqual(model.bert, {
    ...sizes,
    ...plainRules,
    from: null,
    family: "bert",
    embeddingWidth: null,
    adapter: null,
    positions: 512,
    normEpsilon: 1e-12,
    dropout: 0.1,
    output: "lastFour",
    frozen: false,
    vocabulary: null,
    context: { training: 64, evaluation: 512 },
  });
  const { context } = applyOverrides(presets.s, ["model.bert.context.evaluation=64"]).model.bert!;
  assert.deepEqual(context, { training: 64, evaluation: 64 });
  assert.equal(applyOverrides(presets.s, ["model.bert=null"]).model.bert, null);
  assertRejected(() => applyOverrides(presets.s0, ["model.bert.layers=2"]), /model\.bert\.hidden is missing/);
  assertRejected(
    () => applyOverrides(presets.s, ["model.bert.heads=3"]),
    /model\.bert\.heads is 3: must divide model\.bert\.hidden/,
  );
  assertRejected(
    () => applyOverrides(presets.s, ["model.bert.hedas=3"]),
    /unknown key "model\.bert\.hedas"; did you mean "heads"\?/,
  );
  assertRejected(
    () => applyOverrides(presets.s, ["model.bert.context.evaluate=3"]),
    /unknown key "model\.bert\.context\.evaluate"; did you mean "evaluation"\?/,
  );
  assertRejected(
    () => applyOverrides(presets.s, ["model.bert.output=mean"]),
    /model\.bert\.output is "mean"/,
  );
  assertRejected(() => applyOverrides(presets.s, ["model.bert.positions=2"]), /model\.bert\.positions is 2/);
});

test("released replaces accents and punctuation before BERT as its code does", () => {
  const replace = { accents: true, punctuation: "released" };
  assert.deepEqual(applyOverrides(presets.s, ["variant=released"]).model.bert?.replace, replace);
  assert.deepEqual(applyOverrides(presets.genia, ["variant=released"]).model.bert?.replace, replace);
  const changed = applyOverrides(presets.s, ["variant=released", "model.bert.replace.punctuation=true"]);
  assert.deepEqual(changed.model.bert?.replace, { accents: true, punctuation: true });
  assertRejected(
    () => applyOverrides(presets.s, ["model.bert.replace.punctuation=meant"]),
    /replace\.punctuation is "meant"/,
  );
});

test("released reads 64 words in evaluation, whichever of variant and BERT is set first", () => {
  const sizes = 'model.bert={"layers":2,"hidden":8,"heads":2,"intermediate":6}';
  const evaluation = (config: Config) => config.model.bert?.context.evaluation;
  assert.equal(evaluation(applyOverrides(presets.s, ["variant=released"])), 64);
  assert.equal(evaluation(applyOverrides(presets.released, [sizes])), 64);
  assert.equal(evaluation(applyOverrides(presets.s0, [sizes, "variant=released"])), 64);
  assert.equal(evaluation(applyOverrides(presets.s, ["variant=paper"])), 512);
  const changed = applyOverrides(presets.s, ["variant=released", "model.bert.context.evaluation=100"]);
  assert.equal(evaluation(applyOverrides(changed, ["model.layers=2"])), 100);
  assert.equal(applyOverrides(presets.s, ["variant=released", "model.bert=null"]).model.bert, null);
  assert.equal(applyOverrides(presets.s0, ["variant=released"]).model.bert, null);
});

test("the settings for the comparison with the authors' code have its word tables", () => {
  const { s0, s, m, b } = presets;
  assert.deepEqual(
    [s0, s, m, b].map(({ model }) => model.embedding.words),
    [128, 0, 0, 200],
  );
});

test("a model needs an embedding; BERT counts as one", () => {
  const none = { characters: 0, words: 0, pos: 0 };
  const without = [`model.embedding=${JSON.stringify(none)}`];
  assert.deepEqual(applyOverrides(presets.s, without).model.embedding, none);
  assertRejected(
    () => applyOverrides(presets.s0, without),
    /model\.embedding is .*: at least one embedding must/,
  );
});

test("a model that was stored before the key bert existed has no BERT", () => {
  const { bert, bertContext, ...model } = presets.s0.model;
  assert.deepEqual(modelSchema.parse(model), presets.s0.model);
});

test("the message on an invalid value names key, value and expectation", () => {
  assertRejected(() => applyOverrides(presets.s0, ["model.layers"]), /expected key=value/);
  assertRejected(
    () => applyOverrides(presets.s0, ["model.heads=3"]),
    /model\.heads is 3: must divide model\.hidden/,
  );
  assertRejected(
    () => applyOverrides(presets.s0, ["model.layers=two"]),
    /model\.layers is "two": .*expected number/,
  );
  assertRejected(() => applyOverrides(presets.s0, ["model.kernels=[1]"]), /model\.kernels\.0 is 1/);
  assertRejected(() => applyOverrides(presets.s0, ["model.dropout=1"]), /model\.dropout is 1/);
  assertRejected(
    () => applyOverrides(presets.s0, ["training.accumulate=9"]),
    /training\.accumulate is 9: must not exceed training\.batchSize/,
  );
  assertRejected(() => parseConfig({ modle: {} }), /^config: unknown key "modle"/);
  assertRejected(() => parseConfig([], "c.json"), /c\.json is \[\]: expected an object/);
  assertRejected(() => parseConfig({ model: null }, "c.json"), /c\.json: model is null/);
});

test("keys that JavaScript objects inherit are unknown keys", () => {
  assertRejected(
    () => parseConfig(JSON.parse('{"__proto__": {"model": 1}}'), "c.json"),
    /unknown key "__proto__"/,
  );
  assertRejected(() => applyOverrides(presets.s0, ["constructor.prototype=1"]), /unknown key "constructor"/);
  const rates = JSON.parse('{"training": {"rates": {"__proto__": 0.1}}}');
  assertRejected(() => parseConfig(rates, "c.json"), /^c\.json: unknown key "training\.rates\.__proto__"$/);
  assertRejected(
    () => applyOverrides(presets.s0, ["training.rates.__proto__=0.1"]),
    /unknown key "training\.rates\.__proto__"$/,
  );
});

test("the message on a number too large for JavaScript shows what was read", () => {
  assertRejected(
    () => applyOverrides(presets.s0, ["training.learningRate=1e309"]),
    /training\.learningRate is Infinity: .*expected number/,
  );
});

test("the path of a learning rate may contain dots", () => {
  const settings = ["training.rates.encoder.bert=2e-5", "training.rates.head=0.01"];
  const { rates } = applyOverrides(presets.s0, settings).training;
  assert.deepEqual({ ...rates }, { "encoder.bert": 2e-5, head: 0.01 });
  assertRejected(() => applyOverrides(presets.s0, ["training.rates.head=fast"]), /head.* is "fast"/);
});

test("patches are merged before they are validated", () => {
  const patches = (...changes: object[]) =>
    changes.map((change, index) => ({ source: `patch ${index + 1}`, change }));
  const heads = { model: { heads: 3 } };
  const hidden = { model: { hidden: 96 } };
  assert.equal(patchConfig(presets.s0, patches(heads, hidden)).model.heads, 3);
  const { training } = applyOverrides(presets.s0, ["training.trainOn=train+dev", "training.selectOn=last"]);
  assert.equal(training.trainOn, "train+dev");
});

test("the message on an invalid config names the patch that makes it invalid", () => {
  const layers = { source: "--set layers", change: { model: { layers: 2 } } };
  const hidden = { source: "c.json", change: { model: { hidden: 100 } } };
  const update = { source: "--set update", change: { model: { update: "none" } } };
  assertRejected(
    () => patchConfig(presets.s0, [layers, hidden, layers]),
    /^c\.json: model\.heads is 8: must divide model\.hidden$/,
  );
  assertRejected(
    () => patchConfig(presets.s0, [hidden, update, layers]),
    /^--set update: model\.update is "none"/,
  );
  assertRejected(
    () => patchConfig(presets.s0, [{ ...update, source: "c.json" }, update]),
    /^--set update: model\.update/,
  );
});
