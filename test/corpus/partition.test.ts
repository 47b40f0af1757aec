import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { InputError } from "../../src/base/errors";
import { type PartitionOptions, partition } from "../../src/corpus/partition";
import { documentsOf } from "../../src/corpus/sentences";
import type { Sentence } from "../../src/corpus/types";
import { Random } from "../../src/engine/random";
import { sentence } from "./sentence-builders";

/** A corpus of documents with these numbers of sentences. */
function corpus(...sizes: readonly number[]): Sentence[] {
  return sizes.flatMap((size, document) =>
    Array.from({ length: size }, (_, index) => ({
      ...sentence(`w${document}.${index}`),
      id: `d${document}`,
    })),
  );
}

test("documents are recognized by ids, or by contexts that match", () => {
  const [a, b, c] = ["a", "b", "c"].map((word) => sentence(word));
  const linked = [
    { ...a, next: ["b"] },
    { ...b, previous: ["a"], next: ["x"] },
    c,
    { ...c, id: "d" },
    { ...a, id: "d" },
  ];
  assert.deepEqual(
    documentsOf(linked).map((document) => document.length),
    [2, 1, 2],
  );
});

test("every sentence is in one split, in order, and documents stay whole", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 6, maxLength: 30 }),
      fc.nat(99),
      fc.boolean(),
      (sizes, seed, shuffles) => {
        const sentences = corpus(...sizes);
        const splits = Object.values(
          partition(sentences, { parts: [60, 30, 10], ...(shuffles && { random: new Random(seed) }) }),
        );
        const order = splits.flat().map((one) => sentences.indexOf(one));
        assert.deepEqual(
          [...order].sort((x, y) => x - y),
          [...sentences.keys()],
        );
        for (const split of splits) {
          const indices = split.map((one) => sentences.indexOf(one));
          assert.deepEqual(
            indices,
            [...indices].sort((x, y) => x - y),
          );
        }
        const ids = splits.map((split) => new Set(split.map(({ id }) => id)));
        assert.equal(
          ids.reduce((sum, { size }) => sum + size, 0),
          sizes.length,
        );
      },
    ),
  );
});

test("the seed determines the splits; without a generator, the corpus is split in order", () => {
  const sentences = corpus(...Array.from({ length: 100 }, () => 1));
  const ids = (random?: Random): string[][] =>
    Object.values(
      partition(sentences, { parts: [80, 10, 10], by: "sentence", ...(random && { random }) }),
    ).map((split) => split.map(({ id }) => id));
  assert.deepEqual(ids(new Random(3)), ids(new Random(3)));
  assert.notDeepEqual(ids(new Random(3)), ids(new Random(4)));
  assert.deepEqual(
    ids().map((split) => split.length),
    [80, 10, 10],
  );
  assert.deepEqual(
    ids().flat(),
    sentences.map(({ id }) => id),
  );
});

test("refused: percentages that do not sum to 100", () => {
  for (const parts of [
    [80, 10, 5],
    [110, -5, -5],
    [Number.NaN, 50, 50],
  ] as const)
    assert.throws(() => partition([], { parts }), InputError);
});

test("refused: a part that would be empty, with the way out; a part of 0 percent may be empty", () => {
  const refused = (sizes: readonly number[], options: PartitionOptions, message: RegExp) =>
    assert.throws(
      () => partition(corpus(...sizes), options),
      (error: Error) => error instanceof InputError && message.test(error.message),
    );
  refused(
    [40],
    { parts: [80, 10, 10] },
    /^dev and test would be empty: the corpus has 1 document to split into parts of 80,10,10 percent; split by sentences \(--by sentence\) or choose other parts$/,
  );
  refused(
    [1, 1, 1],
    { parts: [80, 10, 10], by: "sentence" },
    /^test would be empty: the corpus has 3 sentences .* percent; choose other parts$/,
  );
  refused([2, 2], { parts: [10, 40, 50] }, /^train would be empty: the corpus has 2 documents/);
  const { train, dev, test } = partition(corpus(40), { parts: [0, 100, 0] });
  assert.deepEqual([train.length, dev.length, test.length], [0, 40, 0]);
});
