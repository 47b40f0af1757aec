import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { Random } from "../../src/engine/random";
import { Proposer } from "../../src/model/proposer";
import { noDropout, Parameters, Scope } from "../../src/nn/parameters";
import { forEachEngine } from "../support/engines";
import { smallModel } from "../support/model";
import { assertNear, randomRows, scramble, toTensor2d } from "../support/numbers";
import { Weights } from "../support/reference-math";
import { propose, pyramid } from "../support/reference-proposer";

const width = smallModel.hidden;
const pyramids = [[], [2], [2, 2], [2, 3], [3, 4]];
const lengths = [1, 2, 3, 5, 7];

forEachEngine((engine) => {
  for (const kernels of engine === "wasm" ? pyramids : [[2, 3]]) {
    for (const backward of [true, false]) {
      it(`builds the pyramid of kernels [${kernels}] ${backward ? "with" : "without"} backward blocks and the proposals as in Eq. 5–10`, () => {
        const config = { ...smallModel, kernels, backward };
        const random = new Random(kernels.length);
        const parameters = new Parameters(random);
        const proposer = new Proposer(new Scope(parameters), config, 4);
        scramble(parameters, random);
        const weights = Weights.of(parameters);
        for (const length of lengths) {
          const hidden = randomRows(random, length, width);
          const expected = propose(weights, config, hidden);
          const levels = pyramid(weights.at("pyramid"), config, hidden);
          tf.tidy(() => {
            const actual = proposer.forward(toTensor2d(hidden), [length], noDropout);
            assert.equal(actual.levels.length, levels.length);
            actual.levels.forEach(({ features, span, lengths: [places] }, l) => {
              assert.deepEqual(features.shape, [places, width]);
              assert.equal(places, length - span + 1);
              assertNear(features, levels[l], 1e-5, `level ${l} of ${length} tokens`);
            });
            const { queries, locations, logits } = actual.proposals;
            assertNear(queries, expected.queries, 1e-5, `queries of ${length} tokens`);
            assertNear(locations, expected.locations, 1e-5, `locations of ${length} tokens`);
            assertNear(logits, expected.logits, 1e-5, `logits of ${length} tokens`);
          });
        }
        parameters.dispose();
      });
    }
  }

  it("keeps a location between the first start and the last end of the features that cover its token", () => {
    const random = new Random(3);
    const parameters = new Parameters(random);
    const proposer = new Proposer(new Scope(parameters), { ...smallModel, kernels: [3] }, 4);
    scramble(parameters, random, 2);
    tf.tidy(() => {
      const hidden = toTensor2d(randomRows(random, 6, width));
      const values = proposer.forward(hidden, [6], noDropout).proposals.locations.dataSync();
      for (let token = 0; token < 6; token++) {
        const [start, end] = values.slice(2 * token, 2 * token + 2);
        const within = (value: number, low: number, high: number) =>
          assert.ok(value >= low - 1e-5 && value <= high + 1e-5, `${value} is not in ${low} … ${high}`);
        within(start, Math.max(0, token - 2), token);
        within(end, token, Math.min(5, token + 2));
      }
    });
    parameters.dispose();
  });
});
