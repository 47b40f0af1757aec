import assert from "node:assert/strict";
import { before, it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { Random } from "../../src/engine";
import { startBackend } from "../../src/engine/backends";
import { SentenceEncoder } from "../../src/model/encoder";
import { Parameters, readTensor, Scope } from "../../src/nn/parameters";
import { makeSentence, smallBert, smallModel, toBatch, vocabularySizes } from "../support/model";
import { assertNear, scramble } from "../support/numbers";

before(() => startBackend("cpu"));

it("matches the released code's encoder: BERT, words, characters, POS, and a LayerNorm at the end", () => {
  const random = new Random(7);
  const [paper, released] = [0, 0].map(() => new Parameters(new Random(1)));
  const model = { ...smallModel, bert: smallBert };
  const ours = new SentenceEncoder(new Scope(paper), model, vocabularySizes);
  const theirs = new SentenceEncoder(
    new Scope(released),
    { ...model, embeddingOrder: "released", encoderNorm: true },
    vocabularySizes,
  );
  scramble(paper, random);
  // Columns of the BiGRU input: 2 × 2 from characters, 6 from BERT, 4 from words, 2 from POS.
  const moved = [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 1, 2, 3, 14, 15];
  for (const name of paper.names) {
    const value = paper.get(name);
    released.set(name, readTensor(/^gru\.weight_ih/.test(name) ? tf.gather(value, moved, 1) : value));
  }
  const batch = toBatch(makeSentence(random, 5), makeSentence(random, 5));
  const hidden = ours.forward(batch).arraySync() as number[][];
  const normal = hidden.map((row) => {
    const mean = row.reduce((sum, x) => sum + x, 0) / row.length;
    const variance = row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / row.length;
    return row.map((x) => (x - mean) / Math.sqrt(variance + 1e-5));
  });
  assertNear(theirs.forward(batch), normal, 1e-5, "H");
  assert.ok(released.names.includes("norm.weight") && !paper.names.includes("norm.weight"));
});
