import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { BertOutputs } from "../../src/bert";
import { inputKey } from "../../src/bert/outputs/output-key";
import { Random, scoped, valueAndGradients } from "../../src/engine";
import { SentenceEncoder } from "../../src/model/encoder";
import { Parameters, Scope } from "../../src/nn/parameters";
import { forEachEngine } from "../support/engines";
import { makeSentence, smallBert, smallModel, toBatch, vocabularySizes } from "../support/model";
import { assertNear, scramble } from "../support/numbers";

/** An encoder with fixed weights, whose BERT is frozen or trained. */
function make(frozen: boolean) {
  const random = new Random(2);
  const parameters = new Parameters(random);
  const embedding = { characters: 0, words: 0, pos: 0 };
  const config = { ...smallModel, embedding, bert: { ...smallBert, frozen } };
  const encoder = new SentenceEncoder(new Scope(parameters), config, vocabularySizes);
  scramble(parameters, random);
  return { encoder, parameters };
}

const draw = new Random(5);
const sentences = [3, 1, 6].map((length) => makeSentence(draw, length));

/** A cache of outputs that counts its lookups. */
class CountingOutputs implements BertOutputs {
  readonly keyOf: BertOutputs["keyOf"] = inputKey;
  readonly entries = new Map<string, Float32Array>();
  hits = 0;

  get(key: string): Float32Array | undefined {
    const values = this.entries.get(key);
    if (values) this.hits++;
    return values;
  }

  put(key: string, values: Float32Array): void {
    this.entries.set(key, values);
  }
}

forEachEngine(() => {
  it("returns bit-identical outputs of a frozen BERT in any batch, cached or computed", () => {
    const { encoder, parameters } = make(true);
    const trained = make(false);
    const rowsOf = (...chosen: typeof sentences): number[][] =>
      scoped(() => {
        const embedded = encoder.embed(toBatch(...chosen));
        const rows = embedded.arraySync() as number[][];
        return chosen.map(({ tokens }) => rows.splice(0, tokens.length).flat());
      });
    const alone = sentences.map((sentence) => rowsOf(sentence)[0]);
    assert.deepEqual(rowsOf(...sentences), alone);
    scoped(() => assertNear(trained.encoder.embed(toBatch(sentences[2])), alone[2], 1e-5, "as when trained"));

    const outputs = new CountingOutputs();
    encoder.cacheBertOutputs(outputs);
    assert.deepEqual(rowsOf(...sentences), alone);
    assert.deepEqual([outputs.entries.size, outputs.hits], [3, 0]);
    assert.deepEqual(rowsOf(sentences[2], sentences[0]), [alone[2], alone[0]]);
    assert.deepEqual([outputs.entries.size, outputs.hits], [3, 2]);

    const [first] = sentences;
    rowsOf({ ...first, next: [...(first.next ?? []), "dad"] });
    assert.equal(outputs.entries.size, 4, "the context is part of the key");
    for (const values of outputs.entries.values()) values.fill(7);
    assert.ok(
      rowsOf(...sentences)[0].every((value) => value === 7),
      "cached values are used",
    );
    encoder.cacheBertOutputs(undefined);
    assert.deepEqual(rowsOf(...sentences), alone);
    for (const store of [parameters, trained.parameters]) store.dispose();
  });

  it("excludes a frozen BERT from the backward pass, and trains on its output", () => {
    const { encoder, parameters } = make(true);
    const before = tf.memory().numTensors;
    const { gradients } = valueAndGradients(
      () => {
        const start = tf.memory().numTensors;
        const embedded = encoder.embed(toBatch(...sentences));
        assert.equal(tf.memory().numTensors - start, 1);
        return tf.sum(encoder.fuse(embedded, [3, 1, 6])) as tf.Scalar;
      },
      parameters.trained.map((name) => parameters.get(name)),
    );
    assert.ok(gradients.some((gradient) => gradient.dataSync().some((value) => value !== 0)));
    tf.dispose(gradients);
    assert.equal(tf.memory().numTensors, before);
    parameters.dispose();
  });
});
