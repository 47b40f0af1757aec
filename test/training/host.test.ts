import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { type TrainingHost, trainingHostKey, withHost } from "../../src/training/host";

const { signal } = new AbortController();
const begun = (): void => undefined;
const host: TrainingHost = { signal, observe: () => ({ onBegin: begun, onEnd: begun }) };

function install(): void {
  Object.defineProperty(globalThis, trainingHostKey, { value: host, configurable: true });
}
afterEach(() => Reflect.deleteProperty(globalThis, trainingHostKey));

test("without a host the options stay unchanged", () => {
  const options = { directory: "runs/x", onBegin: begun };
  assert.equal(withHost(options), options);
});

test("a host observes a run without an observer, and adds its signal", () => {
  install();
  const ended = (): void => undefined;
  assert.deepEqual(withHost({ onEnd: ended }), { signal, onBegin: begun, onEnd: ended });
});

test("a caller keeps its observer and its signal", () => {
  install();
  const onStep = (): void => undefined;
  assert.deepEqual(withHost({ onStep }), { onStep, signal });
  const other = new AbortController().signal;
  assert.equal(withHost({ signal: other }).signal, other);
});
