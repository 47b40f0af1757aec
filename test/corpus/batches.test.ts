import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import { InputError } from "../../src/base/errors";
import { batchings, boundBatches, makeBatches } from "../../src/corpus/batches";
import { loadCorpus } from "../../src/corpus/load";
import { Random } from "../../src/engine/random";
import { paddingWaste } from "../support/padding-waste";

const ofLengths = (lengths: readonly number[]) =>
  lengths.map((length) => ({ tokens: new Array<string>(length).fill("a") }));

const anyLengths = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 400 });

test("every sentence is in one batch, and at most one batch is small", () => {
  const sizes = fc.integer({ min: 1, max: 20 });
  const kinds = fc.constantFrom(...batchings);
  fc.assert(
    fc.property(anyLengths, sizes, fc.option(fc.nat()), kinds, (lengths, size, seed, batching) => {
      const random = seed === null ? undefined : new Random(seed);
      const batches = makeBatches(ofLengths(lengths), size, random, batching);
      assert.deepEqual(
        batches.flat().sort((a, b) => a - b),
        lengths.map((_, index) => index),
      );
      assert(batches.every((batch) => batch.length >= 1 && batch.length <= size));
      assert(batches.filter((batch) => batch.length < size).length <= 1);
    }),
  );
});

test("without a generator, batches are always the same, from short to long", () => {
  const sentences = ofLengths([3, 1, 2, 1, 9]);
  assert.deepEqual(makeBatches(sentences, 2), [[1, 3], [2, 0], [4]]);
});

test("a generator shuffles: one seed gives the same batches, and epochs differ", () => {
  const sentences = ofLengths(Array.from({ length: 100 }, (_, index) => 1 + (index % 7)));
  const random = new Random(1);
  const [first, second] = [makeBatches(sentences, 8, random), makeBatches(sentences, 8, random)];
  assert.deepEqual(makeBatches(sentences, 8, new Random(1)), first);
  assert.notDeepEqual(second, first);
  const longest = first.map((batch) => Math.max(...batch.map((index) => sentences[index].tokens.length)));
  assert.notDeepEqual(
    longest,
    [...longest].sort((a, b) => a - b),
  );
});

test("shuffled batches need far less padding than unsorted ones", () => {
  const random = new Random(3);
  const sentences = ofLengths(Array.from({ length: 1500 }, () => 1 + random.below(60)));
  const unsorted = Array.from({ length: 93 }, (_, index) =>
    Array.from({ length: 16 }, (_, row) => 16 * index + row),
  );
  assert(paddingWaste(sentences, unsorted) > 0.4);
  assert(paddingWaste(sentences, makeBatches(sentences, 16, random)) < 0.06);
});

test("free shuffling ignores the lengths of sentences", () => {
  const lengths = Array.from({ length: 21 }, (_, index) => 1 + (index % 7));
  const batches = makeBatches(ofLengths(lengths), 4, new Random(5), "shuffled");
  const order = new Random(5).shuffled(lengths.map((_, index) => index));
  assert.deepEqual(batches.flat(), order);
  assert.deepEqual(
    batches.map(({ length }) => length),
    [4, 4, 4, 4, 4, 1],
  );
});

test("without a generator, free shuffling also gives batches from short to long", () => {
  assert.deepEqual(makeBatches(ofLengths([3, 1, 2]), 2, undefined, "shuffled"), [[1, 2], [0]]);
});

test("on the sample corpus, less than 10 % is padding, in training and in a window of prediction", async () => {
  const { train } = (await loadCorpus(join(__dirname, "../../../data/sample"))).splits;
  for (const size of [8, 32]) {
    for (let seed = 1; seed <= 5; seed++) {
      const waste = paddingWaste(train, makeBatches(train, size, new Random(seed)));
      assert(waste > 0 && waste < 0.1, `batch size ${size}, seed ${seed}: ${waste}`);
    }
    const window = train.slice(0, 32 * size);
    assert(paddingWaste(window, makeBatches(window, size)) < 0.1);
  }
});

test("batches of long sentences are split as far as necessary, in order", () => {
  const sentences = ofLengths([10, 1, 1, 1, 1, 30, 2]);
  const batches = [[1, 2, 3, 4], [0, 6, 1], [5], [5, 5]];
  assert.deepEqual(boundBatches(batches, sentences, 2000), [[1, 2, 3, 4], [0, 6], [1], [5], [5], [5]]);
  assert.deepEqual(boundBatches(batches, sentences, 1e9), batches);
});

test("waste is the share of padding in all positions", () => {
  assert.equal(paddingWaste(ofLengths([1, 4, 3]), [[0, 1], [2]]), 3 / 11);
  assert.equal(paddingWaste([], []), 0);
});

test("an invalid batch size is refused", () => {
  for (const size of [0, -1, 1.5, Number.NaN]) {
    assert.throws(
      () => makeBatches([], size),
      (error: Error) => {
        assert(error instanceof InputError);
        assert.equal(error.message, `batch size: must be a positive integer, not ${size}`);
        return true;
      },
    );
  }
});
