// A run that starts from a trained model has its weights, and new rows for new words, characters, tags and types.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { corpusOf, type Sentence } from "../../src/corpus";
import { EntityDetector } from "../../src/detector/entity-detector";
import { readModel, writeModel } from "../../src/detector/storage";
import { evaluate } from "../../src/evaluation";
import {
  type Config,
  initConfig,
  parseConfig,
  readResult,
  readRun,
  train,
  withInit,
} from "../../src/training";
import { textOf } from "../corpus/vectors/vector-files";
import { outcomeOf, tinySetting } from "../soak/training-task";
import { tinyCorpus } from "../support/corpus";
import { familyFolder } from "../support/encoder-folder";
import { inputError, testFolder } from "../support/folders";

const folder = testFolder("init");
const pathOf = (name: string): string => join(folder, name);
const base: Config = parseConfig(tinySetting, "the tiny setting");
const config = parseConfig({ training: { epochs: 16 } }, "test", base);
const parent = pathOf("parent");
const corpus = tinyCorpus(1);

/** The corpus with a type under another name, a new type, and new words, characters and tags. */
function otherCorpus(): ReturnType<typeof tinyCorpus> {
  const changed = (sentence: Sentence): Sentence => {
    const entities = sentence.entities.map((one) => (one.type === "name" ? { ...one, type: "PERSON" } : one));
    const last = sentence.tokens.length;
    return {
      ...sentence,
      tokens: [...sentence.tokens, "Šárka"],
      pos: [...sentence.pos, "NEW"],
      entities: [...entities, { start: last, end: last + 1, type: "city" }],
    };
  };
  const { train, dev, test } = corpus.splits;
  return corpusOf("other", { train: train.map(changed), dev: dev.map(changed), test: test.map(changed) });
}
const other = otherCorpus();
const renamed = { PERSON: "name" };
/** As if nothing were learned: what the first step would compute with. */
const still = (from: Config): Config =>
  parseConfig({ training: { epochs: 1, learningRate: 1e-12, weightDecay: 0, limitTrain: 4 } }, "test", from);

/** Starts from a model, whose types have these names in the other corpus. */
const from = (model: string, config: Config, initTypes: Readonly<Record<string, string>> = renamed): Config =>
  parseConfig({ training: { init: model, initTypes } }, "test", config);

before(() => train(config, corpus, { directory: parent }));

test("weights, vocabularies and types come from the model, with new rows at their ends and None last", async () => {
  const directory = pathOf("extended");
  const { init } = await train(from(parent, still(config)), other, { directory });
  const [old, now] = [parent, directory].map((run) => readModel(join(run, "best.json")));
  assert.deepEqual(old.description.types, ["group", "name"]);
  assert.deepEqual(now.description.types, ["group", "PERSON", "city"]);
  assert.deepEqual(init?.types, { group: "group", PERSON: "name", city: null });
  assert.deepEqual(init?.corpus, { name: "tiny", hash: corpus.hash });
  assert.equal(init?.sha256, old.sha256);
  const { words, characters, pos } = now.description.vocabularies;
  for (const [name, vocabulary, item] of [
    ["words", words, "Šárka"],
    ["characters", characters, "Š"],
    ["pos", pos, "NEW"],
  ] as const) {
    const items = old.description.vocabularies[name].toJSON();
    assert.deepEqual(vocabulary.toJSON().slice(0, items.length), items);
    assert.ok(!items.includes(item) && vocabulary.has(item), name);
  }
  const near = (one: ArrayLike<number>, two: ArrayLike<number>): boolean =>
    one.length === two.length && Array.from(one).every((value, index) => Math.abs(value - two[index]) < 1e-6);
  let extended = 0;
  for (const [name, { shape, values }] of now.tensors) {
    const before = old.tensors.get(name)!;
    if (String(shape) === String(before.shape)) assert.ok(near(values, before.values), name);
    else if (/^encoder\.(words|characters|pos)\./.test(name)) {
      assert.ok(near(values.subarray(0, before.values.length), before.values), name);
      extended++;
    } else {
      // Classes are group, PERSON, city, None now, and were group, name, None.
      const axis = shape.findIndex((size, index) => size !== before.shape[index]);
      const slice = (of: { shape: readonly number[]; values: Float32Array }, item: number): number[] => {
        const inner = of.shape.slice(axis + 1).reduce((product, side) => product * side, 1);
        return [...of.values].filter((_, index) => Math.floor(index / inner) % of.shape[axis] === item);
      };
      const after = { shape, values };
      assert.deepEqual([shape[axis], before.shape[axis]], [4, 3], name);
      assert.ok(near(slice(after, 0), slice(before, 0)), `${name}: group`);
      assert.ok(near(slice(after, 1), slice(before, 1)), `${name}: PERSON`);
      assert.ok(near(slice(after, 3), slice(before, 2)), `${name}: None`);
      assert.ok(!near(slice(after, 2), slice(before, 2)), `${name}: city`);
      extended++;
    }
  }
  assert.ok(extended >= 6, `${extended} tensors`);
});

