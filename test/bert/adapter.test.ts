import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { type BertConfig, BertEncoder, mergeAdapters } from "../../src/bert";
import { offsetsOf, Random, scoped } from "../../src/engine";
import { Parameters, readTensor, Scope } from "../../src/nn/parameters";
import { checkGradients, inputOf } from "../support/bert-gradients";
import { forEachEngine } from "../support/engines";
import { smallBert } from "../support/model";
import { assertNear, scramble } from "../support/numbers";
import { represent } from "../support/reference-bert";
import { add, dot, range, scaled, Weights } from "../support/reference-math";

const pieces = 9;
const adapter = { rank: 2, alpha: 3 };
const plain: BertConfig = { ...smallBert, from: "some-bert" };
const adapted: BertConfig = { ...plain, adapter };

function make(config: BertConfig, seed: number) {
  const random = new Random(seed);
  const parameters = new Parameters(random);
  const bert = new BertEncoder(new Scope(parameters), config, pieces);
  return { bert, parameters, random };
}

const input = inputOf([1, 2, 3, 8], [4, 7]);

/** The weights of the same encoder without adapters, in double precision. */
function mergedWeights(weights: Weights): Weights {
  let merged = weights;
  for (const layer of range(0, plain.layers)) {
    for (const map of ["query", "value"]) {
      const prefix = `layers.${layer}.attention.${map}`;
      const [up, down] = ["up", "down"].map((part) => weights.matrix(`${prefix}.adapter.${part}`));
      const change = up.map((row) =>
        range(0, plain.hidden).map((column) =>
          dot(
            row,
            down.map((inner) => inner[column]),
          ),
        ),
      );
      const values = add(weights.vector(`${prefix}.weight`), scaled(change.flat(), 3 / 2));
      merged = merged.with(`${prefix}.weight`, values);
    }
  }
  return merged;
}

forEachEngine((engine) => {
  it("starts with the output of the pre-trained encoder, and trains nothing else", () => {
    const base = make(plain, 1);
    scramble(base.parameters, base.random);
    const changed = make(adapted, 2);
    for (const name of base.parameters.names)
      changed.parameters.set(name, readTensor(base.parameters.get(name)));
    scoped(() => {
      const [expected, actual] = [base, changed].map(({ bert }) => bert.forward(input).dataSync());
      assert.deepEqual(actual, expected);
    });
    const trained = range(0, plain.layers).flatMap((layer) =>
      ["query", "value"].flatMap((map) =>
        ["down", "up"].map((part) => `layers.${layer}.attention.${map}.adapter.${part}`),
      ),
    );
    assert.deepEqual(changed.parameters.trained, trained);
    for (const name of trained) {
      const { values } = readTensor(changed.parameters.get(name));
      assert.equal(
        values.every((value) => value === 0),
        name.endsWith("up"),
        name,
      );
    }
    for (const { parameters } of [base, changed]) parameters.dispose();
  });

  it("computes W + α/r B A, also after the merge", () => {
    const { bert, parameters, random } = make(adapted, 3);
    scramble(parameters, random);
    const weights = mergedWeights(Weights.of(parameters));
    const merged = make(plain, 4);
    const tensors = parameters.names.map((name) => [name, readTensor(parameters.get(name))] as const);
    const mergedTensors = mergeAdapters(tensors, adapter);
    assert.deepEqual([...mergedTensors.keys()].sort(), merged.parameters.names.sort());
    for (const [name, tensor] of mergedTensors) merged.parameters.set(name, tensor);
    scoped(() => {
      const output = bert.forward(input);
      const expected = [
        [1, 2, 3, 8],
        [4, 7],
      ].flatMap((ids) => represent(weights, plain, ids));
      assertNear(output, expected, 2e-5, "adapted");
      assertNear(merged.bert.forward(input), expected, 2e-5, "merged");
    });
    for (const owner of [parameters, merged.parameters]) owner.dispose();
  });

  it("has the gradient of its output for every adapter", () => {
    const created = make(adapted, 5);
    scramble(created.parameters, created.random);
    const ids = [3, 1, 7, 2];
    checkGradients(created, ids, (weights) => represent(mergedWeights(weights), plain, ids));
    created.parameters.dispose();
  });

  if (engine !== "wasm") return;
  it("gives the same output for an input in any batch, to the last bit", () => {
    const { bert, parameters, random } = make(adapted, 6);
    scramble(parameters, random);
    const rows = [
      [1, 2, 3],
      [4, 5, 6, 7, 8, 1, 2],
    ];
    scoped(() => {
      const together = bert.forward(inputOf(...rows));
      const offsets = offsetsOf([3, 7]);
      for (const [row, ids] of rows.entries()) {
        const sentence = tf.slice(together, [offsets[row], 0], [ids.length, -1]);
        assert.deepEqual(sentence.dataSync(), bert.forward(inputOf(ids)).dataSync());
      }
    });
    parameters.dispose();
  });
});
