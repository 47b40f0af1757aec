import assert from "node:assert/strict";
import { test } from "node:test";
import { type Sentence, selectSentences } from "../../src/corpus";
import { Random } from "../../src/engine";
import { parseConfig, trainingSentences } from "../../src/training";

const sentences: Sentence[] = Array.from({ length: 40 }, (_, index) => ({
  id: `${index}`,
  tokens: Array.from({ length: 1 + (index % 4) }, () => "word"),
  pos: Array.from({ length: 1 + (index % 4) }, () => "NN"),
  entities: [],
  previous: [],
  next: [],
}));
const splits = { train: sentences, dev: [], test: [] };
const corpus = { name: "numbers", splits } as unknown as Parameters<typeof trainingSentences>[0];
const indices = (training: object): number[] =>
  Array.from(trainingSentences(corpus, parseConfig({ training }, "test").training), ({ id }) => Number(id));
const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

test("a random subset has its size and order, and differs between seeds", () => {
  const first = indices({ limitTrain: 10, subset: "random", seed: 1 });
  assert.equal(first.length, 10);
  assert.equal(new Set(first).size, 10);
  assert.deepEqual(first, sorted(first));
  assert.deepEqual(indices({ limitTrain: 10, subset: "random", seed: 1 }), first);
  assert.notDeepEqual(indices({ limitTrain: 10, subset: "random", seed: 2 }), first);
  assert.notDeepEqual(first, indices({ limitTrain: 10 }));
});

test("every sentence is as likely as any other, and sentences that are too long are never drawn", () => {
  const counts = new Map<number, number>();
  for (let seed = 1; seed <= 400; seed++)
    for (const index of indices({ limitTrain: 10, subset: "random", seed, maxLength: 3 }))
      counts.set(index, (counts.get(index) ?? 0) + 1);
  // 400 draws of 10 out of 30: 133 each, with a standard deviation of 9.4.
  assert.equal(counts.size, 30);
  for (const [index, count] of counts) {
    assert.ok(index % 4 < 3, `sentence ${index} has four tokens`);
    assert.ok(Math.abs(count - 133) < 45, `sentence ${index} was drawn ${count} times`);
  }
});

test("without a limit, or with one that nothing exceeds, all sentences are used", () => {
  assert.equal(indices({ subset: "random" }).length, 40);
  assert.deepEqual(indices({ subset: "random", limitTrain: 40 }), indices({}));
});

test("sentences on disk give the same subset as in memory", () => {
  const onDisk = {
    length: sentences.length,
    tokenCounts: Int32Array.from(sentences, ({ tokens }) => tokens.length),
    at: (index: number) => sentences[index],
    [Symbol.iterator]: () => sentences[Symbol.iterator](),
  };
  const ids = (all: Parameters<typeof selectSentences>[0]) =>
    Array.from(
      selectSentences(all, () => true, 7, new Random(5)),
      ({ id }) => id,
    );
  assert.deepEqual(ids(onDisk as Parameters<typeof selectSentences>[0]), ids(sentences));
});