test("a CRF gets new tags before the tag of tokens outside of entities", async () => {
  const crf = (from: Config): Config =>
    parseConfig({ model: { architecture: "crf", crfLevels: 2 } }, "test", from);
  const [before, after] = [pathOf("crf"), pathOf("crf-extended")];
  await train(crf(base), corpus, { directory: before });
  await train(from(before, still(crf(config))), other, { directory: after });
  const [old, now] = [before, after].map((run) => readModel(join(run, "best.json")).tensors);
  const name = "crf.1.transitions";
  const { values, shape } = now.get(name)!;
  assert.deepEqual(
    [old.get(name)!.shape, shape],
    [
      [9, 9],
      [13, 13],
    ],
  );
  // Tags were those of group and name, then O; those of city are now between.
  const tag = (index: number): number => (index === 8 ? 12 : index);
  let used = 0;
  for (const [index, value] of old.get(name)!.values.entries()) {
    if (Math.abs(value) > 0.01) used++;
    const [from, to] = [Math.floor(index / 9), index % 9];
    assert.ok(Math.abs(values[tag(from) * 13 + tag(to)] - value) < 1e-6, `${from} to ${to}`);
  }
  assert.ok(used > 5);
});

test("scores on the model's own corpus are reported before and after, with renamed types", async () => {
  const directory = pathOf("scored");
  const result = await train(from(parent, still(config)), other, { directory, initCorpus: corpus });
  const { scores } = result.init!;
  assert.deepEqual(scores?.before, readResult(parent)?.scores.dev);
  const detector = await EntityDetector.load(directory);
  const dev = corpus.splits.dev.map((sentence) => ({
    ...sentence,
    entities: sentence.entities.map((one) => (one.type === "name" ? { ...one, type: "PERSON" } : one)),
  }));
  assert.deepEqual(scores?.after, await evaluate(detector, dev));
  detector.dispose();
  // A new type with random weights may take proposals from the others, but most stay.
  assert.ok(scores!.after.overall.f1 > 0.5 * scores!.before.overall.f1, `${scores!.after.overall.f1}`);
  assert.deepEqual(JSON.parse(readFileSync(join(directory, "result.json"), "utf8")).init, result.init);
});

