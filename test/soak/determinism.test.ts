// `npm run soak -- determinism` with fewer steps.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compareOn } from "./determinism";

test("processes with different numbers of threads train to the same bits", async () => {
  assert.match(
    await compareOn("wasm", 20),
    /^wasm: 4 processes with 1, 2, 4, 1 threads agree .* after 20 steps/,
  );
});

test("two processes with plain JavaScript train to the same bits", async () => {
  assert.match(await compareOn("cpu", 2), /^cpu: 2 processes .* agree to the last bit after 2 steps/);
});
