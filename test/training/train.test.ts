import assert from "node:assert/strict";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { InputError } from "../../src/base/errors";
import { corpusOf, type Sentence } from "../../src/corpus";
import { EntityDetector } from "../../src/detector/entity-detector";
import { readModel } from "../../src/detector/storage";
import { evaluate } from "../../src/evaluation";
import { type Config, parseConfig, readResult, readTraining, train } from "../../src/training";
import { tinyCorpus } from "../support/corpus";

const folder = mkdtempSync(join(tmpdir(), "pnr-train-"));
after(() => rmSync(folder, { recursive: true }));

const config: Config = parseConfig(
  {
    model: { embedding: { characters: 4, words: 8, pos: 2 }, hidden: 16, kernels: [2], layers: 2, heads: 2 },
    training: { epochs: 3, batchSize: 4, learningRate: 0.01, minimumWordCount: 1 },
  },
  "test",
);
const corpus = tinyCorpus(1);
const changed = (change: unknown) => parseConfig(change, "test", config);
const pathOf = (name: string) => join(folder, name);
const isInputError = (pattern: RegExp) => (error: unknown) =>
  error instanceof InputError && pattern.test(error.message) && !error.message.includes("\n");

/** The final weights of a run, as bytes. */
const weights = (directory: string) =>
  [...readModel(join(directory, "last.json")).tensors].map(([name, { values }]) => [name, [...values]]);

test("a run learns and keeps its best model, which gives the same scores when loaded", async () => {
  const losses: number[] = [];
  const result = await train(changed({ training: { epochs: 12 } }), corpus, {
    directory: pathOf("learns"),
    onStep: ({ loss }) => losses.push(loss),
  });
  assert.equal(losses.length, 12 * 6);
  const [first, last] = [result.epochs[0], result.epochs[11]];
  assert.ok(last.loss < first.loss / 2, `loss fell from ${first.loss} to ${last.loss} only`);
  const f1 = result.scores.dev?.overall.f1 ?? 0;
  assert.ok(f1 > 50, `dev F1 ${f1}`);
  assert.equal(f1, Math.max(...result.epochs.map((report) => report.dev?.overall.f1 ?? 0)));
  assert.deepEqual(readResult(pathOf("learns")), JSON.parse(JSON.stringify(result)));
  assert.deepEqual(readTraining(pathOf("learns")), JSON.parse(JSON.stringify(result.epochs)));

  const detector = await EntityDetector.load(pathOf("learns"));
  assert.deepEqual(await evaluate(detector, corpus.splits.dev), result.scores.dev);
  assert.deepEqual(await evaluate(detector, corpus.splits.test, { batchSize: 1 }), result.scores.test);
  detector.dispose();
});

test("a config that code has changed is validated as everywhere, before anything is written", async () => {
  const broken: Config = { ...config, model: { ...config.model, heads: 5 } };
  const message = /: model\.heads is 5: must divide model\.hidden$/;
  await assert.rejects(train(broken, corpus, { directory: pathOf("broken") }), isInputError(message));
  assert.throws(() => changed({ model: { heads: 5 } }), isInputError(message));
  assert.equal(existsSync(pathOf("broken")), false);
});

test("a run stopped after an epoch ends with the same weights as an uninterrupted one", async () => {
  await train(config, corpus, { directory: pathOf("whole") });
  const stop = new AbortController();
  const stopped = train(config, corpus, {
    directory: pathOf("stopped"),
    signal: stop.signal,
    onStep: ({ epoch, step }) => epoch === 2 && step === 3 && stop.abort(),
  });
  await assert.rejects(stopped, { name: "AbortError" });
  const before = readTraining(pathOf("stopped"));
  assert.equal(before.length, 1);
  assert.equal(readResult(pathOf("stopped")), undefined);
  let resumedAfter = -1;
  let earlier: unknown;
  await train(config, corpus, {
    directory: pathOf("stopped"),
    onBegin: (report) => {
      ({ resumedAfter, earlier } = report);
    },
  });
  assert.equal(resumedAfter, 1);
  assert.deepEqual(earlier, before);
  assert.deepEqual(weights(pathOf("stopped")), weights(pathOf("whole")));
});

