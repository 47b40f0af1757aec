import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { InputError } from "../../src/base/errors";
import { documentsOf } from "../../src/corpus/documents";
import { partition } from "../../src/corpus/partition";
import type { Sentence } from "../../src/corpus/types";
import { Random } from "../../src/engine/random";
import { sentence } from "./sentences";

/** Documents of so many sentences. */
function corpus(...sizes: readonly number[]): Sentence[] {
  return sizes.flatMap((size, document) =>
    Array.from({ length: size }, (_, at) => ({ ...sentence(`w${document}.${at}`), id: `d${document}` })),
  );
}

test("documents are told by ids, or by contexts that name each other", () => {
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

test("every sentence lies in one split, in order, and documents stay whole", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 30 }),
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
          const own = split.map((one) => sentences.indexOf(one));
          assert.deepEqual(
            own,
            [...own].sort((x, y) => x - y),
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

test("the same seed gives the same splits, another one others; without one the corpus is cut in order", () => {
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

test("refused: parts that are not 100 percent", () => {
  for (const parts of [
    [80, 10, 5],
    [110, -5, -5],
    [Number.NaN, 50, 50],
  ] as const)
    assert.throws(() => partition([], { parts }), InputError);
});
