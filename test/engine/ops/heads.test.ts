import assert from "node:assert/strict";
import { it } from "node:test";
import { startBackend } from "../../../src/engine/backends";
import { hasKernel } from "../../../src/engine/ops/fused";
import { moveLocations, softmaxOverHeads, weighHeads } from "../../../src/engine/ops/heads";
import { Random } from "../../../src/engine/random";
import { forEachEngine } from "../../support/engines";
import { checkFused } from "../../support/fused";
import { checkOperation, randomInput } from "../../support/operations";

/** The numbers of the heads for one side (0 is the start) at a row of [rows, heads, 2]. */
const pairsAt = (values: number[], row: number, heads: number, side: number): number[] =>
  Array.from({ length: heads }, (_, head) => values[(row * heads + head) * 2 + side]);

function softmax(values: number[]): number[] {
  const terms = values.map(Math.exp);
  const total = terms.reduce((sum, term) => sum + term, 0);
  return terms.map((term) => term / total);
}

forEachEngine(() => {
  for (const [tokens, heads, width] of [
    [6, 4, 5],
    [1, 1, 2],
    [5, 3, 1],
  ]) {
    const random = new Random(heads);

    it(`computes the weights of ${heads} heads for start and end (Eq. 15)`, () => {
      checkOperation([randomInput(random, tokens, heads, 2)], softmaxOverHeads, (scores) => {
        const out = new Array(scores.length).fill(0);
        for (let row = 0; row < tokens; row++)
          for (const side of [0, 1])
            softmax(pairsAt(scores, row, heads, side)).forEach((weight, head) => {
              out[(row * heads + head) * 2 + side] = weight;
            });
        return out;
      });
    });

    it(`moves locations by the offsets of ${heads} heads (Eq. 16)`, () => {
      const inputs = [
        randomInput(random, tokens, heads, 2),
        randomInput(random, tokens, heads, 6),
        randomInput(random, tokens, 2),
      ];
      checkOperation(inputs, moveLocations, (weights, gaussians, locations) =>
        locations.map((location, i) => {
          const [row, side] = [i >> 1, i & 1];
          return pairsAt(weights, row, heads, side).reduce(
            (sum, weight, head) => sum + weight * gaussians[(row * heads + head) * 6 + side],
            location,
          );
        }),
      );
    });

    it(`scales the outputs of ${heads} heads by the mean of their two weights`, () => {
      const inputs = [randomInput(random, tokens, heads * width), randomInput(random, tokens, heads, 2)];
      checkOperation(inputs, weighHeads, (output, weights) =>
        output.map((value, i) => {
          const head = Math.floor(i / width);
          return (value * (weights[2 * head] + weights[2 * head + 1])) / 2;
        }),
      );
    });
  }
});

it("combining heads on wasm is fused, and equals the composed versions at any size", async () => {
  await startBackend("wasm");
  for (const name of ["SoftmaxOverHeads", "MoveLocations", "WeighHeads"]) assert.ok(hasKernel(name), name);
  for (const [tokens, heads, width] of [
    [1, 1, 1],
    [14, 3, 5],
    [27, 8, 16],
    [4, 13, 3],
  ]) {
    const random = new Random(width);
    const pairs = () => randomInput(random, tokens, heads, 2);
    checkFused([pairs()], softmaxOverHeads, 2e-6);
    const gaussians = randomInput(random, tokens, heads, 6);
    const locations = randomInput(random, tokens, 2);
    checkFused([pairs(), gaussians, locations], moveLocations, 2e-6);
    const output = randomInput(random, tokens, heads * width);
    checkFused([output, pairs()], weighHeads, 5e-6);
  }
});