test("the same seed gives the same weights, another seed others", async () => {
  const short = { epochs: 1, limitTrain: 8, limitDev: 2 };
  const run = (name: string, seed: number) =>
    train(changed({ training: { ...short, seed } }), corpus, { directory: pathOf(name) });
  await run("seed-a", 7);
  await run("seed-b", 7);
  await run("seed-c", 8);
  assert.deepEqual(weights(pathOf("seed-a")), weights(pathOf("seed-b")));
  assert.notDeepEqual(weights(pathOf("seed-a")), weights(pathOf("seed-c")));
});

test("training.batching decides how batches are drawn", async () => {
  const losses = async (batching: string): Promise<readonly number[]> => {
    const reports: number[] = [];
    const onStep = ({ loss }: { loss: number }) => reports.push(loss);
    const changes = { model: { dropout: 0 }, training: { epochs: 1, batching } };
    await train(changed(changes), corpus, { directory: pathOf(`batching-${batching}`), onStep });
    return reports;
  };
  const [shuffled, similarLength] = [await losses("shuffled"), await losses("similarLength")];
  assert.equal(shuffled.length, similarLength.length);
  assert.notDeepEqual(shuffled, similarLength);
});

test("a complete run is returned without training", async () => {
  const result = readResult(pathOf("whole"));
  const again = await train(config, corpus, {
    directory: pathOf("whole"),
    onStep: () => assert.fail("trained"),
  });
  assert.deepEqual(again, result);
});

test("a folder that holds another run or anything else is refused and left unchanged", async () => {
  const other = changed({ model: { layers: 1 } });
  const files = readdirSync(pathOf("whole"));
  await assert.rejects(
    train(other, corpus, { directory: pathOf("whole") }),
    isInputError(/model\.layers 2, here 1/),
  );
  await assert.rejects(
    train(config, tinyCorpus(2), { directory: pathOf("whole") }),
    isInputError(/corpus tiny/),
  );
  assert.deepEqual(readdirSync(pathOf("whole")), files);
  writeFileSync(pathOf("file"), "");
  await assert.rejects(
    train(config, corpus, { directory: folder }),
    isInputError(/is not empty and holds no run/),
  );
});

test("early stopping ends a run that no longer improves", async () => {
  // The learning rate is so small that no epoch is better than the first.
  const still = { epochs: 9, patience: 2, learningRate: 1e-12, limitTrain: 4, limitDev: 2 };
  const result = await train(changed({ training: still }), corpus, { directory: pathOf("still") });
  assert.equal(result.epochs.length, 3);
  assert.equal(result.bestEpoch, 1);
});

test("the best epoch is chosen by the configured split, and by none if dev is trained on", async () => {
  const run = (name: string, training: object) =>
    train(changed({ training: { epochs: 4, ...training } }), corpus, { directory: pathOf(name) });
  const f1 = (report: { overall: { f1: number } } | undefined) => report?.overall.f1 ?? -1;
  const bestBy = (values: number[]) => values.indexOf(Math.max(...values)) + 1;

  const byTest = await run("by-test", { selectOn: "test", learningRate: 0.03 });
  assert.equal(byTest.bestEpoch, bestBy(byTest.epochs.map(({ test }) => f1(test))));
  assert.equal(f1(byTest.scores.test), Math.max(...byTest.epochs.map(({ test }) => f1(test))));
  const byDev = await run("by-dev", { learningRate: 0.03 });
  assert.deepEqual(
    byDev.epochs.map(({ test, dev }) => [test, dev]),
    byTest.epochs.map(({ dev }) => [undefined, dev]),
  );
  assert.equal(byDev.bestEpoch, bestBy(byDev.epochs.map(({ dev }) => f1(dev))));

  let learned = 0;
  const both = await train(changed({ training: { trainOn: "train+dev", selectOn: "last" } }), corpus, {
    directory: pathOf("both"),
    onBegin: ({ sentences }) => {
      learned = sentences;
    },
  });
  assert.equal(learned, corpus.splits.train.length + corpus.splits.dev.length);
  assert.deepEqual(
    both.epochs.map(({ dev, best }) => [dev, best]),
    both.epochs.map(() => [undefined, true]),
  );
  assert.equal(both.bestEpoch, both.epochs.length);
  assert.throws(
    () => changed({ training: { trainOn: "train+dev" } }),
    isInputError(/training\.selectOn is "dev": training on dev leaves no dev/),
  );
});

