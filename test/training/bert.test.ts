import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { InputError } from "../../src/base/errors";
import { readJson } from "../../src/base/files";
import { BertEncoder, PretrainedBert } from "../../src/bert";
import { WordPiece } from "../../src/corpus";
import { EntityDetector } from "../../src/detector/entity-detector";
import { savePretrained } from "../../src/detector/pretrained";
import { readModel } from "../../src/detector/storage";
import { Random, startEngine } from "../../src/engine";
import { evaluate } from "../../src/evaluation";
import { readTensor } from "../../src/nn/parameters";
import { applyOverrides, type Config, parseConfig, readRun, train } from "../../src/training";
import { tinyCorpus } from "../support/corpus";
import { familyFolder, ownFolder } from "../support/encoder-folder";
import { smallBert, wordPiece } from "../support/model";
import { assertNear } from "../support/numbers";

const folder = mkdtempSync(join(tmpdir(), "pnr-bert-"));
before(() => startEngine());
after(() => rmSync(folder, { recursive: true }));

const config: Config = parseConfig(
  {
    model: {
      embedding: { characters: 0, words: 0, pos: 0 },
      bert: { layers: 2, hidden: 16, heads: 2, intermediate: 24, positions: 32 },
      hidden: 16,
      kernels: [2],
      layers: 1,
      heads: 2,
    },
    training: { epochs: 2, batchSize: 4, learningRate: 0.01, minimumWordCount: 1, limitDev: 4 },
  },
  "test",
);
const corpus = tinyCorpus(1, 12, 8, 0);
const special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"];
const changed = (change: unknown) => parseConfig(change, "test", config);
const pathOf = (name: string) => join(folder, name);
const isInputError = (pattern: RegExp) => (error: unknown) =>
  error instanceof InputError && pattern.test(error.message) && !error.message.includes("\n");
const stored = (directory: string) => readModel(join(directory, "last.json"));
const weights = (directory: string) =>
  [...stored(directory).tensors].map(([name, { values }]) => [name, [...values]]);

test("a model whose only embedding is BERT learns, and predicts the same when loaded", async () => {
  const losses: number[] = [];
  const longer = changed({ training: { epochs: 16 } });
  const tensors = tf.memory().numTensors;
  const result = await train(longer, corpus, {
    directory: pathOf("learns"),
    onStep: ({ loss }) => losses.push(loss),
  });
  assert.equal(tf.memory().numTensors, tensors);
  const mean = (some: number[]) => some.reduce((sum, loss) => sum + loss, 0) / some.length;
  const [first, last] = [mean(losses.slice(0, 3)), mean(losses.slice(-3))];
  assert.ok(last < first / 2, `the loss fell from ${first} to ${last} only`);

  const model = await EntityDetector.load(pathOf("learns"));
  const { pieces } = model.description.vocabularies;
  assert.ok(pieces && pieces.size > 5);
  assert.deepEqual(await evaluate(model, corpus.splits.dev.slice(0, 4)), result.scores.dev);
  model.dispose();
});

test("a stopped run with BERT's dropout ends with the same weights as an uninterrupted one", async () => {
  await train(config, corpus, { directory: pathOf("whole") });
  const stop = new AbortController();
  const stopped = train(config, corpus, {
    directory: pathOf("stopped"),
    signal: stop.signal,
    onStep: ({ epoch }) => epoch === 2 && stop.abort(),
  });
  await assert.rejects(stopped, { name: "AbortError" });
  await train(config, corpus, { directory: pathOf("stopped") });
  assert.deepEqual(weights(pathOf("stopped")), weights(pathOf("whole")));
});

test("BERT's dropout and a sentence's neighbors make a difference", async () => {
  await train(changed({ model: { bert: { dropout: 0 } } }), corpus, { directory: pathOf("no-dropout") });
  assert.notDeepEqual(weights(pathOf("no-dropout")), weights(pathOf("whole")));
  const model = await EntityDetector.load(pathOf("whole"));
  const pieces = (purpose: "training" | "evaluation", ...context: string[]) => {
    const sentence = { tokens: ["ax"], pos: ["X"], next: context };
    return model.encode([sentence], purpose).pieces?.ids.length;
  };
  assert.deepEqual([pieces("training"), pieces("training", "b", "c")], [3, 5]);
  const long = new Array(100).fill("b");
  assert.deepEqual([pieces("training", ...long), pieces("evaluation", ...long.slice(0, 29))], [3, 32]);
  model.dispose();
});

