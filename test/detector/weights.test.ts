import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeSafetensors } from "../../src/base/safetensors";
import { decodeWeights, encodeWeights } from "../../src/detector/weights";
import { inputError } from "../support/folders";

const matrix = {
  shape: [2, 2, 3],
  values: Float32Array.of(1, -2, 0.5, 0, 0, 0, 127, 1.4, -127, 1e-6, 2e-6, -1e-6),
};
const vector = { shape: [2], values: Float32Array.of(1 / 3, -1000.3) };
const tensors = new Map([
  ["layer.weight", matrix],
  ["layer.bias", vector],
]);
const halfVector = [0.333251953125, -1000.5];

test("32-bit weights keep every bit", () => {
  assert.deepEqual(decodeWeights(encodeWeights(tensors, "f32"), "file"), tensors);
});

test("16-bit weights have 11 significant bits and half the size", () => {
  const [full, half] = [encodeWeights(tensors, "f32"), encodeWeights(tensors, "f16")];
  const decoded = decodeWeights(half, "file");
  assert.deepEqual([...decoded.get("layer.bias")!.values], halfVector);
  const { shape, values } = decoded.get("layer.weight")!;
  assert.deepEqual(shape, matrix.shape);
  for (const [index, value] of matrix.values.entries())
    assert.ok(Math.abs(values[index] - value) <= Math.max(2 ** -25, Math.abs(value) * 2 ** -11), `${value}`);
  assert.equal(full.length - half.length, 14 * 2);
});

test("8-bit weights are within half a step of their row, and vectors have 16 bits", () => {
  const decoded = decodeWeights(encodeWeights(tensors, "int8"), "file");
  assert.deepEqual([...decoded.keys()], ["layer.weight", "layer.bias"]);
  assert.deepEqual([...decoded.get("layer.bias")!.values], halfVector);
  const { shape, values } = decoded.get("layer.weight")!;
  assert.deepEqual(shape, matrix.shape);
  const steps = [2, 0, 127, 2e-6].map((largest) => largest / 127);
  for (const [index, value] of matrix.values.entries()) {
    const step = steps[Math.floor(index / 3)];
    assert.ok(
      Math.abs(values[index] - value) <= (step / 2) * 1.0001,
      `${index}: ${values[index]} for ${value}`,
    );
  }
  assert.deepEqual([...values.subarray(3, 9)], [0, 0, 0, 127, 1, -127]);
});

test("values that the type cannot store, and factors that do not fit, are errors", () => {
  const large = new Map([["a", { shape: [2], values: Float32Array.of(1, 70000) }]]);
  assert.throws(
    () => encodeWeights(large, "f16"),
    inputError(/tensor "a" has the value 70000, which f16 cannot store; use f32/),
  );
  const missing = new Map([["a", { shape: [1, 2], values: Float32Array.of(1, Number.NaN) }]]);
  assert.throws(() => encodeWeights(missing, "int8"), inputError(/tensor "a" has the value NaN/));
  const odd = encodeSafetensors(
    new Map([
      ["a", { shape: [2, 2], values: new Float32Array(4) }],
      ["a:factors", { shape: [3], values: new Float32Array(3) }],
    ]),
  );
  assert.throws(() => decodeWeights(odd, "file"), inputError(/^file: tensor "a" has 3 factors for 2 rows$/));
});
