// Training and prediction leak no engine memory, however long they run and however they end.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { PnrError } from "../../src/base/errors";
import { buildVocabularies, type Sentence } from "../../src/corpus";
import { EntityDetector } from "../../src/detector/entity-detector";
import { Random } from "../../src/engine";
import { moduleOf } from "../../src/engine/wasm/heap";
import { type Config, parseConfig, train } from "../../src/training";
import { AdamW } from "../../src/training/optimizer";
import { TrainingStep } from "../../src/training/step";
import { tinyCorpus } from "../support/corpus";
import { forEachEngine } from "../support/engines";
import { gathered } from "../support/streams";

const folder = mkdtempSync(join(tmpdir(), "pnr-leaks-"));
after(() => rmSync(folder, { recursive: true }));

const corpus = tinyCorpus(1);
const { train: sentences } = corpus.splits;
const model = {
  embedding: { characters: 2, words: 4, pos: 2 },
  hidden: 8,
  kernels: [2],
  layers: 1,
  heads: 2,
  dropout: 0.1,
};
const configOf = (training: object): Config =>
  parseConfig({ model, training: { minimumWordCount: 1, ...training } }, "test");

/** The engine's tensors, buffers and bytes, and the size of the wasm heap. */
function held(engine: string): number[] {
  const { numTensors, numDataBuffers, numBytes } = tf.memory();
  const heap = engine === "wasm" ? moduleOf(tf.backend() as BackendWasm).wasmMemory.buffer.byteLength : 0;
  return [numTensors, numDataBuffers, numBytes, heap];
}

function makeTrainable(config: Config) {
  const random = new Random(3);
  const vocabularies = buildVocabularies(sentences, { minimumWordCount: 1 });
  const detector = new EntityDetector({ model: config.model, types: corpus.types, vocabularies }, random);
  const optimizer = new AdamW(detector.network.parameters, 0.01);
  return { detector, optimizer, step: new TrainingStep(detector, optimizer, config, random) };
}

/** Different sentences and lengths in each call. */
const batchAt = (at: number, size = 2): Sentence[] =>
  Array.from({ length: size }, (_, i) => sentences[(at * size + i) % sentences.length]);

forEachEngine((engine) => {
  // Plain JavaScript is slow, and would leak at every step.
  const times = engine === "wasm" ? 1000 : 10;

  test(`${times} training steps`, () => {
    const { detector, optimizer, step } = makeTrainable(configOf({}));
    for (let index = 0; index < 12; index++) step.run(batchAt(index), 1e-3);
    const before = held(engine);
    for (let index = 0; index < times; index++) {
      step.run(batchAt(index), 1e-3);
      if (index % 50 === 0) assert.deepEqual(held(engine), before, `after ${index} steps`);
    }
    assert.deepEqual(held(engine), before);
    optimizer.dispose();
    detector.dispose();
  });

  test(`${times} predictions`, async () => {
    const { detector, optimizer } = makeTrainable(configOf({}));
    await detector.predict(sentences);
    const before = held(engine);
    function* stream(): Generator<Sentence> {
      for (let index = 0; index < times; index++) yield* batchAt(index, 1);
    }
    let count = 0;
    for await (const _ of detector.predictStream(stream(), { batchSize: 1, window: 10 }))
      if (count++ % 50 === 0) assert.deepEqual(held(engine), before, `after ${count} predictions`);
    assert.equal(count, times);
    assert.deepEqual(held(engine), before);
    optimizer.dispose();
    detector.dispose();
  });

  test("steps that fail: by a loss that is not finite, in the second micro-batch, in the optimizer", () => {
    const { detector, optimizer, step } = makeTrainable(configOf({ batchSize: 4, accumulate: 2 }));
    const { parameters } = detector.network;
    const batch = batchAt(0, 4);
    step.run(batch, 1e-3);
    const before = held(engine);
    const weights = () => parameters.all.map((variable) => variable.dataSync().join());

    const words = parameters.get("encoder.words.weight");
    const { values, shape } = { values: words.dataSync().slice() as Float32Array, shape: words.shape };
    const { words: vocabulary } = detector.description.vocabularies;
    const inFirst = new Set(batch.slice(0, 2).flatMap(({ tokens }) => tokens));
    const only = batch
      .slice(2)
      .flatMap(({ tokens }) => tokens)
      .find((token) => !inFirst.has(token));
    const row = vocabulary.index(only as string);
    for (const rows of [[row], [...vocabulary.toJSON().keys()]]) {
      const broken = values.slice();
      for (const one of rows) broken.fill(Number.NaN, one * shape[1]!, (one + 1) * shape[1]!);
      parameters.set("encoder.words.weight", { shape, values: broken });
      const unchanged = weights();
      for (let i = 0; i < 3; i++) assert.throws(() => step.run(batch, 1e-3), PnrError);
      assert.deepEqual(held(engine), before);
      assert.deepEqual(weights(), unchanged);
    }
    parameters.set("encoder.words.weight", { shape, values });

    const take = optimizer.step;
    optimizer.step = () => {
      throw new Error("no step");
    };
    for (let i = 0; i < 3; i++) assert.throws(() => step.run(batch, 1e-3), /no step/);
    assert.deepEqual(held(engine), before);
    optimizer.step = take;
    step.run(batch, 1e-3);
    assert.deepEqual(held(engine), before);
    optimizer.dispose();
    detector.dispose();
  });

  test("predictions that fail, are aborted or abandoned", async () => {
    const { detector, optimizer } = makeTrainable(configOf({}));
    await detector.predict(sentences);
    const before = held(engine);
    const stop = new AbortController();
    const stopped = detector.predictStream(sentences, { batchSize: 2, signal: stop.signal });
    setImmediate(() => stop.abort());
    await assert.rejects(gathered(stopped), { name: "AbortError" });
    for await (const _ of detector.predictStream(sentences, { window: 3 })) break;
    const { detect } = detector.network;
    detector.network.detect = (...given) => {
      detect.apply(detector.network, given);
      throw new Error("broken pass");
    };
    await assert.rejects(detector.predict(sentences), /broken pass/);
    assert.deepEqual(held(engine), before);
    optimizer.dispose();
    detector.dispose();
  });

  test("training runs that end, are aborted or fail", async () => {
    const config = configOf({ epochs: 2, batchSize: 4 });
    const run = (name: string, options: object) =>
      train(config, corpus, { directory: join(folder, `${engine}-${name}`), ...options });
    await run("first", {});
    const before = held(engine);
    await run("ends", {});
    assert.deepEqual(held(engine), before);
    const stop = new AbortController();
    let steps = 0;
    const onStep = () => {
      if (++steps === 8) stop.abort();
    };
    await assert.rejects(run("aborted", { signal: stop.signal, onStep }), { name: "AbortError" });
    assert.deepEqual(held(engine), before);
    const broken = () => {
      throw new Error("broken display");
    };
    await assert.rejects(run("broken", { onStep: broken }), /broken display/);
    assert.deepEqual(held(engine), before);
  });
});