test("a frozen BERT keeps its initial values and has no moments, and the rest learns", async () => {
  const frozen = changed({ model: { bert: { frozen: true } } });
  await train(frozen, corpus, { directory: pathOf("frozen") });
  const { description, tensors } = stored(pathOf("frozen"));
  const first = new EntityDetector(description, new Random(config.training.seed));
  const { parameters } = first.network;
  const ofBert = parameters.names.filter((name) => name.startsWith("encoder.bert."));
  assert.equal(ofBert.length, 5 + 2 * 16);
  for (const name of parameters.names) {
    const values = [...readTensor(parameters.get(name)).values];
    const moved = tensors.get(name)!.values.some((value, i) => value !== values[i]);
    if (ofBert.includes(name)) assert.equal(moved, false, name);
    if (name.startsWith("encoder.gru")) assert.equal(moved, true, name);
    assert.equal(tensors.has(`optimizer.first.${name}`), !ofBert.includes(name), name);
  }
  first.dispose();
});

test("cached outputs of a frozen BERT are used in training and prediction and change no bit", async () => {
  const frozen = changed({ model: { bert: { frozen: true } } });
  const counted = async (directory: string) => {
    const before = { ...process.env };
    process.env.PNR_BERT_CACHE = pathOf("cache");
    process.env.PNR_BERT_CACHE_GIB = "1";
    const forward = BertEncoder.prototype.forward;
    let passes = 0;
    BertEncoder.prototype.forward = function (...given) {
      passes++;
      return forward.apply(this, given);
    };
    try {
      await train(frozen, corpus, { directory });
      const detector = await EntityDetector.load(directory);
      const predictions = await detector.predict(corpus.splits.dev);
      detector.dispose();
      return { passes, predictions };
    } finally {
      BertEncoder.prototype.forward = forward;
      process.env = before;
    }
  };
  const first = await counted(pathOf("kept"));
  // Once, not once per epoch: 12 training sentences and 4 of dev; then the other 4 of dev.
  const distinct = new Set(
    [...corpus.splits.train, ...corpus.splits.dev].map(({ tokens }) => tokens.join(" ")),
  );
  assert.equal(first.passes, distinct.size);
  assert.deepEqual(weights(pathOf("kept")), weights(pathOf("frozen")));
  const second = await counted(pathOf("kept-again"));
  assert.equal(second.passes, 0);
  assert.deepEqual(second.predictions, first.predictions);
  assert.deepEqual(weights(pathOf("kept-again")), weights(pathOf("frozen")));
  const detector = await EntityDetector.load(pathOf("frozen"));
  assert.deepEqual(await detector.predict(corpus.splits.dev, { batchSize: 1 }), first.predictions);
  detector.dispose();
});

test("a vocabulary file is checked before anything is written, and must not change during a run", async () => {
  const vocabulary = pathOf("vocab.txt");
  const withFile = changed({ model: { bert: { vocabulary } } });
  await assert.rejects(
    train(withFile, corpus, { directory: pathOf("file") }),
    isInputError(/vocab\.txt: no such file/),
  );
  // cspell:disable-next-line
  const pieces = [...special, ..."abcdeXYZABCDE", ..."xyz".split("").map((c) => `##${c}`)];
  writeFileSync(vocabulary, pieces.join("\n"));
  const stop = new AbortController();
  const first = train(withFile, corpus, {
    directory: pathOf("file"),
    signal: stop.signal,
    onStep: ({ epoch }) => epoch === 2 && stop.abort(),
  });
  await assert.rejects(first, { name: "AbortError" });
  assert.deepEqual(stored(pathOf("file")).description.vocabularies.pieces?.toJSON(), pieces);
  writeFileSync(vocabulary, pieces.map((piece) => piece.replace("e", "f")).join("\n"));
  await assert.rejects(
    train(withFile, corpus, { directory: pathOf("file") }),
    isInputError(/last\.json: its vocabularies differ from those of .*vocab\.txt now/),
  );
});

/** Differs from the config in positions and names, to distinguish loaded values from initial ones. */
const pretrained = { ...smallBert, hidden: 16, heads: 4, intermediate: 20, positions: 40, dropout: 0.05 };
const noBert: Config = parseConfig({ model: { bert: null, embedding: { pos: 2 } } }, "test", config);

