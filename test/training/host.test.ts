import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { hosted, type TrainingHost, trainingHostKey } from "../../src/training/host";

const { signal } = new AbortController();
const begun = (): void => undefined;
const host: TrainingHost = { signal, observe: () => ({ onBegin: begun, onEnd: begun }) };

function install(): void {
  Object.defineProperty(globalThis, trainingHostKey, { value: host, configurable: true });
}
afterEach(() => Reflect.deleteProperty(globalThis, trainingHostKey));

test("without a host options stay as they are", () => {
  const options = { directory: "runs/x", onBegin: begun };
  assert.equal(hosted(options), options);
});

test("a host watches a run that nobody else watches, and lends its signal", () => {
  install();
  const ended = (): void => undefined;
  assert.deepEqual(hosted({ onEnd: ended }), { signal, onBegin: begun, onEnd: ended });
});

test("who watches a run, or has a signal of their own, keeps both", () => {
  install();
  const onStep = (): void => undefined;
  assert.deepEqual(hosted({ onStep }), { onStep, signal });
  const own = new AbortController().signal;
  assert.equal(hosted({ signal: own }).signal, own);
});