test("a damaged, missing or foreign model is an error in one line", async () => {
  const path = pathOf("seed-a");
  await assert.rejects(EntityDetector.load(pathOf("nowhere")), isInputError(/holds no trained model/));
  const tensors = join(path, readdirSync(path).find((file) => /^best-.*safetensors$/.test(file)) as string);
  truncateSync(tensors, readFileSync(tensors).length - 10);
  await assert.rejects(EntityDetector.load(path), isInputError(/damaged or cut short/));

  const best = join(path, "best.json");
  const file = JSON.parse(readFileSync(join(pathOf("whole"), "best.json"), "utf8"));
  const wider = { ...file, model: { ...file.model, hidden: 32 } };
  const foreign = join(pathOf("whole"), "foreign.json");
  writeFileSync(foreign, JSON.stringify(wider));
  await assert.rejects(
    EntityDetector.load(foreign),
    isInputError(/has shape .* this model needs .*another config/),
  );
  writeFileSync(best, JSON.stringify({ ...file, format: "other" }));
  await assert.rejects(EntityDetector.load(path), isInputError(/best\.json: format is "other"/));
  for (const elsewhere of ["..", "../seed-a/best.safetensors", "C:\\best.safetensors"]) {
    writeFileSync(best, JSON.stringify({ ...file, tensors: { ...file.tensors, file: elsewhere } }));
    await assert.rejects(
      EntityDetector.load(path),
      isInputError(
        /best\.json: tensors\.file is .*: expected the name of a \.safetensors file in the same folder/,
      ),
    );
  }
  assert.ok(existsSync(best));
});

test("a run with micro-batches and frozen parameters resumes where it stopped; an unknown parameter writes nothing", async () => {
  const parts = changed({ training: { epochs: 2, accumulate: 3, freeze: ["encoder.words"] } });
  await train(parts, corpus, { directory: pathOf("parts") });
  const stop = new AbortController();
  const stopped = train(parts, corpus, {
    directory: pathOf("parts-stopped"),
    signal: stop.signal,
    onStep: ({ epoch, steps }) => {
      assert.equal(steps, 6);
      if (epoch === 2) stop.abort();
    },
  });
  await assert.rejects(stopped, { name: "AbortError" });
  await train(parts, corpus, { directory: pathOf("parts-stopped") });
  assert.deepEqual(weights(pathOf("parts-stopped")), weights(pathOf("parts")));
  const wrong = changed({ training: { freeze: ["encoder.word"] } });
  await assert.rejects(
    train(wrong, corpus, { directory: pathOf("wrong") }),
    isInputError(/training\.freeze: .*did you mean "encoder\.words"/),
  );
  assert.ok(!existsSync(pathOf("wrong")));
});

test("limits that leave no sentence are an error before anything is written", async () => {
  const short = changed({ training: { maxLength: 1 } });
  await assert.rejects(
    train(short, corpus, { directory: pathOf("none") }),
    isInputError(/no training sentence/),
  );
  assert.ok(!existsSync(pathOf("none")));
});

