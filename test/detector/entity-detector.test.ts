import assert from "node:assert/strict";
import { before, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as tf from "@tensorflow/tfjs-core";
import { InputError } from "../../src/base/errors";
import { type ModelConfig, releasedModel } from "../../src/config/model-config";
import { EntityDetector } from "../../src/detector/entity-detector";
import type { InputSentence } from "../../src/detector/input";
import { DisposedError } from "../../src/detector/predictor";
import type { Trace } from "../../src/detector/trace-types";
import { startBackend } from "../../src/engine/backends";
import { Random } from "../../src/engine/random";
import { inputError } from "../support/folders";
import { makeSentence, smallModel, vocabularies } from "../support/model";
import { scramble } from "../support/numbers";
import { gathered } from "../support/streams";

before(() => startBackend("wasm"));

function tinyDetector(change: Partial<ModelConfig> = {}): EntityDetector {
  const random = new Random(1);
  const model = { ...smallModel, kernels: [2], layers: 1, ...change };
  const description = { model, types: ["A", "B"], vocabularies };
  const detector = new EntityDetector(description, random);
  scramble(detector.network.parameters, random);
  return detector;
}

const random = new Random(2);
const sentences: InputSentence[] = Array.from({ length: 60 }, () =>
  makeSentence(random, 1 + random.below(9)),
);

test("a stream gives the predictions of its list in the same order, for every window and batch size", async () => {
  const detector = tinyDetector();
  const expected = await detector.predict(sentences);
  assert.ok(expected.some((entities) => entities.length > 0));
  for (const options of [{}, { window: 1 }, { window: 7, batchSize: 3 }, { window: 60, batchSize: 60 }]) {
    const predicted = await gathered(detector.predictStream(sentences, options));
    assert.deepEqual(
      predicted.map(({ sentence }) => sentence),
      sentences,
    );
    for (const [index, { entities }] of predicted.entries()) {
      assert.deepEqual(
        entities.map(({ start, end, type }) => [start, end, type]),
        expected[index].map(({ start, end, type }) => [start, end, type]),
      );
    }
  }
  await assert.rejects(gathered(detector.predictStream(sentences, { window: 0 })), InputError);
  detector.dispose();
});

test("a model whose training has the padding leak predicts a sentence the same in every batch", async () => {
  const detector = tinyDetector({ ...releasedModel, kernels: [3, 3] });
  const predictions = await Promise.all(
    [1, 60].map((batchSize) => detector.predict(sentences, { batchSize })),
  );
  assert.ok(predictions[0].some((entities) => entities.length > 0));
  assert.deepEqual(predictions[1], predictions[0]);
  detector.dispose();
});

test("a sentence that does not fit into the engine's memory is named before anything is computed; a stream skips it", async () => {
  const detector = tinyDetector();
  const long = { tokens: new Array<string>(20_000).fill("word") };
  const input = [sentences[0], long, sentences[1]];
  const problem =
    /^sentence 1 has 20,000 tokens and needs about \d+ GB of memory, but the engine has 4\.\d GB; split it$/;
  await assert.rejects(detector.predict(input), inputError(problem));
  const all = await gathered(detector.predictStream(input));
  const alone = await detector.predict([sentences[0], sentences[1]], { batchSize: 1 });
  assert.deepEqual(
    [all[0].entities.length, all[2].entities.length],
    alone.map(({ length }) => length),
  );
  assert.deepEqual(
    all.map(({ skipped }) => skipped?.limit),
    [undefined, "memory", undefined],
  );
  const [first] = await gathered(detector.predictStream([long], { maxLength: 512 }));
  assert.deepEqual(first.skipped, { limit: "maxLength", problem: "has 20,000 tokens, more than 512" });
  const three = { tokens: ["a", "b", "c"] };
  const fitting = await gathered(detector.predictStream([three], { maxLength: 3 }));
  assert.equal(fitting[0].skipped, undefined);
  assert.equal(
    (await gathered(detector.predictStream([three], { maxLength: 2 })))[0].skipped?.limit,
    "maxLength",
  );
  detector.dispose();
});

test("long sentences are predicted in smaller batches, with the same result", async () => {
  const detector = tinyDetector();
  const long = [makeSentence(random, 290), makeSentence(random, 250), makeSentence(random, 3)];
  const sizes: number[] = [];
  const encode = detector.encode.bind(detector);
  detector.encode = (batch) => {
    sizes.push(batch.length);
    return encode(batch);
  };
  const together = await detector.predict(long);
  assert.deepEqual(sizes, [1, 1, 1]);
  assert.deepEqual(await detector.predict(long, { batchSize: 1 }), together);
  detector.dispose();
});

test("prediction stops before the next batch when its signal aborts", async () => {
  const detector = tinyDetector();
  const { numTensors } = tf.memory();
  const stop = new AbortController();
  let batches = 0;
  const encode = detector.encode.bind(detector);
  detector.encode = (batch) => {
    if (++batches === 3) stop.abort(new Error("enough"));
    return encode(batch);
  };
  await assert.rejects(detector.predict(sentences, { batchSize: 4, signal: stop.signal }), /enough/);
  assert.equal(batches, 3);
  assert.equal(tf.memory().numTensors, numTensors);
  detector.dispose();
});

test("a stream of 20,000 sentences is read at most a window ahead and leaks nothing", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const detector = tinyDetector();
  const window = 500;
  let read = 0;
  function* stream(): Generator<InputSentence> {
    for (; read < 20_000; read++) {
      // 40 kB per window, so that a leak would show.
      const token = String(read).padStart(40, "c");
      yield { tokens: [token, "a"], pos: ["X", "Y"] };
    }
  }
  let done = 0;
  let after: { heap: number; tensors: number; bytes: number } | undefined;
  const state = () => {
    collect();
    const { numTensors, numBytes } = tf.memory();
    return { heap: process.memoryUsage().heapUsed, tensors: numTensors, bytes: numBytes };
  };
  for await (const { sentence } of detector.predictStream(stream(), { window, batchSize: 250 })) {
    assert.equal(sentence.tokens[0], String(done).padStart(40, "c"));
    done++;
    assert.ok(read - done < window, `${read} read when ${done} had come out`);
    if (done === 4000) after = state();
  }
  const end = state();
  assert.equal(done, 20_000);
  assert.equal(end.tensors, after!.tensors);
  assert.equal(end.bytes, after!.bytes);
  const grown = end.heap - after!.heap;
  assert.ok(grown < 1e6, `the heap has grown by ${grown} bytes`);
  detector.dispose();
});

