import assert from "node:assert/strict";
import { before, it } from "node:test";
import { BertEncoder } from "../../src/bert";
import { fromHuggingFaceName, toHuggingFaceName } from "../../src/bert/families";
import { Random } from "../../src/engine";
import { startBackend } from "../../src/engine/backends";
import { Parameters, Scope } from "../../src/nn/parameters";
import { smallBert, wordPiece } from "../support/model";

before(() => startBackend("cpu"));

it("every parameter has a Hugging Face name, and that name leads back to it", () => {
  const parameters = new Parameters(new Random(1));
  new BertEncoder(new Scope(parameters), { ...smallBert, layers: 12 }, wordPiece.size);
  const theirs = parameters.names.map((name) => toHuggingFaceName(name) ?? "");
  assert.deepEqual(
    theirs.map((name) => fromHuggingFaceName(name)),
    parameters.names,
  );
  assert.equal(new Set(theirs).size, 5 + 12 * 16);
  const shapes = new Map(theirs.map((name, index) => [name, parameters.all[index].shape]));
  assert.deepEqual(shapes.get("embeddings.word_embeddings.weight"), [wordPiece.size, 6]);
  assert.deepEqual(shapes.get("embeddings.position_embeddings.weight"), [64, 6]);
  assert.deepEqual(shapes.get("embeddings.token_type_embeddings.weight"), [2, 6]);
  assert.deepEqual(shapes.get("embeddings.LayerNorm.bias"), [6]);
  assert.deepEqual(shapes.get("encoder.layer.11.attention.self.query.weight"), [6, 6]);
  assert.deepEqual(shapes.get("encoder.layer.11.attention.output.LayerNorm.weight"), [6]);
  assert.deepEqual(shapes.get("encoder.layer.11.attention.output.dense.weight"), [6, 6]);
  assert.deepEqual(shapes.get("encoder.layer.11.intermediate.dense.weight"), [5, 6]);
  assert.deepEqual(shapes.get("encoder.layer.11.output.dense.weight"), [6, 5]);
  assert.deepEqual(shapes.get("encoder.layer.11.output.LayerNorm.bias"), [6]);
  parameters.dispose();
});

it("parameters that one side lacks have no name there", () => {
  for (const name of [
    "pooler.dense.weight",
    "embeddings.position_ids",
    "cls.predictions.bias",
    "layers.0.inner.bias",
  ]) {
    assert.equal(fromHuggingFaceName(name), undefined, name);
  }
  for (const name of ["layers.0.inner", "layers.x.inner.bias", "words.weight", "pooler.dense.weight"]) {
    assert.equal(toHuggingFaceName(name), undefined, name);
  }
});