test("an interrupted run that starts from a model ends like an uninterrupted one", async () => {
  const short = from(parent, parseConfig({ training: { epochs: 2 } }, "test", config));
  await train(short, other, { directory: pathOf("whole") });
  const stop = new AbortController();
  const stopped = train(short, other, {
    directory: pathOf("stopped"),
    signal: stop.signal,
    onStep: ({ epoch, step }) => epoch === 1 && step === 2 && stop.abort(),
  });
  await assert.rejects(stopped, { name: "AbortError" });
  await assert.rejects(
    train(config, other, { directory: pathOf("stopped") }),
    inputError(/holds a run with another setting \(it started from the model .*parent/),
  );
  await assert.rejects(
    train(from(parent, short, { PERSON: "group" }), other, { directory: pathOf("stopped") }),
    inputError(/holds a run with another setting \(training\.initTypes\.PERSON "name", here "group"/),
  );
  await train(short, other, { directory: pathOf("stopped"), init: join(parent, "best.json") });
  assert.deepEqual(outcomeOf(pathOf("stopped")), outcomeOf(pathOf("whole")));
  assert.equal(readRun(pathOf("stopped")).config.training.init, join(parent, "best.json"));
});

test("training from an interrupted run with its config and corpus equals resuming it", async () => {
  const half = pathOf("half");
  const stop = new AbortController();
  const stopped = train(config, corpus, {
    directory: half,
    signal: stop.signal,
    onStep: ({ epoch, step }) => epoch === 2 && step === 3 && stop.abort(),
  });
  await assert.rejects(stopped, { name: "AbortError" });
  let resumedSteps: number | undefined;
  await train(config, corpus, {
    directory: pathOf("continued"),
    init: half,
    onBegin: (report) => {
      resumedSteps = report.resumedSteps;
    },
  });
  assert.equal(resumedSteps, 3);
  assert.deepEqual(outcomeOf(pathOf("continued")), outcomeOf(parent));
  assert.equal(readResult(half), undefined, "the run itself stays as it is");

  mkdirSync(pathOf("foreign"));
  writeFileSync(join(pathOf("foreign"), "thesis.txt"), "all of it");
  await assert.rejects(
    train(config, corpus, { directory: pathOf("foreign"), init: half }),
    inputError(/foreign: is not empty and holds no run/),
  );
  assert.equal(readFileSync(join(pathOf("foreign"), "thesis.txt"), "utf8"), "all of it");
  assert.ok(existsSync(join(half, "last.json")));
});

test("new words have the vectors of their file, or random ones if it is missing", async () => {
  const file = pathOf("vectors.txt");
  const { train: learned, dev, test: none } = other.splits;
  const unlearned = dev.map((one) => ({ ...one, tokens: [...one.tokens.slice(1), "Žižka"] }));
  const withDev = corpusOf("dev", { train: learned, dev: unlearned, test: none });
  writeFileSync(
    file,
    textOf([...words(corpus), "Šárka", "Žižka"].map((word, index) => [word, [index, 1, -index]])),
  );
  const model = { embedding: { characters: 4, words: 3, pos: 2 }, wordVectors: { file } };
  const withVectors = parseConfig({ model, training: { epochs: 1, limitTrain: 8 } }, "test", config);
  const vectorParent = pathOf("with-vectors");
  await train(withVectors, corpus, { directory: vectorParent });
  const inherited = initConfig(vectorParent, withVectors);
  assert.equal(inherited.training.init, vectorParent);
  const rowOf = (run: string, word: string): number[] => {
    const { description, tensors } = readModel(join(run, "best.json"));
    const row = 3 * description.vocabularies.words.index(word);
    return [...tensors.get("encoder.words.weight")!.values.subarray(row, row + 3)];
  };
  await train(still(inherited), withDev, { directory: pathOf("read") });
  const index = words(corpus).length;
  assert.deepEqual(rowOf(pathOf("read"), "Šárka"), [index, 1, -index]);
  assert.deepEqual(rowOf(pathOf("read"), "Žižka"), [index + 1, 1, -index - 1], "a word of dev only");
  rmSync(file);
  const remarks: string[] = [];
  await train(still(inherited), other, {
    directory: pathOf("missing"),
    onRemark: (line) => remarks.push(line),
  });
  assert.match(
    remarks[1],
    /vectors\.txt: is missing, so words that .*with-vectors does not know start from random values$/,
  );
  const [first, second, third] = rowOf(pathOf("missing"), "Šárka");
  assert.ok(first !== index && Math.abs(first) + Math.abs(second) + Math.abs(third) > 0);
  const [firstWord] = words(corpus);
  assert.deepEqual(rowOf(pathOf("missing"), firstWord), rowOf(vectorParent, firstWord));
});

const words = ({ splits }: typeof corpus): string[] => [
  ...new Set(Object.values(splits).flatMap((split) => split.flatMap(({ tokens }) => tokens))),
];

test("a model with other settings, and types that cannot be renamed this way, are errors", async () => {
  const start = (change: unknown, names?: Record<string, string>) =>
    train(from(parent, parseConfig(change, "test", still(config)), names), other, {
      directory: pathOf("refused"),
    });
  await assert.rejects(
    start({ model: { layers: 3 } }),
    inputError(/parent: has no parameter regressor\.2\..*; leave the model's settings/),
  );
  await assert.rejects(
    start({ model: { layers: 1 } }),
    inputError(
      /parent: has a parameter regressor\.1\.\S*, which the new model lacks; leave the model's settings/,
    ),
  );
  // Longer in one axis, but not by new characters or types.
  await assert.rejects(
    start({ model: { embedding: { characters: 6 } } }),
    inputError(/parent: its parameter encoder\.\S+ has shape \[.*,4\], not \[.*,6\]; leave/),
  );
  await assert.rejects(
    start({ model: { hidden: 24 } }),
    inputError(/parent: its parameter \S+ has shape \[.*\], not \[.*\]; leave/),
  );
  await assert.rejects(
    start({}, { PERSON: "nam" }),
    inputError(/PERSON=nam: the model has no type "nam"; did you mean "name"\?$/),
  );
  await assert.rejects(
    start({}, { PERSONS: "name" }),
    inputError(/PERSONS=name: the corpus has no type "PERSONS"; did you mean "PERSON"\?$/),
  );
  await assert.rejects(
    start({}, { group: "name" }),
    inputError(/group=name: the model already has a type "group"$/),
  );
  await assert.rejects(
    start({}, { PERSON: "name", city: "name" }),
    inputError(/city=name: "name" is renamed twice$/),
  );
  await assert.rejects(
    start({ model: { bert: { from: familyFolder("roberta") } } }),
    inputError(
      /^model\.bert\.from is ".*roberta", but .*parent, whose weights the new model gets, has null; leave/,
    ),
  );
  assert.ok(!existsSync(pathOf("refused")));
});

test("a corpus on which the model cannot be scored is refused before the training", async () => {
  const start = (initCorpus: typeof corpus) =>
    train(from(parent, still(config)), other, { directory: pathOf("wrong-corpus"), initCorpus });
  await assert.rejects(
    start(other),
    inputError(/^other: dev: sentence 0.*: "PERSON" is unknown to this model; there are group, name$/),
  );
  const { train: sentences } = corpus.splits;
  await assert.rejects(
    start(corpusOf("train-only", { train: sentences, dev: [], test: [] })),
    inputError(/^train-only: has neither dev nor test to score the model on before and after; omit it$/),
  );
  assert.ok(!existsSync(pathOf("wrong-corpus")));
});

test("types that only the model or only the corpus has are reported, if both have some", async () => {
  const remarksOf = async (model: string, corpusOfRun: typeof corpus, initTypes?: Record<string, string>) => {
    const remarks: string[] = [];
    const directory = pathOf(`remarks-${Object.keys(initTypes ?? {}).length}-${corpusOfRun.name}`);
    const onRemark = (line: string): unknown => remarks.push(line);
    await train(from(model, still(config), initTypes), corpusOfRun, { directory, onRemark });
    return remarks.filter((line) => line.includes("initTypes"));
  };
  assert.deepEqual(await remarksOf(parent, other, {}), [
    `only ${parent} has name, and only other has PERSON, city; if two of them mean the same, map them in training.initTypes ` +
      "(pnr train --init-types PERSON=name)",
  ]);
  assert.deepEqual(await remarksOf(parent, other, renamed), []);
  assert.deepEqual(await remarksOf(parent, corpus, {}), []);
});

test("a corpus to score that the model was not trained on is reported", async () => {
  const remarksOf = async (name: string, initCorpus: typeof corpus) => {
    const remarks: string[] = [];
    const onRemark = (line: string): unknown => remarks.push(line);
    await train(from(parent, still(config), {}), corpus, { directory: pathOf(name), initCorpus, onRemark });
    return remarks;
  };
  assert.deepEqual(await remarksOf("scored-same", corpus), []);
  const half = corpusOf("half", { ...corpus.splits, train: corpus.splits.train.slice(1) });
  assert.deepEqual(await remarksOf("scored-half", half), [
    `half: has other content than the corpus ${corpus.name} that ${parent} was trained on; it is scored all the same, but says ` +
      "nothing about what the model forgets",
  ]);
});

test("another adapter starts at 0 on weights into which the model's is merged", async () => {
  const bert = { from: familyFolder("roberta"), adapter: { rank: 2, alpha: 4 } };
  const adapted = parseConfig(
    { model: { bert }, training: { epochs: 1, learningRate: 0.1 } },
    "test",
    config,
  );
  const run = pathOf("adapted");
  await train(adapted, corpus, { directory: run });
  const tensorsOf = (name: string) => readModel(join(pathOf(name), "best.json")).tensors;
  const old = tensorsOf("adapted");
  const module = "encoder.bert.layers.0.attention.query.";
  const [weight, down, up] = ["weight", "adapter.down", "adapter.up"].map((part) => old.get(module + part)!);
  const [outputs, inputs] = weight.shape;
  const expected = Array.from(weight.values, (value, index) => {
    const [row, column] = [Math.floor(index / inputs), index % inputs];
    const change = [0, 1].map((k) => up.values[row * 2 + k] * down.values[k * inputs + column]);
    return value + (4 / 2) * (change[0] + change[1]);
  });
  assert.equal(expected.length, outputs * inputs);
  const largest = Math.max(...expected.map((value, index) => Math.abs(value - weight.values[index])));
  assert.ok(largest > 1e-3, `the adapter has learned: ${largest}`);
  const starting = (name: string, change: object) => {
    const patches = [
      { source: "--set", change: { model: { bert: change } } },
      { source: "--init", change: { training: { init: run } } },
    ];
    return train(withInit(still(config), patches), corpus, { directory: pathOf(name) });
  };
  const near = (one: ArrayLike<number>, two: ArrayLike<number>): boolean =>
    one.length === two.length && Array.from(one).every((value, index) => Math.abs(value - two[index]) < 1e-5);
  await starting("merged", { adapter: null });
  assert.ok(near(tensorsOf("merged").get(`${module}weight`)!.values, expected));
  assert.ok(!tensorsOf("merged").has(`${module}adapter.up`));
  await starting("rank-3", { adapter: { rank: 3 } });
  const now = tensorsOf("rank-3");
  assert.ok(near(now.get(`${module}weight`)!.values, expected));
  assert.deepEqual(now.get(`${module}adapter.up`)!.shape, [outputs, 3]);
  assert.ok(now.get(`${module}adapter.up`)!.values.every((value) => Math.abs(value) < 1e-6));
  assert.ok(now.get(`${module}adapter.down`)!.values.some((value) => Math.abs(value) > 0.01));
  await starting("same", {});
  assert.ok(near(tensorsOf("same").get(`${module}weight`)!.values, weight.values));
  assert.ok(near(tensorsOf("same").get(`${module}adapter.up`)!.values, up.values));
});

test("a model to start from is the one that the last patch names", () => {
  const patch = (source: string, change: unknown) => ({ source, change });
  const init = (model: unknown) => patch("--init", { training: { init: model } });
  const layers = patch("--set", { model: { dropout: 0.3 } });
  const named = withInit(base, [init("elsewhere"), layers, init(parent)]);
  assert.deepEqual([named.model.layers, named.model.dropout, named.training.init], [2, 0.3, parent]);
  const deeper = parseConfig({ model: { layers: 4 } }, "test", base);
  assert.equal(withInit(deeper, [init(parent), init(null)]).model.layers, 4);
  assert.equal(
    withInit(deeper, [layers], () => ({ ...deeper, ...from(parent, deeper, {}) })).model.dropout,
    0.3,
  );
  assert.throws(() => withInit(base, [init(3)]), inputError(/training\.init is 3: /));
});

test("weights packed in 8 bits are a model to start from", async () => {
  const { description, tensors } = readModel(join(parent, "best.json"));
  writeModel(pathOf("packed.json"), description, tensors, { weights: "int8" });
  const { init } = await train(still(config), corpus, {
    directory: pathOf("from-packed"),
    init: pathOf("packed.json"),
  });
  assert.equal(init?.corpus, undefined, "no run is at hand");
  assert.deepEqual(init?.types, { group: "group", name: "name" });
});
