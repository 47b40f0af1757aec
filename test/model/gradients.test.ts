import assert from "node:assert/strict";
import { it } from "node:test";
import type { ModelConfig } from "../../src/config/model-config";
import { paperLoss } from "../../src/config/training-config";
import { matchingLoss } from "../../src/criterion/loss";
import { scoped, valueAndGradients } from "../../src/engine";
import { Random } from "../../src/engine/random";
import { forEachEngine } from "../support/engines";
import {
  ablations,
  indexed,
  makeNetwork,
  makeSentence,
  makeTargets,
  smallBert,
  smallModel,
  toBatch,
} from "../support/model";
import { detect, lossOf } from "../support/reference";
import { encode } from "../support/reference-encoder";
import { add, dot, scaled, sum, times, Weights } from "../support/reference-math";

/**
 * Compares the gradient of every parameter, along a random direction, with finite differences of the reference's loss. The
 * reference uses double precision: steps of 1e-5 give the slope to about 1e-8, far below the rounding error of the gradient.
 * The assignment stays fixed, because the loss is differentiated with a fixed assignment.
 */
function check(change: Partial<ModelConfig>, length: number, seed: number): void {
  const config = { ...smallModel, ...change };
  const network = makeNetwork(config, seed);
  const { parameters } = network;
  const random = new Random(seed);
  const sentence = makeSentence(random, length);
  const targets = makeTargets(random, length, 3);
  const step = 1e-5;

  let assignment: ArrayLike<number> = [];
  const gradients = scoped(() => {
    const loss = () => {
      const { prediction } = network.forward(toBatch(sentence));
      const matched = matchingLoss(prediction, [targets], [length], paperLoss);
      [assignment] = matched.assignments;
      return matched.loss;
    };
    return valueAndGradients(loss, parameters.all).gradients.map((gradient) => [...gradient.dataSync()]);
  });
  const weights = Weights.of(parameters);
  const encoded = (by: Weights) => encode(by.at("encoder"), config, indexed(sentence));
  const hidden = encoded(weights);
  const lossAt = (moved: Weights, name: string) => {
    const input = name.startsWith("encoder.") ? encoded(moved) : hidden;
    return lossOf(detect(moved, config, input).prediction, targets, assignment);
  };

  const largest = Math.max(...gradients.flat().map(Math.abs));
  parameters.names.forEach((name, p) => {
    const direction = gradients[p].map(() => random.normal());
    const values = weights.vector(name);
    const along = (by: number) => lossAt(weights.with(name, add(values, scaled(direction, by))), name);
    const slope = (along(step) - along(-step)) / (2 * step);
    const products = times(gradients[p], direction);
    // The rounding error is relative to the terms of the sum, which may cancel to a gradient of zero.
    const tolerance = 1e-4 * sum(products.map(Math.abs)) + 2e-6 * largest;
    const difference = Math.abs(dot(gradients[p], direction) - slope);
    assert.ok(difference <= tolerance, `${name}: ${sum(products)} along a direction of slope ${slope}`);
  });
  parameters.dispose();
}

forEachEngine((engine) => {
  for (const [name, change] of engine === "wasm" ? Object.entries(ablations) : [["full", {}] as const]) {
    it(`matches the slope of the paper's loss in every parameter: ${name}`, () => check(change, 3, 6));
  }

  it("matches it with BERT", () => check({ bert: smallBert, layers: 1, kernels: [2] }, 3, 11));

  if (engine !== "wasm") return;
  it("matches it with long kernels, one level, one token and as many heads as columns", () => {
    check({ kernels: [3, 4], layers: 1 }, 6, 7);
    check({ kernels: [] }, 3, 8);
    check({ layers: 1 }, 1, 9);
    check({ heads: 8, layers: 1 }, 3, 10);
  });
});
