import assert from "node:assert/strict";
import { it } from "node:test";
import { startBackend } from "../../../src/engine/backends";
import { hasKernel } from "../../../src/engine/ops/fused";
import { gate } from "../../../src/engine/ops/gate";
import { Random } from "../../../src/engine/random";
import { forEachEngine } from "../../support/engines";
import { checkFused } from "../../support/fused";
import { checkOperation, randomInput } from "../../support/operations";

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

forEachEngine(() => {
  it("computes Eq. 18", () => {
    for (const [shape, size] of [
      [[2, 3], 5],
      [[1], 1],
      [[], 4],
    ] as const) {
      const random = new Random(size);
      const inputs = [3 * size, 3 * size, size].map((width) => randomInput(random, ...shape, width));
      checkOperation(inputs, gate, (input, hidden, state) =>
        state.map((h, i) => {
          const [row, column] = [Math.floor(i / size), i % size];
          const [x, a] = [input, hidden].map((values) =>
            [0, 1, 2].map((part) => values[(row * 3 + part) * size + column]),
          );
          const [r, z] = [sigmoid(x[0] + a[0]), sigmoid(x[1] + a[1])];
          return (1 - z) * Math.tanh(x[2] + r * a[2]) + z * h;
        }),
      );
    }
  });
});

it("gate on wasm is fused, and equals the composed version at any size", async () => {
  await startBackend("wasm");
  assert.ok(hasKernel("Gate"));
  for (const size of [1, 2, 3, 4, 7, 64, 101]) {
    const random = new Random(size);
    const inputs = [3 * size, 3 * size, size].map((width) => randomInput(random, 5, width));
    checkFused(inputs, gate, 2e-6);
  }
});
