import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { startBackend } from "../../../src/engine/backends";
import { hasKernel } from "../../../src/engine/ops/fused";
import { gelu } from "../../../src/engine/ops/gelu";
import { Random } from "../../../src/engine/random";
import { forEachEngine } from "../../support/engines";
import { checkFused } from "../../support/fused";
import { checkOperation, randomInput } from "../../support/operations";
import { gelu as referenceGelu } from "../../support/reference-math";

forEachEngine(() => {
  it("computes x times the normal distribution function", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 3 }), fc.nat(), (shape, seed) => {
        checkOperation([randomInput(new Random(seed), ...shape)], gelu, (x) => x.map(referenceGelu));
      }),
      { numRuns: 30 },
    );
  });
});

it("gelu on wasm is fused, and equals the composed version at any size", async () => {
  await startBackend("wasm");
  assert.ok(hasKernel("Gelu"));
  for (const size of [1, 2, 3, 4, 5, 7, 17, 101]) {
    const input = randomInput(new Random(size), size);
    checkFused([{ ...input, values: input.values.map((x) => 3 * x) }], gelu, 2e-6);
  }
});
