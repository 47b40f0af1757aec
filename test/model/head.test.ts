import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { Random } from "../../src/engine/random";
import { Head } from "../../src/model/head";
import { Parameters, Scope } from "../../src/nn/parameters";
import { forEachEngine } from "../support/engines";
import { assertNear, randomRows, scramble, toTensor2d } from "../support/numbers";
import { pickedProbabilities } from "../support/prediction";
import { predict } from "../support/reference";
import { Weights } from "../support/reference-math";

const [width, classes, tolerance] = [8, 4, 2e-5];

forEachEngine(() => {
  it("computes classes and spans as in Eq. 21–22", () => {
    const random = new Random(8);
    const parameters = new Parameters(random);
    const head = new Head(new Scope(parameters), width, classes, "shared");
    scramble(parameters, random);
    for (const length of [1, 2, 4, 7]) {
      const hidden = randomRows(random, length, width);
      const proposals = {
        queries: randomRows(random, length, width),
        locations: randomRows(random, length, 2).map((row, i) => row.map((value) => Math.fround(i + value))),
        logits: randomRows(random, length, classes),
      };
      const expected = predict(Weights.of(parameters), proposals, hidden);
      tf.tidy(() => {
        const { logClass, spans } = head.forward(
          {
            queries: toTensor2d(proposals.queries),
            locations: toTensor2d(proposals.locations),
            logits: toTensor2d(proposals.logits),
          },
          toTensor2d(hidden),
          [length],
        );
        assertNear(tf.exp(logClass), expected.classes, tolerance, "classes");
        assertNear(pickedProbabilities(spans), expected.spans, tolerance, "spans");
        assertNear(
          spans.center,
          expected.gaussians.map(({ center }) => center),
          tolerance,
          "centers",
        );
      });
    }
    parameters.dispose();
  });
});
