import assert from "node:assert/strict";
import { before, test } from "node:test";
import { BertEncoder } from "../../src/bert";
import { EntityDetector } from "../../src/detector/entity-detector";
import { parameterTensors } from "../../src/detector/storage";
import { Random, startEngine } from "../../src/engine";
import { ones, Parameters, Scope } from "../../src/nn/parameters";
import { parseConfig } from "../../src/training";
import { cosineSchedule, linearSchedule, rateFactors } from "../../src/training/learning-rates";
import { vocabulariesOf } from "../../src/training/lexicon";
import { AdamW } from "../../src/training/optimizer";
import { TrainingStep } from "../../src/training/step";
import { tinyCorpus } from "../support/corpus";
import { inputError } from "../support/folders";
import { smallBert } from "../support/model";

before(() => startEngine());

const corpus = tinyCorpus(1, 12, 2, 0);
const config = parseConfig(
  {
    model: {
      embedding: { characters: 0, words: 4, pos: 0 },
      bert: { layers: 3, hidden: 8, heads: 2, intermediate: 6, dropout: 0.1 },
      hidden: 16,
      kernels: [2],
      layers: 1,
      heads: 2,
    },
    training: { learningRate: 1e-3, minimumWordCount: 1 },
  },
  "test",
);

test("the longest matching path decides a rate, and each BERT layer has its share of the rate above it", () => {
  const parameters = new Parameters(new Random(1));
  const scope = new Scope(parameters);
  new BertEncoder(scope.at("encoder").at("bert"), { ...smallBert, layers: 3 }, 5);
  for (const name of ["encoder", "head"]) scope.at(name).make("weight", [1], ones);
  const factors = (rates: Record<string, number>, layerDecay = 1) =>
    rateFactors(parameters, { rates, layerDecay, learningRate: 1e-3 }, { layers: 3 });
  const near = (actual: number, expected: number) => assert.ok(Math.abs(actual / expected - 1) < 1e-12);

  const plain = factors({});
  assert.ok(parameters.names.every((name) => plain(name) === 1));
  const some = factors({ encoder: 5e-4, "encoder.bert": 2e-5, "encoder.bert.layers.1-2": 4e-5 });
  near(some("head.weight"), 1);
  near(some("encoder.weight"), 0.5);
  near(some("encoder.bert.embedding.pieces.weight"), 0.02);
  near(some("encoder.bert.layers.0.inner.bias"), 0.02);
  near(some("encoder.bert.layers.2.inner.bias"), 0.04);
  const decayed = factors({ "encoder.bert": 2e-5 }, 0.5);
  near(decayed("head.weight"), 1);
  for (const [layer, share] of [0.25, 0.5, 1].entries()) {
    near(decayed(`encoder.bert.layers.${layer}.norm.weight`), 0.02 * share);
  }
  near(decayed("encoder.bert.embedding.norm.bias"), 0.02 * 0.125);
  assert.throws(
    () => factors({ "encoder.brt": 1 }),
    inputError(/training\.rates: the model has no parameter "encoder\.brt"; did you mean "encoder\.bert"/),
  );
  parameters.dispose();
});

/** All parameters before and after two steps of a run with these settings. */
function stepped(training: object): { before: Map<string, string>; after: Map<string, string> } {
  const { model, training: all } = parseConfig({ training }, "test", config);
  const random = new Random(3);
  const sentences = corpus.splits.train.slice(0, 4);
  const vocabularies = vocabulariesOf({ ...config, model, training: all }, corpus.splits.train);
  const detector = new EntityDetector({ model, types: corpus.types, vocabularies }, random);
  const { parameters } = detector.network;
  const values = () =>
    new Map([...parameterTensors(parameters)].map(([name, tensor]) => [name, tensor.values.join()]));
  const before = values();
  parameters.freeze(all.freeze, "training.freeze");
  const factors = rateFactors(parameters, all, model.bert);
  const optimizer = new AdamW(parameters, all.weightDecay, "all", factors);
  const step = new TrainingStep(detector, optimizer, { ...config, model, training: all }, random);
  for (let count = 0; count < 2; count++) step.run(sentences, all.learningRate);
  const after = values();
  optimizer.dispose();
  detector.dispose();
  return { before, after };
}

test("layers frozen by number keep every bit, and all others move", () => {
  const { before, after } = stepped({ freeze: ["encoder.bert.layers.0-1", "encoder.bert.embedding"] });
  for (const [name, values] of after) {
    const frozen = /^encoder\.bert\.(layers\.[01]|embedding)\./.test(name);
    assert.equal(values === before.get(name), frozen, name);
  }
});

test("a part of the model moves at its rate", () => {
  const rates = { "encoder.bert": 1e-30 };
  const { before, after } = stepped({ rates });
  for (const [name, values] of after) {
    // Such a small step is lost to rounding, unless the value is 0.
    const still = name.startsWith("encoder.bert.") && !/bias$/.test(name);
    if (!/^encoder\.bert\..*bias$/.test(name)) assert.equal(values === before.get(name), still, name);
  }
});

test("a config accepts valid rates only", () => {
  const { training } = parseConfig(
    { training: { rates: { "encoder.bert": 2e-5 }, layerDecay: 0.9 } },
    "test",
  );
  assert.deepEqual([training.rates, training.layerDecay], [{ "encoder.bert": 2e-5 }, 0.9]);
  for (const [change, pattern] of [
    [{ rates: { "encoder.bert": 0 } }, /training\.rates\.encoder\.bert is 0/],
    [{ rates: { "encoder.bert": "2e-5" } }, /training\.rates\.encoder\.bert is "2e-5"/],
    [{ layerDecay: 1.1 }, /training\.layerDecay is 1\.1/],
    [{ rates: [] }, /training\.rates is \[\]/],
  ] as const) {
    assert.throws(() => parseConfig({ training: change }, "test"), inputError(pattern));
  }
});

test("the cosine schedule rises from near 0 to 1 over the warm-up and falls to 0", () => {
  const schedule = cosineSchedule(100, 0.1);
  assert.ok(schedule(0) > 0 && schedule(0) < 0.11);
  assert.equal(schedule(10), 1);
  assert.ok(Math.abs(schedule(55) - 0.5) < 1e-12);
  assert.ok(schedule(99) < 0.001 && schedule(99) > 0);
  assert.equal(schedule(200), 0);
  for (let step = 1; step < 10; step++) assert.ok(schedule(step) > schedule(step - 1));
  for (let step = 11; step < 100; step++) assert.ok(schedule(step) < schedule(step - 1));
  assert.equal(cosineSchedule(10, 0)(0), 1);
});

test("the linear schedule rises from 0 and falls to 0; the warm-up may end between two steps", () => {
  const schedule = linearSchedule(25, 0.1);
  const expected = [0, 1 / 2.5, 2 / 2.5, 22 / 22.5, 21 / 22.5];
  for (const [step, factor] of expected.entries()) assert.equal(schedule(step), factor);
  assert.equal(schedule(25), 0);
  assert.equal(schedule(26), 0);
  assert.equal(linearSchedule(4, 0)(0), 1, "no warm-up");
});
