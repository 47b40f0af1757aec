import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { BertOutputs } from "../../src/bert";
import { Random, scoped, valueAndGradients } from "../../src/engine";
import { SentenceEncoder } from "../../src/model/encoder";
import { Parameters, Scope } from "../../src/nn/parameters";
import { forEachEngine } from "../support/engines";
import { makeSentence, smallBert, smallModel, toBatch, vocabularySizes } from "../support/model";
import { assertNear, scramble } from "../support/numbers";

/** Encoders with the same weights, BERT frozen in one and trained in the other. */
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

/** A memory of outputs that counts what is asked for. */
class Counting implements BertOutputs {
  readonly known = new Map<string, Float32Array>();
  found = 0;

  get(key: string): Float32Array | undefined {
    const values = this.known.get(key);
    if (values) this.found++;
    return values;
  }

  put(key: string, values: Float32Array): void {
    this.known.set(key, values);
  }
}

forEachEngine(() => {
  it("gives a frozen BERT's output for a sentence, the same to the last bit in any batch, kept or computed", () => {
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

    const outputs = new Counting();
    encoder.keepBertOutputs(outputs);
    assert.deepEqual(rowsOf(...sentences), alone);
    assert.deepEqual([outputs.known.size, outputs.found], [3, 0]);
    assert.deepEqual(rowsOf(sentences[2], sentences[0]), [alone[2], alone[0]]);
    assert.deepEqual([outputs.known.size, outputs.found], [3, 2]);

    const [given] = sentences;
    rowsOf({ ...given, next: [...(given.next ?? []), "dad"] });
    assert.equal(outputs.known.size, 4, "other context is another input");
    for (const values of outputs.known.values()) values.fill(7);
    assert.ok(
      rowsOf(...sentences)[0].every((value) => value === 7),
      "what is kept is really used",
    );
    encoder.keepBertOutputs(undefined);
    assert.deepEqual(rowsOf(...sentences), alone);
    for (const store of [parameters, trained.parameters]) store.dispose();
  });

  it("leaves nothing of a frozen BERT for the backward pass, and learns from its output", () => {
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