test("a trace says whether the prior was on, off in this pass, or absent from the model", async () => {
  const [sentence] = sentences;
  const modulated = tinyDetector();
  const [on, off] = [await modulated.trace(sentence), await modulated.trace(sentence, { prior: "off" })];
  const plain = tinyDetector({ spatial: false });
  const without = [await plain.trace(sentence), await plain.trace(sentence, { prior: "off" })];
  assert.deepEqual(
    [on.prior, off.prior, ...without.map(({ prior }) => prior)],
    ["on", "off", "none", "none"],
  );
  const hasPrior = (trace: Trace): boolean =>
    trace.layers.some(({ logPrior }) => logPrior.some((value) => value < 0));
  assert.deepEqual([on, off, ...without].map(hasPrior), [true, false, false, false]);
  assert.deepEqual(await modulated.trace(sentence), on, "an intervention leaves nothing behind");
  modulated.dispose();
  plain.dispose();
});

test("dispose frees a detector's memory, may be called again, and makes later use an error", async () => {
  const { numTensors } = tf.memory();
  let disposed: EntityDetector;
  {
    using detector = tinyDetector();
    disposed = detector;
    assert.ok(tf.memory().numTensors > numTensors);
  }
  assert.equal(tf.memory().numTensors, numTensors);
  disposed.dispose();
  const [sentence] = sentences;
  const uses: (() => Promise<unknown>)[] = [
    () => disposed.predict([sentence]),
    () => disposed.predict([]),
    () => disposed.predict("A text."),
    () => disposed.trace(sentence),
    () => gathered(disposed.predictStream([sentence])),
  ];
  for (const use of uses) await assert.rejects(use, DisposedError);

  const detector = tinyDetector();
  const predicting = detector.predict(sentences, { batchSize: 1 });
  detector.dispose();
  await assert.rejects(predicting, DisposedError, "disposed of while it predicts");
});

test("missing tags count as unknown", async () => {
  using detector = tinyDetector();
  const without = sentences.map(({ tokens }) => ({ tokens }));
  const unknown = sentences.map(({ tokens }) => ({ tokens, pos: tokens.map(() => "no such tag") }));
  assert.deepEqual(await detector.predict(without), await detector.predict(unknown));
});

test("an invalid sentence is refused by its number", async () => {
  using detector = tinyDetector();
  const wrong: [unknown, RegExp][] = [
    [["a b", "c"], /sentence 0 is "a b": expected an object with tokens/],
    [[{ tokens: ["a"] }, ["a", "b"]], /sentence 1 is \["a","b"\]/],
    [[{ tokens: [] }], /sentence 0 is/],
    [[{ tokens: ["a", 1] }], /sentence 0 is/],
    [[null], /sentence 0 is null/],
    [[{ tokens: ["a", "b"], pos: ["X"] }], /sentence 0: pos is \["X"\]: expected a tag for each of the 2/],
    [{ tokens: ["a"] }, /expected a text, or a list of sentences/],
  ];
  for (const [input, message] of wrong) {
    const check = (error: unknown): boolean => error instanceof InputError && message.test(error.message);
    await assert.rejects(detector.predict(input as InputSentence[]), check);
  }
  await assert.rejects(detector.trace("One sentence. Another sentence."), /has 2 sentences/);
  await assert.rejects(detector.trace(" "), /has 0 sentences/);
});

test("a text of one sentence is traced as that sentence", async () => {
  using detector = tinyDetector();
  const text = "The gene is expressed.";
  const [sentence] = detector.textReader().read(text);
  assert.deepEqual(await detector.trace(text), await detector.trace(sentence));
});
