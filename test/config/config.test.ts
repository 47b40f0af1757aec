import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError } from "../../src/base/errors";
import { modelSchema } from "../../src/config/model";
import { plainRules } from "../../src/corpus";
import { applyOverrides, type Config, parseConfig, presetNamed, presets } from "../../src/training";

const refused = (action: () => unknown, pattern: RegExp) =>
  assert.throws(
    action,
    (error) => error instanceof InputError && pattern.test(error.message) && !error.message.includes("\n"),
  );

test("every preset is a valid, complete configuration", () => {
  for (const preset of Object.values(presets)) {
    assert.deepEqual(parseConfig(JSON.parse(JSON.stringify(preset)), "preset"), preset);
  }
});

test("the preset released is the variant released of the paper's", () => {
  assert.deepEqual(applyOverrides(presets.paper, ["variant=released"]), presets.released);
  assert.deepEqual(applyOverrides(presets.released, ["variant=paper"]), presets.paper);
});

test("a part of a configuration is laid on its base", () => {
  const config = parseConfig({ model: { embedding: { words: 0 } } }, "file.json", presets.small);
  assert.deepEqual(config.model.embedding, { ...presets.small.model.embedding, words: 0 });
  assert.deepEqual(config.training, presets.small.training);
});

test("settings are read as JSON, else as text, and do not change the preset", () => {
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

test("unknown keys name the nearest valid one, or all where none is near", () => {
  refused(
    () => applyOverrides(presets.s0, ["model.hedas=2"]),
    /unknown key "model\.hedas"; did you mean "heads"\?/,
  );
  refused(() => parseConfig({ modle: {} }, "c.json"), /c\.json: unknown key "modle"; did you mean "model"\?/);
  refused(
    () => parseConfig({ model: { embedding: { glove: 1 } } }, "c.json"),
    /"model\.embedding\.glove"; there are characters, words, pos/,
  );
  refused(() => presetNamed("smal"), /no preset "smal"; did you mean "small"\?/);
});

test("a BERT needs its sizes, has published defaults for the rest, and names what is wrong", () => {
  const sizes = { layers: 2, hidden: 8, heads: 2, intermediate: 6 };
  const setting = (bert: object) => [`model.bert=${JSON.stringify(bert)}`];
  const { model } = applyOverrides(presets.s0, setting(sizes));
  assert.deepEqual(model.bert, {
    ...sizes,
    ...plainRules,
    from: null,
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
  refused(() => applyOverrides(presets.s0, ["model.bert.layers=2"]), /model\.bert\.hidden is missing/);
  refused(
    () => applyOverrides(presets.s, ["model.bert.heads=3"]),
    /model\.bert\.heads is 3: must divide model\.bert\.hidden/,
  );
  refused(
    () => applyOverrides(presets.s, ["model.bert.hedas=3"]),
    /unknown key "model\.bert\.hedas"; did you mean "heads"\?/,
  );
  refused(
    () => applyOverrides(presets.s, ["model.bert.context.evaluate=3"]),
    /unknown key "model\.bert\.context\.evaluate"; did you mean "evaluation"\?/,
  );
  refused(() => applyOverrides(presets.s, ["model.bert.output=mean"]), /model\.bert\.output is "mean"/);
  refused(() => applyOverrides(presets.s, ["model.bert.positions=2"]), /model\.bert\.positions is 2/);
});

test("released replaces accents and punctuation before BERT as its code does", () => {
  const replace = { accents: true, punctuation: "released" };
  assert.deepEqual(applyOverrides(presets.s, ["variant=released"]).model.bert?.replace, replace);
  assert.deepEqual(applyOverrides(presets.genia, ["variant=released"]).model.bert?.replace, replace);
  const own = applyOverrides(presets.s, ["variant=released", "model.bert.replace.punctuation=true"]);
  assert.deepEqual(own.model.bert?.replace, { accents: true, punctuation: true });
  refused(
    () => applyOverrides(presets.s, ["model.bert.replace.punctuation=meant"]),
    /replace\.punctuation is "meant"/,
  );
});

test("released reads 64 words in evaluation, however variant and BERT come together", () => {
  const sizes = 'model.bert={"layers":2,"hidden":8,"heads":2,"intermediate":6}';
  const evaluation = (config: Config) => config.model.bert?.context.evaluation;
  assert.equal(evaluation(applyOverrides(presets.s, ["variant=released"])), 64);
  assert.equal(evaluation(applyOverrides(presets.released, [sizes])), 64);
  assert.equal(evaluation(applyOverrides(presets.s0, [sizes, "variant=released"])), 64);
  assert.equal(evaluation(applyOverrides(presets.s, ["variant=paper"])), 512);
  const own = applyOverrides(presets.s, ["variant=released", "model.bert.context.evaluation=100"]);
  assert.equal(evaluation(applyOverrides(own, ["model.layers=2"])), 100);
  assert.equal(applyOverrides(presets.s, ["variant=released", "model.bert=null"]).model.bert, null);
  assert.equal(applyOverrides(presets.s0, ["variant=released"]).model.bert, null);
});

test("the settings of the comparison with the authors' code have the word tables that it has", () => {
  const { s0, s, m, b } = presets;
  assert.deepEqual(
    [s0, s, m, b].map(({ model }) => model.embedding.words),
    [128, 0, 0, 200],
  );
});

test("a model needs an embedding, and BERT is one", () => {
  const none = { characters: 0, words: 0, pos: 0 };
  const without = [`model.embedding=${JSON.stringify(none)}`];
  assert.deepEqual(applyOverrides(presets.s, without).model.embedding, none);
  refused(() => applyOverrides(presets.s0, without), /model\.embedding is .*: at least one embedding must/);
});

test("a model stored before there was a BERT has none", () => {
  const { bert, bertContext, ...model } = presets.s0.model;
  assert.deepEqual(modelSchema.parse(model), presets.s0.model);
});

test("values out of range or of another type name key, value and expectation", () => {
  refused(() => applyOverrides(presets.s0, ["model.layers"]), /expected key=value/);
  refused(
    () => applyOverrides(presets.s0, ["model.heads=3"]),
    /model\.heads is 3: must divide model\.hidden/,
  );
  refused(
    () => applyOverrides(presets.s0, ["model.layers=two"]),
    /model\.layers is "two": .*expected number/,
  );
  refused(() => applyOverrides(presets.s0, ["model.kernels=[1]"]), /model\.kernels\.0 is 1/);
  refused(() => applyOverrides(presets.s0, ["model.dropout=1"]), /model\.dropout is 1/);
  refused(
    () => applyOverrides(presets.s0, ["training.accumulate=9"]),
    /training\.accumulate is 9: must not exceed training\.batchSize/,
  );
  refused(() => parseConfig([], "c.json"), /c\.json is \[\]: expected an object/);
  refused(() => parseConfig({ model: null }, "c.json"), /c\.json: model is null/);
});

test("keys that JavaScript objects inherit are unknown keys too", () => {
  refused(() => parseConfig(JSON.parse('{"__proto__": {"model": 1}}'), "c.json"), /unknown key "__proto__"/);
  refused(() => applyOverrides(presets.s0, ["constructor.prototype=1"]), /unknown key "constructor"/);
  const rates = JSON.parse('{"training": {"rates": {"__proto__": 0.1}}}');
  refused(() => parseConfig(rates, "c.json"), /^c\.json: unknown key "training\.rates\.__proto__"$/);
  refused(
    () => applyOverrides(presets.s0, ["training.rates.__proto__=0.1"]),
    /unknown key "training\.rates\.__proto__"$/,
  );
});

test("a number too large for JavaScript is shown as it was read", () => {
  refused(
    () => applyOverrides(presets.s0, ["training.learningRate=1e309"]),
    /training\.learningRate is Infinity: .*expected number/,
  );
});

test("a rate is set by its parameters' place, dots and all", () => {
  const settings = ["training.rates.encoder.bert=2e-5", "training.rates.head=0.01"];
  const { rates } = applyOverrides(presets.s0, settings).training;
  assert.deepEqual({ ...rates }, { "encoder.bert": 2e-5, head: 0.01 });
  refused(() => applyOverrides(presets.s0, ["training.rates.head=fast"]), /head.* is "fast"/);
});
