import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { ModelConfig } from "../../src/config/model-config";
import { attentionMaps } from "../../src/detector/trace";
import { Random } from "../../src/engine/random";
import { precision, type Refinement, RegressorLayer } from "../../src/model/regressor";
import { noDropout, Parameters, Scope } from "../../src/nn/parameters";
import { forEachEngine } from "../support/engines";
import { ablations, assertProposals, smallModel } from "../support/model";
import { assertNear, randomRows, scramble, toTensor2d } from "../support/numbers";
import { assertClose } from "../support/operations";
import { Weights } from "../support/reference-math";
import { type ReferenceLayer, refine } from "../support/reference-regressor";

const classes = 4;
const tolerance = 2e-5;

function compare({ proposals, attention }: Refinement, expected: ReferenceLayer): void {
  const gaussians = expected.gaussians.flat();
  assertProposals(proposals, expected.proposals, tolerance, "proposals");
  const { content, logPrior, gaussian } = attentionMaps(attention);
  assertNear(content, expected.content, tolerance, "content");
  assertNear(attention.weights, expected.weights, tolerance, "weights");
  assertNear(tf.transpose(attention.headWeights, [0, 2, 1]), expected.headWeights, tolerance, "head weights");
  assertNear(
    gaussian.center,
    gaussians.map(({ center }) => center),
    tolerance,
    "centers",
  );
  assertNear(
    precision(gaussian.factor),
    gaussians.map((expectedGaussian) => expectedGaussian.precision),
    tolerance,
    "precisions",
  );
  // Squared distances reach some hundreds, and single precision has seven significant digits.
  if (logPrior) assertClose(logPrior.dataSync(), expected.logPrior.flat(2), 1e-5, "log prior");
}

function check(change: Partial<ModelConfig>, lengths: readonly number[]): void {
  const config = { ...smallModel, ...change };
  const random = new Random(config.heads);
  const parameters = new Parameters(random);
  const layer = new RegressorLayer(new Scope(parameters), config, classes, 0);
  scramble(parameters, random);
  for (const length of lengths) {
    const before = {
      queries: randomRows(random, length, config.hidden),
      locations: randomRows(random, length, 2).map((row, i) => row.map((value) => Math.fround(i + value))),
      logits: randomRows(random, length, classes),
    };
    tf.tidy(() => {
      const input = {
        queries: toTensor2d(before.queries),
        locations: toTensor2d(before.locations),
        logits: toTensor2d(before.logits),
      };
      compare(layer.forward(input, [length], noDropout), refine(Weights.of(parameters), config, before));
    });
  }
  parameters.dispose();
}

forEachEngine((engine) => {
  for (const [name, change] of Object.entries(ablations)) {
    it(`refines proposals as in Eq. 11–20: ${name}`, () => check(change, [1, 2, 5]));
  }

  for (const heads of engine === "wasm" ? [1, 4, 8] : [4]) {
    it(`refines proposals with ${heads} heads`, () => check({ heads }, [4]));
  }
});
