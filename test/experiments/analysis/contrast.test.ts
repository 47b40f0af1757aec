import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../../src/engine";
import { unitsOf } from "../../../src/evaluation/units";
import {
  type Contrast,
  contrastOf,
  differenceOf,
  isEvidence,
  scoreIntervals,
} from "../../../src/experiments/analysis/contrast";
import { intervalAround, pDifferent } from "../../../src/experiments/analysis/statistics";
import type { RunRecord } from "../../../src/experiments/results/run-record";
import { type SentenceCounts, scoresFrom } from "../../../src/experiments/results/sentence-counts";

interface RunOptions {
  readonly sentences?: number;
  /** Sentences per document. */
  readonly document?: number;
  /** Chance of each sentence that all its entities are missed. */
  readonly hard?: (sentence: number) => boolean;
}

/** A run on sentences of four entities of one token, each predicted with the given probability. */
function run(seed: number, skill: number, random: Random, options: RunOptions = {}): RunRecord {
  const { sentences = 80, document, hard = () => false } = options;
  const correct = Array.from({ length: sentences }, (_, sentence) => {
    let count = 0;
    for (let entity = 0; entity < 4; entity++) if (random.uniform() < skill && !hard(sentence)) count++;
    return count;
  });
  const counts: SentenceCounts = {
    sentences,
    sentence: Uint16Array.from(correct.keys()),
    length: new Uint8Array(sentences),
    gold: new Uint16Array(sentences).fill(4),
    predicted: new Uint16Array(sentences).fill(4),
    correct: Uint16Array.from(correct),
    ...(document && {
      documents: Uint16Array.from({ length: sentences }, (_, at) => Math.floor(at / document)),
    }),
  };
  return { id: `${seed} ${skill}`, seed, counts, ...scoresFrom(counts) } as unknown as RunRecord;
}
const seeds = [1, 2, 3, 4];
const near = (one: number, other: number, within = 1e-9): void =>
  assert.ok(Math.abs(one - other) < within, `${one} is not ${other}`);
const numbers = (contrast: Contrast) => [
  contrast.estimate,
  intervalAround(contrast).low,
  intervalAround(contrast).high,
  pDifferent(contrast),
];

test("a contrast is the weighted difference of mean scores, and significant if it is large", () => {
  const random = new Random(3);
  const [good, bad] = [0.9, 0.6].map((skill) => seeds.map((seed) => run(seed, skill, random)));
  const contrast = differenceOf(good, bad)!;
  const mean = (runs: readonly RunRecord[]) => runs.reduce((sum, { overall }) => sum + overall.f1, 0) / 4;
  const [estimate, low, high, p] = numbers(contrast);
  near(estimate, mean(good) - mean(bad));
  assert.ok(low > 20 && low < estimate && estimate < high);
  assert.ok(p < 0.002);
  assert.deepEqual([contrast.seedNumbers, contrast.seeds, contrast.units], [seeds, 4, 80]);
});

test("the reverse contrast has the opposite sign; a setting does not differ from itself", () => {
  const random = new Random(4);
  const [a, b] = [0.8, 0.75].map((skill) => seeds.map((seed) => run(seed, skill, random)));
  const [one, other] = [numbers(differenceOf(a, b)!), numbers(differenceOf(b, a)!)];
  near(one[0], -other[0]);
  near(one[1], -other[2]);
  near(one[3], other[3]);
  assert.deepEqual(numbers(differenceOf(a, a)!), [0, 0, 0, 1]);
});

test("only seeds that all terms have count, in any order", () => {
  const random = new Random(5);
  const a = [3, 1, 2].map((seed) => run(seed, 0.8, random));
  const b = [2, 4, 3].map((seed) => run(seed, 0.7, random));
  const contrast = differenceOf(a, b)!;
  assert.deepEqual(contrast.seedNumbers, [3, 2]);
  near(contrast.estimate, (a[0].overall.f1 - b[2].overall.f1 + a[2].overall.f1 - b[0].overall.f1) / 2);
  assert.equal(differenceOf([a[1]], [b[1]]), undefined);
  assert.equal(differenceOf([], b), undefined);
});