test("a run starts from a pre-trained BERT with its sizes and rules, and does not need its folder afterwards", async () => {
  const letters = [...special, ..."abcde", ..."xyz".split("").map((c) => `##${c}`)];
  const pieces = new WordPiece(letters, { lowercase: true });
  const weights = ownFolder(pathOf("encoder"), { ...pretrained, lowercase: true }, pieces, 3);
  const fromFolder = parseConfig({ model: { bert: { from: pathOf("encoder") } } }, "test", noBert);
  const { layers, hidden, heads, intermediate, positions, dropout, lowercase } = fromFolder.model.bert!;
  assert.deepEqual(
    [layers, hidden, heads, intermediate, positions, dropout, lowercase],
    [2, 16, 4, 20, 40, 0.05, true],
  );
  // Nothing is learned at a rate of 1e-30, so the run ends with its initial weights.
  const still = parseConfig({ training: { epochs: 1, learningRate: 1e-30 } }, "test", fromFolder);
  await train(still, corpus, { directory: pathOf("from") });
  const { description, tensors } = stored(pathOf("from"));
  assert.deepEqual(description.vocabularies.pieces?.toJSON(), letters);
  for (const [name, { values }] of weights) {
    assert.deepEqual(tensors.get(`encoder.bert.${name}`)?.values, values, name);
  }

  renameSync(pathOf("encoder"), pathOf("moved"));
  const detector = await EntityDetector.load(pathOf("from"));
  assert.equal((await detector.predict(corpus.splits.dev)).length, corpus.splits.dev.length);
  assert.deepEqual(parseConfig(readRun(pathOf("from")).config, "stored"), still);
  savePretrained(detector, pathOf("again"));
  detector.dispose();
  for (const file of ["config.json", "vocab.txt", "tokenizer_config.json", "model.safetensors"]) {
    assert.deepEqual(
      readFileSync(join(pathOf("again"), file)),
      readFileSync(join(pathOf("moved"), file)),
      file,
    );
  }
  const missing = parseConfig({ training: { seed: 9 } }, "test", still);
  await assert.rejects(
    train(missing, corpus, { directory: pathOf("missing") }),
    isInputError(/encoder: no such folder/),
  );
  assert.ok(!existsSync(pathOf("missing")), "nothing is written before the encoder is there");
});

test("a run starts from a RoBERTa, stores its tokenizer, and exports it", async () => {
  const from = familyFolder("roberta");
  const config = parseConfig({ model: { bert: { from } }, training: { epochs: 1 } }, "test", noBert);
  const { bert } = config.model;
  assert.deepEqual([bert?.family, bert?.positions, bert?.hidden], ["roberta", 88, 16]);
  await train(config, corpus, { directory: pathOf("roberta") });
  const detector = await EntityDetector.load(pathOf("roberta"));
  const { pieces } = detector.description.vocabularies;
  assert.deepEqual(pieces?.toJSON(), readJson(join(from, "tokenizer.json")));
  savePretrained(detector, pathOf("exported"));
  const { parameters } = detector.network;
  const load = (name: string) => readTensor(parameters.get(`encoder.bert.${name}`));
  const exported = new PretrainedBert(pathOf("exported"));
  assert.deepEqual(exported.settings, { ...new PretrainedBert(from).settings });
  const names = ["embedding.positions.weight", "layers.1.outer.bias"];
  const all = parameters.names.filter((name) => name.startsWith("encoder.bert."));
  const shapes = new Map(all.map((name) => [name.slice("encoder.bert.".length), parameters.get(name).shape]));
  const read = new Map<string, unknown>();
  exported.load(shapes, (name, tensor) => read.set(name, tensor));
  for (const name of names) assert.deepEqual(read.get(name), load(name), name);
  const predicted = await detector.predict(corpus.splits.dev);
  detector.dispose();
  const again = await EntityDetector.load(pathOf("roberta"));
  assert.deepEqual(await again.predict(corpus.splits.dev), predicted);
  again.dispose();
});

test("an adapter trains a pre-trained BERT without changing its weights, and is merged in the export", async () => {
  const from = pathOf("adapted-from");
  const base = ownFolder(from, { ...pretrained, layers: 2 }, wordPiece, 5);
  const settings = [`model.bert.from=${from}`, "model.bert.adapter.rank=3", "training.epochs=1"];
  const config = applyOverrides(noBert, settings);
  assert.deepEqual(config.model.bert?.adapter, { rank: 3, alpha: 16 });
  await train(config, corpus, { directory: pathOf("adapted") });
  const { description, tensors } = stored(pathOf("adapted"));
  const weightsOf = (name: string) => tensors.get(`encoder.bert.${name}`)?.values;
  for (const [name, { values }] of base) assert.deepEqual(weightsOf(name), values, name);
  assert.ok(weightsOf("layers.1.attention.query.adapter.up")?.some((value) => value !== 0));
  for (const name of ["layers.1.outer.weight", "layers.1.attention.query.weight"])
    assert.ok(!tensors.has(`optimizer.first.encoder.bert.${name}`), name);
  assert.ok(tensors.has("optimizer.first.encoder.bert.layers.1.attention.query.adapter.down"));

  renameSync(from, pathOf("adapted-moved"));
  const detector = await EntityDetector.load(pathOf("adapted"));
  savePretrained(detector, pathOf("merged"));
  const expected = await detector.candidates(corpus.splits.dev);
  detector.dispose();
  const merged = { ...description.model.bert!, adapter: null };
  const plain = new EntityDetector({ ...description, model: { ...description.model, bert: merged } });
  const { parameters } = plain.network;
  for (const name of parameters.names) parameters.set(name, tensors.get(name)!);
  const shapes = new Map([...base].map(([name, { shape }]) => [name, shape]));
  const changed = new Set<string>();
  new PretrainedBert(pathOf("merged")).load(shapes, (name, tensor) => {
    if (tensor.values.some((value, i) => value !== weightsOf(name)![i])) changed.add(name);
    parameters.set(`encoder.bert.${name}`, tensor);
  });
  const maps = [0, 1].flatMap((layer) =>
    ["query", "value"].map((map) => `layers.${layer}.attention.${map}.weight`),
  );
  assert.deepEqual([...changed], maps);
  const numbers = (all: typeof expected) => all.flat().map(({ probability }) => probability);
  assert.ok(numbers(expected).length > 5);
  assertNear(numbers(await plain.candidates(corpus.splits.dev)), numbers(expected), 1e-4, "probabilities");
  plain.dispose();
  renameSync(pathOf("adapted-moved"), from);
  for (const setting of ["model.bert.frozen=true", "model.bert.from=null"]) {
    assert.throws(
      () => applyOverrides(config, [setting]),
      isInputError(/model\.bert\.adapter is .*: needs pre-trained weights/),
    );
  }
});