const bare = (sentences: readonly Sentence[]) => sentences.map((sentence) => ({ ...sentence, entities: [] }));

test("training sentences without an entity are an error before anything is written", async () => {
  const { train: some, dev, test } = corpus.splits;
  const none = corpusOf("none", { train: bare(some), dev: bare(dev), test: [] });
  const first = corpusOf("first", { train: [...bare(some.slice(0, 2)), ...some], dev, test });
  const limited = changed({ training: { limitTrain: 2 } });
  const options = { directory: pathOf("no-entity") };
  await assert.rejects(train(config, none, options), isInputError(/^none: none of the 24 .*corpus stats$/));
  await assert.rejects(
    train(limited, first, options),
    isInputError(/^first: none of the 2 .*raise .*limitTrain/),
  );
  assert.ok(!existsSync(pathOf("no-entity")));
});

test("a run is not written into something that is not a folder", async () => {
  writeFileSync(pathOf("a-file"), "");
  for (const directory of [pathOf("a-file"), "/dev/null", ""])
    await assert.rejects(
      train(config, corpus, { directory }),
      isInputError(/is not a folder|is an empty string/),
    );
});

test("a sentence that does not fit into the engine's memory is named before anything is written", async () => {
  const { train: some, dev, test } = corpus.splits;
  const tokens = new Array<string>(20_000).fill("a");
  const long = { ...some[0], tokens, pos: tokens };
  const options = { directory: pathOf("long") };
  const learned = corpusOf("learned", { train: [...some, long], dev, test });
  await assert.rejects(
    train(config, learned, options),
    isInputError(
      /^learned: train: sentence 24 has 20,000 tokens .*; skip it with training\.maxLength, or split it$/,
    ),
  );
  const scored = corpusOf("scored", { train: some, dev: [long, ...dev], test });
  await assert.rejects(
    train(config, scored, options),
    isInputError(/^scored: dev: sentence 0 has 20,000 .*; split it$/),
  );
  assert.ok(!existsSync(pathOf("long")));
  await train(changed({ training: { epochs: 1, maxLength: 100 } }), learned, options);
});

test("a split without entities that is to choose the epoch is reported", async () => {
  const { train: some, dev, test } = corpus.splits;
  const splits = { train: some, dev: [...bare(dev.slice(0, 2)), ...dev.slice(2)], test: bare(test) };
  const chosenBy = async (training: object) => {
    const remarks: string[] = [];
    const abort = new AbortController();
    const config = changed({ training });
    const options = { directory: pathOf("unchosen"), signal: abort.signal, onStep: () => abort.abort() };
    const onRemark = (line: string) => remarks.push(line);
    await assert.rejects(train(config, corpusOf("some", splits), { ...options, onRemark }));
    rmSync(pathOf("unchosen"), { recursive: true });
    return remarks;
  };
  const [remark] = await chosenBy({ limitDev: 2 });
  assert.match(remark, /^some: dev has no entity, so its F1 stays 0 .*training\.selectOn=last/);
  assert.match((await chosenBy({ selectOn: "test" }))[0], /^some: test has no entity/);
  assert.deepEqual([await chosenBy({}), await chosenBy({ limitDev: 2, selectOn: "last" })], [[], []]);
});

test("a run without a folder gets one named by config and corpus below runs, and the same call resumes it", async () => {
  const before = process.cwd();
  process.chdir(folder);
  try {
    const first = await train(config, corpus);
    assert.match(first.directory, /^runs[\\/]tiny-[0-9a-f]{8}$/);
    const again = await train(config, corpus, { onStep: () => assert.fail("trained") });
    assert.deepEqual([again.directory, again.scores], [first.directory, first.scores]);
    const other = await train(changed({ training: { epochs: 1 } }), corpus);
    assert.notEqual(other.directory, first.directory);
  } finally {
    process.chdir(before);
  }
});