test("the influence of a sentence is how its removal changes the score, to first order", () => {
  const random = new Random(11);
  const [one] = [run(1, 0.7, random, { sentences: 400 })];
  const { influences, estimate } = contrastOf([{ runs: [one], weight: 1 }])!;
  near(
    influences[0].reduce((sum, value) => sum + value, 0),
    0,
    1e-6,
  );
  for (const removed of [0, 17, 399]) {
    const { counts } = one;
    const keep = (column: Uint16Array): number =>
      column.reduce((sum, value, at) => sum + (at === removed ? 0 : value), 0);
    const without = (200 * keep(counts.correct)) / (keep(counts.gold) + keep(counts.predicted));
    near(estimate - without, influences[0][removed] / 400, 0.002);
  }
});

test("intervals are of groups with at least 30 gold entities", () => {
  const random = new Random(6);
  const [enough, few] = [run(1, 1, random, { sentences: 8 }), run(1, 0.9, random, { sentences: 7 })];
  assert.deepEqual(scoreIntervals([enough]).overall.f1, { low: 100, high: 100 }, "everything is correct");
  assert.equal(scoreIntervals([few]).overall.f1, null);
  assert.equal(scoreIntervals([enough]).byLength["4"].f1, null, "no entities");
  assert.deepEqual(
    [isEvidence([enough], "all"), isEvidence([enough, few], "all"), isEvidence([], "all")],
    [true, false, false],
  );
});

test("an interval over several seeds covers the seeds too", () => {
  const random = new Random(12);
  const runs = [0.5, 0.7, 0.9].map((skill, seed) => run(seed, skill, random));
  const width = (all: readonly RunRecord[]): number => {
    const { low, high } = scoreIntervals(all).overall.f1!;
    return high - low;
  };
  assert.ok(width(runs) > 3 * width([runs[1]]));
});

test("units are documents if there are at least 20, else sentences", () => {
  const random = new Random(13);
  const units = (options: RunOptions) => {
    const { name, units: count, unitOf } = unitsOf(run(1, 0.8, random, options).counts);
    return [name, count, unitOf(5)];
  };
  assert.deepEqual(units({ document: 4 }), ["documents", 20, 1]);
  assert.deepEqual(units({ document: 5 }), ["sentences", 80, 5]);
  assert.deepEqual(units({}), ["sentences", 80, 5]);
});

test("documents whose sentences are alike widen an interval", () => {
  const hard = (sentence: number): boolean => Math.floor(sentence / 4) % 3 === 0;
  const width = (document?: number): number => {
    const { low, high } = scoreIntervals([run(1, 0.9, new Random(14), { sentences: 240, hard, document })])
      .overall.f1!;
    return high - low;
  };
  assert.ok(width(4) > 1.7 * width(), `${width(4)} is not much more than ${width()}`);
});

test("equal settings rarely differ significantly, with few seeds too", () => {
  const random = new Random(10);
  const trials = 1000;
  for (const count of [3, 5]) {
    let significant = 0;
    for (let trial = 0; trial < trials; trial++) {
      const runs = (): RunRecord[] =>
        Array.from({ length: count }, (_, seed) =>
          run(seed, 0.7 + 0.2 * random.uniform(), random, { sentences: 60 }),
        );
      if (pDifferent(differenceOf(runs(), runs())!) < 0.05) significant++;
    }
    assert.ok(significant > 15 && significant < 70, `${significant} of ${trials} with ${count} seeds`);
  }
});

test("runs on different sentences are an error", () => {
  const random = new Random(9);
  const [one, other] = [10, 11].map((sentences) => run(1, 0.5, random, { sentences }));
  assert.throws(() => differenceOf([one], [other]), /different sentences/);
});
