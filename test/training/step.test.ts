import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { InputError } from "../../src/base/errors";
import { buildVocabularies } from "../../src/corpus";
import { Random } from "../../src/engine";
import { EntityDetector } from "../../src/model/entity-detector";
import { type Config, parseConfig } from "../../src/training";
import { AdamW } from "../../src/training/optimizer";
import { TrainingStep } from "../../src/training/step";
import { tinyCorpus } from "../support/corpus";
import { forEachEngine } from "../support/engines";
import { assertClose } from "../support/operations";

const corpus = tinyCorpus(1);
const sentences = corpus.splits.train.slice(0, 7);

const model = {
  embedding: { characters: 4, words: 8, pos: 2 },
  hidden: 16,
  kernels: [2],
  layers: 2,
  heads: 2,
  dropout: 0,
};

const configOf = (training: object): Config => parseConfig({ model, training }, "test");

/** A model, stepped once on the sentences. */
function stepped(training: object, steps = 1): { values: Map<string, Float32Array>; results: object[] } {
  const config = configOf(training);
  const random = new Random(5);
  const vocabularies = buildVocabularies(corpus.splits.train, { minimumWordCount: 1 });
  const detector = new EntityDetector({ model: config.model, types: corpus.types, vocabularies }, random);
  const { parameters } = detector.detector;
  parameters.freeze(config.training.freeze, "training.freeze");
  const optimizer = new AdamW(parameters, config.training.weightDecay, config.training.decay);
  const step = new TrainingStep(detector, optimizer, config, random);
  const results = Array.from({ length: steps }, () => step.run(sentences, 0.01));
  const values = new Map(parameters.names.map((name) => [name, parameters.get(name).dataSync().slice()]));
  optimizer.dispose();
  detector.dispose();
  return { values: values as Map<string, Float32Array>, results };
}

forEachEngine(() => {
  test("micro-batches of unequal size make the step of the whole batch", () => {
    const whole = stepped({});
    for (const accumulate of [2, 3, 7]) {
      const { results } = stepped({ accumulate });
      // Adam's first step is the gradient's sign alone, so the gradients are compared by their norm and the second step
      assertClose(
        Object.values(results[0]),
        Object.values(whole.results[0]),
        1e-5,
        `${accumulate}: loss and norm`,
      );
    }
  });

  test("frozen parameters stay as they are to the last bit, and the others move", () => {
    const start = stepped({}, 0).values;
    const { values } = stepped({ freeze: ["encoder.words", "regressor.0"], decay: "all" }, 2);
    for (const [name, value] of values) {
      const frozen = /^(encoder\.words|regressor\.0)\./.test(name);
      assert.equal(value.join() === start.get(name)?.join(), frozen, name);
    }
  });
});
