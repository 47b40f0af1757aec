import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { startBackend } from "../../src/engine/backends";
import { examineEngines } from "../../src/engine/examine";

it("reports for every engine whether it runs here and why, with a remedy if it does not", async () => {
  await startBackend("cpu");
  const examinations = await examineEngines();
  assert.deepEqual(
    examinations.map(({ name }) => name),
    ["tensorflow", "blas", "wasm", "cpu"],
  );
  for (const { available, reason, remedy } of examinations) {
    assert.match(reason, /\S/);
    assert.equal(remedy === "", available);
  }
  assert.deepEqual(
    examinations.slice(2).map(({ available }) => available),
    [true, true],
  );
  assert.equal(tf.getBackend(), "cpu");
});