test("a pre-trained BERT sets its sizes; configured sizes must agree with it", () => {
  ownFolder(pathOf("small"), { ...pretrained, layers: 1, hidden: 8, heads: 2 }, wordPiece, 3);
  ownFolder(pathOf("large"), { ...pretrained, layers: 3 }, wordPiece, 3);
  const small = parseConfig({ model: { bert: { from: pathOf("small"), frozen: true } } }, "test", noBert);
  const large = applyOverrides(small, [`model.bert.from=${pathOf("large")}`, "model.bert.positions=20"]);
  const settingsOf = ({ model: { bert } }: Config) => [
    bert?.layers,
    bert?.hidden,
    bert?.positions,
    bert?.frozen,
  ];
  assert.deepEqual([small, large].map(settingsOf), [
    [1, 8, 40, true],
    [3, 16, 20, true],
  ]);
  assert.deepEqual(settingsOf(parseConfig(JSON.parse(JSON.stringify(large)), "stored")), settingsOf(large));
  const both = { from: pathOf("small"), vocabulary: "vocab.txt" };
  assert.throws(
    () => parseConfig({ model: { bert: both } }, "test", noBert),
    isInputError(/model\.bert\.vocabulary is "vocab\.txt": must be null if model\.bert\.from/),
  );
  assert.throws(
    () => applyOverrides(small, ["model.bert.from=bert-base-cased"]),
    isInputError(/bert-base-cased: .*pnr encoder fetch bert-base-cased/),
  );
});

test("a stored model with BERT but without its pieces is an error in one line", async () => {
  const path = join(pathOf("whole"), "last.json");
  const file = JSON.parse(readFileSync(path, "utf8"));
  const { pieces, ...others } = file.vocabularies;
  assert.ok(pieces.length > 5);
  const broken = join(pathOf("whole"), "broken.json");
  writeFileSync(broken, JSON.stringify({ ...file, vocabularies: others }));
  await assert.rejects(EntityDetector.load(broken), isInputError(/vocabularies\.pieces is missing/));
});

test("tokens beyond BERT's positions are counted in the result and reported", async () => {
  const remarks: string[] = [];
  const short = changed({ model: { bert: { positions: 4 } }, training: { epochs: 1 } });
  const { cutOff } = await train(short, corpus, {
    directory: pathOf("short"),
    onRemark: (line) => remarks.push(line),
  });
  const long = corpus.splits.train.filter(({ tokens }) => tokens.length > 2);
  // Every word of train is a piece.
  assert.equal(cutOff!.train!.sentences, long.length);
  assert.equal(
    cutOff!.train!.tokens,
    long.reduce((sum, { tokens }) => sum + tokens.length - 2, 0),
  );
  const beyond = long.flatMap(({ entities }) => entities).filter(({ end }) => end > 2);
  assert.equal(cutOff!.train!.entities, beyond.length);
  assert.deepEqual(Object.keys(cutOff!), ["train", "dev"]);
  assert.match(remarks[0], /^train: \d+ sentences are longer than BERT's 4 positions/);
  assert.match(remarks[1], /^dev: /);
  const result = JSON.parse(readFileSync(join(pathOf("short"), "result.json"), "utf8"));
  assert.deepEqual(result.cutOff, cutOff);
  const enough = await train(changed({ training: { epochs: 1 } }), corpus, { directory: pathOf("enough") });
  assert.equal("cutOff" in enough && enough.cutOff, undefined);
});
