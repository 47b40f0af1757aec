import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { startBackend } from "../../src/engine/backends";
import { examineEngines } from "../../src/engine/examine";

it("says of every engine whether it runs here, with a reason, and a remedy where it does not", async () => {
  await startBackend("cpu");
  const examined = await examineEngines();
  assert.deepEqual(
    examined.map(({ name }) => name),
    ["tensorflow", "blas", "wasm", "cpu"],
  );
  for (const { available, reason, remedy } of examined) {
    assert.match(reason, /\S/);
    assert.equal(remedy === "", available);
  }
  assert.deepEqual(
    examined.slice(2).map(({ available }) => available),
    [true, true],
  );
  assert.equal(tf.getBackend(), "cpu");
});
