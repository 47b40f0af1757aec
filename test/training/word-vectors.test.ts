import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { InputError } from "../../src/base/errors";
import { corpusOf, type Sentence } from "../../src/corpus";
import { EntityDetector } from "../../src/detector/entity-detector";
import { readModel } from "../../src/detector/storage";
import { evaluate } from "../../src/evaluation";
import { type Config, parseConfig, train } from "../../src/training";
import { sentence } from "../corpus/sentence-builders";
import { type Rows, textOf } from "../corpus/vectors/vector-files";
import { tinyCorpus } from "../support/corpus";

const folder = mkdtempSync(join(tmpdir(), "pnr-word-vectors-"));
after(() => rmSync(folder, { recursive: true }));
process.chdir(folder);

const names: readonly string[] = [..."abcde"].flatMap((one) => [..."xyz"].map((two) => one + two));
/** The lower-case words but the last, and one that no sentence has. */
const rows: Rows = [...names.slice(0, -1), "new"].map((word, at) => [
  word,
  [at / 8, 1 - at / 16, 1, 0.5].map(Math.fround),
]);
const file = join(folder, "vectors.txt");
writeFileSync(file, textOf(rows));

const base: Config = parseConfig(
  {
    model: {
      embedding: { characters: 4, words: 4, pos: 2 },
      wordVectors: { file },
      ...{ hidden: 16, kernels: [2], layers: 1, heads: 2 },
    },
    training: { epochs: 2, batchSize: 4, learningRate: 0.01, minimumWordCount: 1 },
  },
  "test",
);
const changed = (change: unknown): Config => parseConfig(change, "test", base);
const withVectors = (change: object): Config => changed({ model: { wordVectors: change } });
const corpus = tinyCorpus(1);
let runs = 0;
const run = (config: Config, own = corpus, directory = join(folder, `run-${runs++}`)) =>
  train(config, own, { directory });

/** A stored word embedding: the row of a word as the model looks it up. */
function tableOf(directory: string, name = "best.json"): (word: string) => number[] {
  const { description, tensors } = readModel(join(directory, name));
  const { shape, values } = tensors.get("encoder.words.weight")!;
  assert.deepEqual(shape, [description.vocabularies.words.size, 4]);
  return (word) => {
    const row = description.vocabularies.words.index(word);
    return [...values.subarray(4 * row, 4 * row + 4)];
  };
}
const vectorOf = (word: string): number[] => [...rows.find(([other]) => other === word)![1]];

test("a checkpoint holds frozen vectors unchanged, and the file is not needed afterwards", async () => {
  const vectorFile = join(folder, "gone.txt");
  writeFileSync(vectorFile, readFileSync(file));
  const result = await run(withVectors({ file: vectorFile }));
  rmSync(vectorFile);
  const row = tableOf(result.directory);
  for (const word of names.slice(0, -1)) {
    assert.deepEqual(row(word), vectorOf(word));
    assert.deepEqual(row(word.toUpperCase()), vectorOf(word), "by its lower-case letters");
  }
  assert.notDeepEqual(row("ez"), row("never"), "a word without vector is not unknown");
  const { wordVectors } = readModel(join(result.directory, "best.json")).description.model;
  assert.deepEqual([wordVectors?.file, wordVectors?.sha256], [vectorFile, result.wordVectors?.sha256]);
  const detector = await EntityDetector.load(result.directory);
  assert.deepEqual(await evaluate(detector, corpus.splits.dev), result.scores.dev);
  detector.dispose();
});

test("the report counts the words of each split that were found, by kind of match", async () => {
  const { wordVectors } = await run(base);
  assert.deepEqual([wordVectors?.rows, wordVectors?.dimension, wordVectors?.file], [15, 4, file]);
  const { occurrences } = wordVectors!.coverage.dev;
  const tokens = corpus.splits.dev.flatMap(({ tokens }) => tokens);
  const isUpper = (token: string) => token === token.toUpperCase();
  const missing = tokens.filter((token) => token.toLowerCase() === "ez").length;
  const lower = tokens.filter((token) => isUpper(token) && token !== "EZ").length;
  assert.ok(lower > 0 && missing > 0, "the corpus has such words");
  assert.deepEqual(occurrences, {
    written: tokens.length - lower - missing,
    lower,
    capitalized: 0,
    upper: 0,
    missing,
  });
});

test("trainable vectors move; frozen ones and missing words do not", async () => {
  for (const trainable of [false, true]) {
    const directory = join(folder, `moves-${trainable}`);
    const one = changed({ model: { wordVectors: { trainable } }, training: { epochs: 1 } });
    await run(one, corpus, directory);
    const row = tableOf(directory);
    assert.equal(row("ax").join() !== vectorOf("ax").join(), trainable);
    const distance = Math.hypot(...row("ax").map((value, at) => value - vectorOf("ax")[at]));
    assert.ok(distance < 0.5, "it starts from the vector");
  }
});

test("words that only dev and test have get their vectors, too", async () => {
  const unseen: Sentence = sentence("new ax", [[0, 1, "name"]]);
  const splits = { ...corpus.splits, test: [...corpus.splits.test, unseen] };
  const { directory } = await run(base, corpusOf("tiny", splits));
  assert.deepEqual(tableOf(directory)("new"), vectorOf("new"));
});

