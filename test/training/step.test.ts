import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { StoredTensor } from "../../src/base/safetensors";
import { buildVocabularies } from "../../src/corpus";
import { EntityDetector } from "../../src/detector/entity-detector";
import { parameterTensors } from "../../src/detector/storage";
import { Random } from "../../src/engine";
import { type Config, parseConfig } from "../../src/training";
import { AdamW } from "../../src/training/optimizer";
import { type StepResult, TrainingStep } from "../../src/training/step";
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

interface Stepped {
  readonly results: readonly StepResult[];
  readonly parameters: ReadonlyMap<string, StoredTensor>;
  readonly moments: ReadonlyMap<string, StoredTensor>;
}

function makeStep(config: Config): { detector: EntityDetector; optimizer: AdamW; step: TrainingStep } {
  const random = new Random(5);
  const vocabularies = buildVocabularies(corpus.splits.train, { minimumWordCount: 1 });
  const detector = new EntityDetector({ model: config.model, types: corpus.types, vocabularies }, random);
  const { parameters } = detector.network;
  parameters.freeze(config.training.freeze, "training.freeze");
  const optimizer = new AdamW(parameters, config.training.weightDecay, config.training.decay);
  return { detector, optimizer, step: new TrainingStep(detector, optimizer, config, random) };
}

/** A model after some steps on the same sentences. */
function stepped(training: object, steps: number, loss: object = {}): Stepped {
  const { detector, optimizer, step } = makeStep(parseConfig({ model, loss, training }, "test"));
  const results = Array.from({ length: steps }, () => step.run(sentences, 0.01));
  const { parameters } = detector.network;
  const after = { results, parameters: parameterTensors(parameters), moments: optimizer.tensors() };
  optimizer.dispose();
  detector.dispose();
  return after;
}

forEachEngine(() => {
  for (const reduction of ["sum", "mean"]) {
    test(`micro-batches of unequal size have the loss (${reduction}) and gradients of the whole batch`, () => {
      // without clipping the first moment is a tenth of the gradient
      const unclipped = { maxGradientNorm: 1e9 };
      const whole = stepped({ ...unclipped }, 1, { reduction });
      const largest = Math.max(
        ...[...whole.moments.values()].flatMap(({ values }) => Array.from(values, Math.abs)),
      );
      for (const accumulate of [2, 3, 7]) {
        const parts = stepped({ ...unclipped, accumulate }, 1, { reduction });
        const [one, other] = [parts.results[0], whole.results[0]];
        assertClose([one.loss, one.gradientNorm], [other.loss, other.gradientNorm], 1e-6, "loss and norm");
        for (const [name, { values }] of parts.moments) {
          assertClose(
            values,
            whole.moments.get(name)!.values,
            2e-6 * largest,
            `${accumulate} parts: ${name}`,
          );
        }
      }
    });
  }

  test("between micro-batches only the gradients so far stay in memory", () => {
    const config = parseConfig({ model, training: { accumulate: 3 } }, "test");
    const { detector, optimizer, step } = makeStep(config);
    const { forward, parameters } = detector.network;
    const before = tf.memory().numTensors;
    const calls: [sentences: number, tensors: number][] = [];
    detector.network.forward = (batch, drop) => {
      calls.push([batch.lengths.length, tf.memory().numTensors - before]);
      return forward.call(detector.network, batch, drop);
    };
    step.run(sentences, 0.01);
    const gradients = parameters.names.length;
    assert.deepEqual(calls, [
      [3, 0],
      [3, gradients],
      [1, gradients],
    ]);
    assert.equal(tf.memory().numTensors, before);
    optimizer.dispose();
    detector.dispose();
  });

  test("frozen parameters keep every bit and have no moments, and the others move", () => {
    const freeze = ["encoder.words", "regressor.0"];
    const [before, after] = [0, 2].map((steps) => stepped({ freeze, decay: "all" }, steps));
    for (const [name, { values }] of after.parameters) {
      const frozen = freeze.some((place) => name.startsWith(`${place}.`));
      assert.equal(values.join() === before.parameters.get(name)!.values.join(), frozen, name);
      assert.equal(after.moments.has(`optimizer.first.${name}`), !frozen, name);
    }
    const free = stepped({ decay: "all" }, 1).results[0];
    assert.equal(after.results[0].loss, free.loss);
    assert.ok(after.results[0].gradientNorm < free.gradientNorm);
  });
});
