import assert from "node:assert/strict";
import { before, it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { type ModelConfig, releasedModel } from "../../src/config/model-config";
import { paperLoss } from "../../src/config/training-config";
import { type LossResult, matchingLoss, type Target } from "../../src/criterion/loss";
import { offsetsOf, scoped, valueAndGradients } from "../../src/engine";
import { startBackend } from "../../src/engine/backends";
import { Random } from "../../src/engine/random";
import { decode } from "../../src/model/head";
import type { Network, Pass } from "../../src/model/network";
import { noDropout } from "../../src/nn/parameters";
import {
  makeNetwork,
  makeSentence,
  makeTargets,
  smallBert,
  smallModel,
  type Tokens,
  toBatch,
} from "../support/model";
import { assertNear } from "../support/numbers";
import { pickedProbabilities } from "../support/prediction";

before(() => startBackend("wasm"));

const configs: Readonly<Record<string, ModelConfig>> = {
  "the full model": smallModel,
  "one level": { ...smallModel, kernels: [] },
  "long kernels": { ...smallModel, kernels: [4, 3], layers: 1 },
  "the released code's choices without its leak": {
    ...smallModel,
    ...releasedModel,
    paddingLeak: false,
  },
  "BERT with context": { ...smallModel, bert: smallBert, layers: 1 },
  "no backward blocks, feed-forward update": { ...smallModel, backward: false, update: "feedForward" },
};

/** A sentence with its gold entities. */
interface Example {
  readonly sentence: Tokens;
  readonly targets: readonly Target[];
}

/** Sentences of 1 … 6 tokens with up to 8 gold entities each, in any order. */
const batches = fc
  .tuple(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }), fc.nat())
  .map(([lengths, seed]): Example[] => {
    const random = new Random(seed);
    return lengths.map((length) => ({
      sentence: makeSentence(random, length),
      targets: makeTargets(random, length, random.below(9)),
    }));
  });

const run = (network: Network, batch: readonly Example[]): Pass =>
  network.forward(toBatch(...batch.map(({ sentence }) => sentence)));

const loss = ({ prediction }: Pass, batch: readonly Example[]): LossResult =>
  matchingLoss(
    prediction,
    batch.map(({ targets }) => targets),
    batch.map(({ sentence }) => sentence.tokens.length),
    paperLoss,
  );

/** The results of a pass for one sentence: the proposals of each layer, p^c and p^n. */
function numbersOf({ proposed, refined, prediction }: Pass, sentence: number): number[] {
  const { logClass, spans } = prediction;
  const { lengths } = spans;
  const length = lengths[sentence];
  const first = offsetsOf(lengths)[sentence];
  const states = [proposed.proposals, ...refined.map(({ proposals }) => proposals)];
  const perToken = states.flatMap(({ queries, locations, logits }) => [queries, locations, logits]);
  const cubes = offsetsOf(lengths.map((tokens) => tokens ** 3));
  return [
    ...[...perToken, tf.exp(logClass)].flatMap((part) => [
      ...tf.slice(part, [first, 0], [length, -1]).dataSync(),
    ]),
    ...pickedProbabilities(spans).subarray(cubes[sentence], cubes[sentence + 1]),
  ];
}

function property(check: (network: Network, batch: readonly Example[]) => void, numRuns: number): void {
  for (const [name, config] of Object.entries(configs)) {
    const network = makeNetwork(config, 5);
    try {
      fc.assert(
        fc.property(batches, (batch) => scoped(() => check(network, batch))),
        { numRuns },
      );
    } catch (error) {
      throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
    } finally {
      network.parameters.dispose();
    }
  }
}

it("gives bit-identical results for a sentence in any batch", () => {
  property((network, batch) => {
    const together = run(network, batch);
    const lengths = batch.map(({ sentence }) => sentence.tokens.length);
    const detections = decode(together.prediction, lengths, true);
    const matched = loss(together, batch);
    let total = 0;
    batch.forEach((example, row) => {
      const alone = run(network, [example]);
      assert.deepEqual(numbersOf(together, row), numbersOf(alone, 0), `row ${row}`);
      const [decoded] = decode(alone.prediction, [lengths[row]], true);
      assert.deepEqual(detections[row], decoded);
      const ownMatch = loss(alone, [example]);
      assert.deepEqual(matched.assignments[row], ownMatch.assignments[0]);
      total += ownMatch.loss.dataSync()[0];
    });
    const mean = total / batch.length;
    assertNear(matched.loss, mean, 1e-5 * Math.max(1, mean), "loss");
  }, 12);
});

it("gives the same loss and assignment for any order of the entities", () => {
  property((network, batch) => {
    const random = new Random(batch.length);
    const pass = run(network, batch);
    const shuffled = batch.map(({ sentence, targets }) => ({ sentence, targets: random.shuffled(targets) }));
    const [first, second] = [loss(pass, batch), loss(pass, shuffled)];
    const entities = ({ assignments }: LossResult, examples: readonly Example[]) =>
      assignments.map((assignment, row) => [...assignment].map((j) => examples[row].targets[j]));
    assert.deepEqual(entities(second, shuffled), entities(first, batch));
    assertNear(second.loss, [...first.loss.dataSync()], 1e-5, "loss");
  }, 12);
});

it("computes the gradient of a batch as the mean of its sentences' gradients, for every parameter", () => {
  property((network, batch) => {
    const variables = network.parameters.all;
    const gradientsOf = (examples: readonly Example[]) =>
      valueAndGradients(() => loss(run(network, examples), examples).loss, variables).gradients.map(
        (gradient) => gradient.dataSync(),
      );
    const together = gradientsOf(batch);
    const alone = batch.map((example) => gradientsOf([example]));
    const means = variables.map((_, p) =>
      Array.from(together[p], (_, i) => alone.reduce((sum, own) => sum + own[p][i], 0) / batch.length),
    );
    const sizes = means.map((mean) => Math.max(...mean.map(Math.abs)));
    // Some gradients are zero except for rounding, for example of a shift that softmax cancels.
    const rounding = 1e-6 * Math.max(...sizes);
    network.parameters.names.forEach((name, p) => {
      assertNear(together[p], means[p], Math.max(1e-4 * sizes[p], rounding), name);
    });
  }, 4);
});

it("reproduces the padding leak of the released code's transposed convolution, if configured", () => {
  const network = makeNetwork({ ...smallModel, ...releasedModel }, 5);
  scoped(() => {
    const random = new Random(1);
    const [short, long] = [3, 6].map((length) => ({ sentence: makeSentence(random, length), targets: [] }));
    const alone = numbersOf(run(network, [short]), 0);
    const together = numbersOf(run(network, [short, long]), 0);
    assert.ok(Math.max(...together.map((value, i) => Math.abs(value - alone[i]))) > 1e-3);
    const batch = toBatch(short.sentence, long.sentence);
    const apart = network.forward(batch, noDropout, { paddingLeak: false });
    assert.deepEqual(numbersOf(apart, 0), alone);
  });
  network.parameters.dispose();
});