test("the row of a word without a vector is scaled like the vectors, or 0", async () => {
  const random = await run(base);
  const [rare, unknown] = ["ez", "never"].map(tableOf(random.directory));
  const all = rows.slice(0, -1).flatMap(([, values]) => values);
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  const deviation = Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length);
  const plain = await run(
    changed({ model: { wordVectors: null }, training: { epochs: 1, freeze: ["encoder.words"] } }),
  );
  // The generator first draws the tables, in the same order in both models.
  const first = readModel(join(plain.directory, "best.json")).tensors.get("encoder.words.weight")!.values;
  for (const [index, value] of unknown.entries())
    assert.ok(Math.abs(value - deviation * first[index]) < 1e-6);
  assert.ok(rare.every((value) => value !== 0));

  const zero = tableOf((await run(withVectors({ missing: "zero" }))).directory);
  assert.deepEqual(
    [zero("ez"), zero("never")],
    [
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ],
  );
});

test("without fallback a word is known only as written, as in the released code", async () => {
  const row = tableOf((await run(withVectors({ fallback: [], missing: "zero" }))).directory);
  assert.deepEqual(row("ax"), vectorOf("ax"));
  assert.deepEqual(row("AX"), [0, 0, 0, 0]);
});

test("a stopped run resumes to the same weights, but not with other vectors", async () => {
  const whole = await run(base);
  const directory = join(folder, "stopped");
  const stop = new AbortController();
  await assert.rejects(
    train(base, corpus, { directory, signal: stop.signal, onEpoch: () => stop.abort(new Error("stop")) }),
    /stop/,
  );
  const other = textOf(rows.map(([word, values]) => [word, values.map((value) => -value)]));
  writeFileSync(file, other);
  await assert.rejects(
    train(base, corpus, { directory }),
    /was trained with other word vectors than those in .*vectors\.txt; restore that file, or train again/,
  );
  writeFileSync(file, textOf(rows));
  await train(base, corpus, { directory });
  assert.deepEqual(
    readModel(join(directory, "last.json")).tensors,
    readModel(join(whole.directory, "last.json")).tensors,
  );
});

const isInputError = (pattern: RegExp) => (error: unknown) =>
  error instanceof InputError && pattern.test(error.message) && !error.message.includes("\n");

test("a file that does not fit the config is refused before anything is written", async () => {
  const cases: [Config, RegExp][] = [
    [
      changed({ model: { embedding: { words: 8 } } }),
      /has vectors of 4 numbers, model\.embedding\.words is 8; set it to 4/,
    ],
    [
      withVectors({ sha256: "0".repeat(64) }),
      /its SHA-256 is [0-9a-f]{64}, not 0{64} \(model\.wordVectors\.sha256\)/,
    ],
    [withVectors({ file: "none.txt" }), /^none\.txt: no such file/],
  ];
  for (const [config, problem] of cases) await assert.rejects(run(config), isInputError(problem));
  assert.throws(
    () => withVectors({ fallback: ["lower", "lower"] }),
    isInputError(/must name each spelling once/),
  );
  assert.throws(() => withVectors({ trainabel: true }), isInputError(/did you mean "trainable"\?/));
  assert.throws(
    () => changed({ model: { embedding: { words: 0 } } }),
    isInputError(/embedding\.words is 0: must be as wide/),
  );
});

test("a loaded model takes new words from the file it was trained with, and from no other", async () => {
  const { directory } = await run(base);
  const trainedOn = await EntityDetector.load(directory);
  assert.equal(trainedOn.description.vocabularies.words.index("new"), 0);
  trainedOn.dispose();
  const load = (from: string, words: string[]) =>
    EntityDetector.load(directory, { wordVectors: { file: from, words } });

  const detector = await load(file, ["NEW", "ax", "unheard"]);
  const { words } = detector.description.vocabularies;
  const rowOfNew = words.index("New");
  assert.equal(rowOfNew, words.size - 1);
  const table = detector.network.parameters.get("encoder.words.weight").dataSync();
  assert.deepEqual([...table.slice(4 * rowOfNew, 4 * rowOfNew + 4)], vectorOf("new"));
  assert.equal(words.index("unheard"), 0);
  assert.deepEqual(await evaluate(detector, corpus.splits.dev), (await run(base)).scores.dev);
  detector.dispose();

  const same = join(folder, "with-header.txt");
  writeFileSync(same, textOf([...rows, ["further", [1, 2, 3, 4]]], true));
  const bigger = await load(same, ["further"]);
  assert.equal(
    bigger.description.vocabularies.words.index("further"),
    bigger.description.vocabularies.words.size - 1,
  );
  bigger.dispose();

  const other = join(folder, "other.txt");
  writeFileSync(other, textOf(rows.map(([word, values]) => [word, [...values.slice(1), 9]])));
  await assert.rejects(
    load(other, ["new"]),
    isInputError(/is not the file of word vectors .*: "ax" has another vector/),
  );
  const { directory: moved } = await run(withVectors({ trainable: true }));
  await assert.rejects(
    EntityDetector.load(moved, { wordVectors: { file: same, words: ["further"] } }),
    isInputError(/is not the file of word vectors that the model was trained with/),
  );
  const { directory: without } = await run(changed({ model: { wordVectors: null } }));
  await assert.rejects(
    EntityDetector.load(without, { wordVectors: { file, words: ["new"] } }),
    isInputError(/was trained without word vectors/),
  );
});
