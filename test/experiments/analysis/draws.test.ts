import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../../src/engine";
import { Draws, type Term } from "../../../src/experiments/analysis/draws";
import type { RunRecord } from "../../../src/experiments/results/run-record";
import { type SentenceCounts, scoresFrom } from "../../../src/experiments/results/sentence-counts";

/** A run on `sentences` sentences of four entities of one token, each predicted with the given probability. */
function run(seed: number, skill: number, random: Random, sentences = 80): RunRecord {
  const correct = Array.from({ length: sentences }, () => {
    let count = 0;
    for (let entity = 0; entity < 4; entity++) if (random.uniform() < skill) count++;
    return count;
  });
  const counts: SentenceCounts = {
    sentences,
    sentence: Uint16Array.from(correct.keys()),
    length: new Uint8Array(sentences),
    gold: new Uint16Array(sentences).fill(4),
    predicted: new Uint16Array(sentences).fill(4),
    correct: Uint16Array.from(correct),
  };
  return { id: `${seed} ${skill}`, seed, counts, ...scoresFrom(counts) } as unknown as RunRecord;
}
const seeds = [1, 2, 3, 4];
const difference = (a: readonly RunRecord[], b: readonly RunRecord[]): Term[] => [
  { runs: a, weight: 1 },
  { runs: b, weight: -1 },
];

test("a contrast is the weighted difference of mean scores, and significant if it is large", () => {
  const random = new Random(3);
  const [good, bad] = [0.9, 0.6].map((skill) => seeds.map((seed) => run(seed, skill, random)));
  const contrast = new Draws([...good, ...bad]).contrast(difference(good, bad))!;
  const mean = (runs: readonly RunRecord[]) => runs.reduce((sum, { overall }) => sum + overall.f1, 0) / 4;
  assert.ok(Math.abs(contrast.estimate - (mean(good) - mean(bad))) < 1e-9);
  assert.ok(contrast.low > 20 && contrast.low < contrast.estimate && contrast.estimate < contrast.high);
  assert.ok(contrast.p < 0.002);
  assert.deepEqual(contrast.seeds, seeds);
});

test("the reverse contrast has the opposite sign; a setting does not differ from itself", () => {
  const random = new Random(4);
  const [a, b] = [0.8, 0.75].map((skill) => seeds.map((seed) => run(seed, skill, random)));
  const draws = new Draws([...a, ...b]);
  const [one, other] = [draws.contrast(difference(a, b))!, draws.contrast(difference(b, a))!];
  for (const [x, y] of [
    [one.estimate, -other.estimate],
    [one.low, -other.high],
    [one.high, -other.low],
    [one.p, other.p],
  ])
    assert.ok(Math.abs(x - y) < 1e-6);
  const self = draws.contrast(difference(a, a))!;
  assert.deepEqual([self.estimate, self.low, self.high, self.p], [0, 0, 0, 1]);
});

test("only seeds that all terms have count, in any order", () => {
  const random = new Random(5);
  const a = [3, 1, 2].map((seed) => run(seed, 0.8, random));
  const b = [2, 4, 3].map((seed) => run(seed, 0.7, random));
  const contrast = new Draws([...a, ...b]).contrast(difference(a, b))!;
  assert.deepEqual(contrast.seeds, [3, 2]);
  const expected = (a[0].overall.f1 - b[2].overall.f1 + a[2].overall.f1 - b[0].overall.f1) / 2;
  assert.ok(Math.abs(contrast.estimate - expected) < 1e-9);
  assert.equal(new Draws([...a, ...b]).contrast(difference([a[1]], [b[1]])), undefined);
});

test("a group without errors has an interval of width 0, and one without entities scores 0", () => {
  const random = new Random(6);
  const runs = [run(1, 1, random)];
  const draws = new Draws(runs);
  const of = (group: "1" | "4") => draws.contrast([{ runs, group, weight: 1 }])!;
  assert.deepEqual([of("1").estimate, of("1").low, of("1").high], [100, 100, 100]);
  assert.deepEqual([of("4").estimate, of("4").low, of("4").high], [0, 0, 0]);
});

test("equal models differ significantly about as rarely as the level says", () => {
  const random = new Random(8);
  const trials = 300;
  let significant = 0;
  for (let trial = 0; trial < trials; trial++) {
    const [a, b] = [run(1, 0.8, random, 60), run(1, 0.8, random, 60)];
    if (new Draws([a, b], { resamples: 200, seed: trial }).contrast(difference([a], [b]))!.p < 0.05)
      significant++;
  }
  assert.ok(significant > 0.01 * trials && significant < 0.1 * trials, `${significant} of ${trials}`);
});

test("equal settings with different seeds rarely differ significantly, even with three seeds", () => {
  const random = new Random(10);
  const trials = 200;
  const rate = (count: number): number => {
    let significant = 0;
    for (let trial = 0; trial < trials; trial++) {
      const runs = (): RunRecord[] =>
        Array.from({ length: count }, (_, seed) => run(seed, 0.7 + 0.2 * random.uniform(), random, 60));
      const [a, b] = [runs(), runs()];
      const draws = new Draws([...a, ...b], { resamples: 200, seed: trial });
      if (draws.contrast(difference(a, b))!.p < 0.05) significant++;
    }
    return significant / trials;
  };
  // With n instead of n − 1 seeds it would be 0.105 and 0.065.
  const [three, five] = [rate(3), rate(5)];
  assert.ok(three < 0.1, `${three} with three seeds`);
  assert.ok(five < 0.06, `${five} with five seeds`);
});

test("runs on different sentences are an error", () => {
  const random = new Random(9);
  assert.throws(() => new Draws([run(1, 0.5, random, 10), run(2, 0.5, random, 11)]), /different sentences/);
});
