import assert from "node:assert/strict";
import { before, test } from "node:test";
import { InputError } from "../../src/base/errors";
import { EntityDetector } from "../../src/detector/entity-detector";
import { startBackend } from "../../src/engine/backends";
import { Random } from "../../src/engine/random";
import { evaluate, evaluateSentences } from "../../src/evaluation/evaluate";
import { makeSentence, smallModel, vocabularies } from "../support/model";
import { scramble } from "../support/numbers";

before(() => startBackend("wasm"));

test("evaluateSentences gives the scores of evaluate, their intervals and each sentence's entities", async () => {
  const random = new Random(4); // whose weights predict much
  const description = { model: { ...smallModel, kernels: [2], layers: 1 }, types: ["A", "B"], vocabularies };
  const detector = new EntityDetector(description, random);
  scramble(detector.network.parameters, random);
  const bare = Array.from({ length: 60 }, (_, at) => ({
    ...makeSentence(random, 1 + random.below(9)),
    previous: [],
    next: [],
    id: `s${at}`,
  }));
  const predicted = await detector.predict(bare);
  assert.ok(predicted.flat().length > 5);
  // every other prediction is made gold, so that some are right
  const gold = predicted.map((entities) => entities.filter((_, at) => at % 2 === 0));
  const sentences = bare.map((sentence, at) => ({ ...sentence, entities: gold[at] }));

  const {
    scores,
    intervals,
    sentences: outcomes,
  } = await evaluateSentences(detector, sentences, { resamples: 100 });
  assert.deepEqual(scores, await evaluate(detector, sentences));
  assert.equal(scores.overall.recall, 100);
  assert.ok(intervals.overall.precision && intervals.overall.precision.low < scores.overall.precision);
  assert.ok(intervals.overall.precision.high > scores.overall.precision);
  assert.equal(intervals.resamples, 100);
  for (const [index, { id, tokens, correct, missed, wrong }] of outcomes.entries()) {
    assert.equal(id, `s${index}`);
    assert.deepEqual(tokens, sentences[index].tokens);
    assert.deepEqual([correct.length, missed.length], [gold[index].length, 0]);
    assert.equal(wrong.length, predicted[index].length - gold[index].length);
    for (const { probability } of [...correct, ...wrong]) assert.ok(probability && probability > 0);
  }
  const strange = sentences.map((sentence) => ({ ...sentence, entities: [{ start: 0, end: 1, type: "C" }] }));
  await assert.rejects(evaluateSentences(detector, strange), InputError);
  detector.dispose();
});
