import assert from "node:assert/strict";
import { before, it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { InputError, PnrError } from "../../src/base/errors";
import { startBackend } from "../../src/engine/backends";
import { Random } from "../../src/engine/random";
import {
  type Initializer,
  matchesPath,
  noDropout,
  normal,
  ones,
  Parameters,
  readTensor,
  Scope,
  uniformOver,
  zeros,
} from "../../src/nn/parameters";

before(() => startBackend("wasm"));

/** Parameters at the top level and in a nested module. */
function store(seed: number): Parameters {
  const parameters = new Parameters(new Random(seed));
  const scope = new Scope(parameters);
  scope.make("top", [2], normal);
  scope.at("layers").at(0).make("weight", [2, 3], uniformOver(4));
  scope.at("layers").at(0).make("bias", [3], zeros);
  return parameters;
}

const valuesOf = (parameters: Parameters): number[][] =>
  parameters.all.map((variable) => [...variable.dataSync()]);

it("lists parameters by dotted name in the order of their creation", () => {
  const parameters = store(1);
  assert.deepEqual(parameters.names, ["top", "layers.0.weight", "layers.0.bias"]);
  assert.deepEqual(
    parameters.all.map(({ shape }) => shape),
    [[2], [2, 3], [3]],
  );
  assert.deepEqual([parameters.size, parameters.trainedSize], [11, 11]);
  parameters.freeze(["layers"], "test");
  assert.deepEqual([parameters.size, parameters.trainedSize], [11, 2]);
  assert.equal(parameters.get("layers.0.weight"), parameters.all[1]);
  parameters.dispose();
});

it("draws the same initial values from the same seed, different ones from another seed", () => {
  const [first, again, other] = [store(1), store(1), store(2)];
  assert.deepEqual(valuesOf(again), valuesOf(first));
  assert.notDeepEqual(valuesOf(other), valuesOf(first));
  for (const parameters of [first, again, other]) parameters.dispose();
});

it("initializes all values to 0 without a random generator", () => {
  const parameters = new Parameters();
  new Scope(parameters).make("weight", [3], normal);
  assert.deepEqual(valuesOf(parameters), [[0, 0, 0]]);
  parameters.dispose();
});

it("draws initial values from the named distribution", () => {
  const random = new Random(3);
  const draw = (initial: Initializer) => Array.from({ length: 4000 }, () => initial(random));
  const uniform = draw(uniformOver(16));
  assert.ok(uniform.every((value) => Math.abs(value) <= 0.25));
  assert.ok(Math.min(...uniform) < -0.24 && Math.max(...uniform) > 0.24);
  const gaussian = draw(normal);
  const mean = gaussian.reduce((sum, value) => sum + value, 0) / 4000;
  const variance = gaussian.reduce((sum, value) => sum + value * value, 0) / 4000;
  assert.ok(Math.abs(mean) < 0.1 && Math.abs(variance - 1) < 0.1, `mean ${mean}, variance ${variance}`);
  assert.ok(draw(zeros).every((value) => value === 0));
  assert.ok(draw(ones).every((value) => value === 1));
  assert.ok(Number.isFinite(uniformOver(0)(random)));
});

it("copies values in and out, and leaks no tensor", () => {
  const parameters = store(1);
  const { numTensors } = tf.memory();
  const values = Float32Array.of(1, 2, 3);
  parameters.set("layers.0.bias", { shape: [3], values });
  const stored = readTensor(parameters.get("layers.0.bias"));
  assert.deepEqual(stored, { shape: [3], values });
  stored.values[0] = 9;
  assert.deepEqual([...parameters.get("layers.0.bias").dataSync()], [1, 2, 3]);
  assert.equal(tf.memory().numTensors, numTensors);
  parameters.dispose();
  assert.equal(tf.memory().numTensors, numTensors - 3);
  assert.deepEqual(parameters.names, []);
});

it("rejects a duplicate name, an unknown name, and values of another shape", () => {
  const parameters = store(1);
  assert.throws(
    () => new Scope(parameters).make("top", [1], zeros),
    new PnrError('Parameter "top" already exists.'),
  );
  assert.throws(
    () => parameters.get("layers.1.weight"),
    new PnrError('The model has no parameter "layers.1.weight".'),
  );
  assert.throws(() => parameters.set("top", { shape: [3], values: new Float32Array(3) }), /shape/i);
  parameters.dispose();
});

it("freezes exactly the parameters below a dotted name", () => {
  const parameters = store(1);
  new Scope(parameters).at("layers").at(10).make("weight", [1], ones);
  const refused = (prefix: string, problem: string) =>
    assert.throws(() => parameters.freeze([prefix], "training.freeze"), new InputError(problem));
  const unknown = (name: string) => `training.freeze: the model has no parameter "${name}"`;
  refused("layers.1", `${unknown("layers.1")}; did you mean "layers.0"?`);
  refused("layers.0.wieght", `${unknown("layers.0.wieght")}; did you mean "layers.0.weight"?`);
  refused("bert", `${unknown("bert")}; there are top, layers`);
  parameters.freeze([], "training.freeze");
  assert.deepEqual(parameters.trained, parameters.names);

  parameters.freeze(["layers.10", "layers.0.bias"], "training.freeze");
  assert.deepEqual(parameters.trained, ["top", "layers.0.weight"]);
  assert.equal(parameters.names.length, 4);
  assert.throws(
    () => parameters.freeze(["layers", "top"], "training.freeze"),
    new InputError("training.freeze: leaves no parameter to train"),
  );
  parameters.freeze(["layers"], "training.freeze");
  assert.deepEqual(parameters.trained, ["top"]);
  parameters.dispose();
});

it("freezes ranges of layers, and rejects a range with missing layers", () => {
  const parameters = new Parameters(new Random(1));
  const layers = new Scope(parameters).at("bert").at("layers");
  for (let layer = 0; layer < 12; layer++) layers.at(layer).make("weight", [1], ones);
  new Scope(parameters).make("top", [1], ones);
  const refused = (path: string, missing: string) =>
    assert.throws(
      () => parameters.freeze([path], "training.freeze"),
      (error) => error instanceof InputError && error.message.includes(`no parameter "${missing}"`),
    );
  refused("bert.layers.6-12", "bert.layers.12");
  refused("bert.layers.5-2", "bert.layers.5-2");
  refused("bert.layers.0-3.bias", "bert.layers.0.bias");
  refused("0-3", "0");
  assert.equal(parameters.trained.length, 13);
  parameters.freeze(["bert.layers.0-1", "bert.layers.9-10.weight"], "training.freeze");
  const trainedLayers = [2, 3, 4, 5, 6, 7, 8, 11].map((layer) => `bert.layers.${layer}.weight`);
  assert.deepEqual(parameters.trained, [...trainedLayers, "top"]);
  assert.equal(matchesPath("bert.layers.10.weight", "bert.layers.1"), false);
  assert.equal(matchesPath("bert.layers", "bert.layers.0-3"), false);
  parameters.dispose();
});

it("noDropout returns its input", () => {
  const input = tf.tensor1d([1, 2]);
  assert.equal(noDropout(input), input);
  input.dispose();
});
