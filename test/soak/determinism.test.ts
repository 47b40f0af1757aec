// `npm run soak -- determinism` with fewer steps.
import assert from "node:assert/strict";
import { test } from "node:test";
import { comparedOn } from "./determinism";

test("processes with different numbers of threads train to the same last bit", async () => {
  assert.match(
    await comparedOn("wasm", 20),
    /^wasm: 4 processes with 1, 2, 4, 1 threads agree .* after 20 steps/,
  );
});

test("plain JavaScript, twice", async () => {
  assert.match(await comparedOn("cpu", 2), /^cpu: 2 processes .* agree to the last bit after 2 steps/);
});
