import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { inspect } from "node:util";
import { EntityDetector } from "../../src/detector/entity-detector";
import { parameterTensors, writeModel } from "../../src/detector/storage";
import { startBackend } from "../../src/engine/backends";
import { Random } from "../../src/engine/random";
import { testFolder } from "../support/folders";
import { makeSentence, smallModel, vocabularies } from "../support/model";
import { scramble } from "../support/numbers";
import { gathered } from "../support/streams";

before(() => startBackend("wasm"));

const folder = testFolder("show-detector");

function tinyDetector(): EntityDetector {
  const random = new Random(4); // whose weights predict much
  const description = { model: { ...smallModel, kernels: [2], layers: 1 }, types: ["A", "B"], vocabularies };
  const detector = new EntityDetector(description, random);
  scramble(detector.network.parameters, random);
  return detector;
}

const random = new Random(2);
const sentences = Array.from({ length: 60 }, () => makeSentence(random, 1 + random.below(9)));

test("predictions print each sentence with the last token of each entity and its probability", async () => {
  using detector = tinyDetector();
  const predictions = await detector.predict(sentences);
  const index = predictions.findIndex((entities) => entities.length);
  const [{ start, end, type, probability }] = predictions[index];
  const text = inspect(predictions[index]);
  assert.equal(text.split("\n")[0], sentences[index].tokens.join(" "));
  const words = sentences[index].tokens.slice(start, end).join(" ");
  assert.equal(
    text.split("\n")[2].trim().replace(/ +/g, " "),
    `${start} ${end - 1} ${probability.toFixed(2)} ${type}: ${words}`,
  );
  assert.ok(inspect(predictions).includes(text));
  assert.deepStrictEqual(predictions, JSON.parse(JSON.stringify(predictions)));
});

test("the predictions of a text print its sentences, and those of a stream are plain", async () => {
  using detector = tinyDetector();
  const texts = await detector.predict("One two. Three four five.");
  const words = texts.map(({ sentence }) => sentence.tokens.join(" "));
  for (const line of words) assert.ok(inspect(texts).split("\n").includes(line));
  assert.equal(inspect(texts[0]).split("\n")[0], words[0]);
  const [{ entities }] = await gathered(detector.predictStream(sentences.slice(0, 1)));
  assert.match(inspect(entities), /^\[/);
});

test("a trace prints the trajectory of each proposal, from the prediction back to the proposer", async () => {
  using detector = tinyDetector();
  const predictions = await detector.predict(sentences);
  const index = predictions.findIndex((entities) => entities.length);
  const trace = await detector.trace(sentences[index]);
  const [words, , first] = inspect(trace).split("\n");
  assert.equal(words, trace.tokens.join(" "));
  const [{ start, end, type, proposal }] = trace.predicted;
  const [proposer, last] = trace.states.map(({ locations }) => locations[2 * proposal].toFixed(2));
  assert.ok(first.startsWith(`  (${start}, ${end - 1}, ${type}) `), first);
  assert.match(first, new RegExp(`← \\(${last}, [\\d.-]+\\) ← \\(${proposer}, [\\d.-]+\\): `));
});

test("a detector prints its path, size and types, and what its run's folder says", async () => {
  using detector = tinyDetector();
  const run = join(folder, "run");
  mkdirSync(run);
  writeModel(join(run, "best.json"), detector.description, parameterTensors(detector.network.parameters));
  const size = detector.network.parameters.size.toLocaleString("en");
  {
    using loaded = await EntityDetector.load(run);
    assert.equal(inspect(loaded), `detector ${run} · ${size} parameters · 1 regressor layers · types A, B`);
  }
  const score = { precision: 50, recall: 25, f1: 33.333 };
  const result = { corpus: { name: "mine" }, bestEpoch: 3, scores: { test: { overall: score } } };
  writeFileSync(join(run, "result.json"), JSON.stringify(result));
  {
    using loaded = await EntityDetector.load(run);
    const [caption, head, row] = inspect(loaded).split("\n");
    assert.match(caption, /^detector .*run · trained on mine \(epoch 3\) · /);
    assert.deepEqual(head.split(/ +/), ["split", "precision", "recall", "F1"]);
    assert.deepEqual(row.split(/ +/), ["test", "50.00", "25.00", "33.33"]);
  }
  writeFileSync(join(run, "result.json"), "{");
  using loaded = await EntityDetector.load(run);
  assert.doesNotMatch(inspect(loaded), /trained on/, "a damaged result stops nobody");
});
