import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { ModelConfig } from "../../src/config/model-config";
import { paperLoss } from "../../src/config/training-config";
import { matchingLoss } from "../../src/criterion/loss";
import { Random } from "../../src/engine/random";
import { forEachEngine } from "../support/engines";
import {
  ablations,
  assertProposals,
  indexed,
  makeNetwork,
  makeSentence,
  makeTargets,
  smallModel,
  toBatch,
} from "../support/model";
import { assertNear } from "../support/numbers";
import { pickedProbabilities } from "../support/prediction";
import { assignByTrying, detect, lossOf, matchingCost } from "../support/reference";
import { encode } from "../support/reference-encoder";
import { Weights } from "../support/reference-math";

const tolerance = 2e-5;

/** Compares the whole model, from tokens to loss, with the reference on sentences of these lengths. */
function check(change: Partial<ModelConfig>, lengths: readonly number[], seed: number): void {
  const config = { ...smallModel, ...change };
  const network = makeNetwork(config, seed);
  const weights = Weights.of(network.parameters);
  const random = new Random(seed);
  for (const length of lengths) {
    const sentence = makeSentence(random, length);
    const expected = detect(weights, config, encode(weights.at("encoder"), config, indexed(sentence)));
    const targets = makeTargets(random, length, 3);
    const cost = sentence.tokens.map((_, i) =>
      targets.map((target) => matchingCost(expected.prediction, i, target)),
    );
    const noneCost = sentence.tokens.map((_, i) => matchingCost(expected.prediction, i, undefined));
    const assignment = assignByTrying(cost, noneCost, targets.length);
    tf.tidy(() => {
      const pass = network.forward(toBatch(sentence));
      assertProposals(pass.proposed.proposals, expected.proposed, tolerance, "proposer");
      assert.equal(pass.refined.length, config.layers);
      pass.refined.forEach(({ proposals }, l) => {
        assertProposals(proposals, expected.layers[l].proposals, tolerance, `layer ${l}`);
      });
      const { logClass, spans } = pass.prediction;
      assertNear(tf.exp(logClass), expected.prediction.classes, tolerance, "classes");
      assertNear(pickedProbabilities(spans), expected.prediction.spans, tolerance, "spans");
      const matched = matchingLoss(pass.prediction, [targets], [length], paperLoss);
      assert.deepEqual([...matched.assignments[0]], assignment);
      // The loss is a sum of up to a dozen logarithms, each of magnitude 10 to 100.
      const loss = lossOf(expected.prediction, targets, assignment);
      assertNear(matched.loss, loss, 1e-5 * Math.max(1, loss), "loss");
    });
  }
  network.parameters.dispose();
}

forEachEngine((engine) => {
  for (const [name, change] of Object.entries(ablations)) {
    it(`matches the paper's model from tokens to loss: ${name}`, () => check(change, [1, 4], 1));
  }

  if (engine !== "wasm") return;
  for (const kernels of [[], [2], [2, 3], [3, 4]]) {
    it(`matches the paper's model with kernels [${kernels}]`, () => check({ kernels }, [1, 2, 3, 6], 2));
  }

  for (const heads of [1, 4]) {
    it(`matches the paper's model with ${heads} heads and three layers`, () =>
      check({ heads, layers: 3 }, [5], 3));
  }

  it("matches the paper's model without characters or POS", () => {
    check({ embedding: { characters: 0, words: 5, pos: 0 } }, [3], 4);
  });
});
