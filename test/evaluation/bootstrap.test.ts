import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entity } from "../../src/corpus/types";
import { Random } from "../../src/engine/random";
import { bootstrapScores } from "../../src/evaluation/bootstrap";
import { type CountTable, countTable } from "../../src/evaluation/counts";
import { outcomesOf } from "../../src/evaluation/outcomes";
import type { Interval, Score, Scores } from "../../src/evaluation/score-types";
import { scoreEntities } from "../../src/evaluation/scores";

type Sides = readonly { readonly gold: readonly Entity[]; readonly predicted: readonly Entity[] }[];

function tableOf(sides: Sides): CountTable {
  return countTable(
    outcomesOf(
      sides.map(({ gold }) => gold),
      sides.map(({ predicted }) => predicted),
    ),
    ["DNA", "RNA"],
  );
}

/** Sentences with 0 to 3 entities. A share of them is predicted, and some sentences have a wrong prediction. */
function sentences(count: number, recall: number, random: Random): Sides {
  return Array.from({ length: count }, () => {
    const entities = Array.from({ length: random.below(4) }, (_, at) => ({
      start: 10 * at,
      end: 10 * at + 1 + random.below(6),
      type: random.below(2) ? "DNA" : "RNA",
    }));
    const correct = entities.filter(() => random.uniform() < recall);
    const wrong = random.below(3) ? [] : [{ start: 100, end: 101 + random.below(3), type: "DNA" }];
    return { gold: entities, predicted: [...correct, ...wrong] };
  });
}

function scores(sides: Sides): Scores {
  return scoreEntities(
    sides.map(({ gold }) => gold),
    sides.map(({ predicted }) => predicted),
  );
}

/** Sorted values' quantile, between its two neighbors. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]];
  return below + (position % 1) * (above - below);
}

function near(interval: Interval | null, values: readonly number[]): void {
  assert.ok(interval);
  assert.ok(Math.abs(interval.low - quantile(values, 0.05)) < 1e-9);
  assert.ok(Math.abs(interval.high - quantile(values, 0.95)) < 1e-9);
}

test("intervals are the quantiles of scores over resampled sentences, for every group", () => {
  const sides = sentences(12, 0.6, new Random(3));
  const resamples = 200;
  const intervals = bootstrapScores(tableOf(sides), { seed: 7, resamples, level: 0.9 });
  const random = new Random(7);
  const estimates = Array.from({ length: resamples }, () =>
    scores(Array.from(sides, () => sides[random.below(sides.length)])),
  );
  const measures = [
    ["precision", (score: Score) => score.predicted],
    ["recall", (score: Score) => score.gold],
    ["f1", (score: Score) => score.gold + score.predicted],
  ] as const;
  const groups = [
    [intervals.overall, (all: Scores) => all.overall],
    [intervals.byLength["1"], (all: Scores) => all.byLength["1"]],
    [intervals.byLength["≥5"], (all: Scores) => all.byLength["≥5"]],
    [intervals.byType.RNA, (all: Scores) => all.byType.RNA],
    [intervals.byNesting.flat, (all: Scores) => all.byNesting.flat],
  ] as const;
  for (const [interval, of] of groups) {
    for (const [measure, whole] of measures) {
      const defined = estimates.map(of).filter((score) => score && whole(score) > 0);
      near(
        interval[measure],
        defined.map((score) => score[measure]),
      );
    }
  }
  assert.deepEqual([intervals.level, intervals.resamples, intervals.seed], [0.9, 200, 7]);
});

test("a 95 % interval of recall holds the true one in about 95 of 100 corpora", () => {
  const recall = 0.7;
  const random = new Random(1);
  const corpora = 400;
  let covered = 0;
  for (let corpus = 0; corpus < corpora; corpus++) {
    const { overall } = bootstrapScores(tableOf(sentences(120, recall, random)), {
      resamples: 300,
      seed: corpus,
    });
    assert.ok(overall.recall);
    if (overall.recall.low <= 100 * recall && 100 * recall <= overall.recall.high) covered++;
  }
  // of 400, three standard deviations of the binomial are 13
  assert.ok(covered >= 380 - 16 && covered <= 380 + 16, `${covered} of ${corpora}`);
});

test("if each sentence has one entity, the interval of recall is binomial", () => {
  const count = 200;
  const sides = Array.from({ length: count }, (_, at) => {
    const gold = [{ start: 0, end: 1, type: "DNA" }];
    return { gold, predicted: at < 160 ? gold : [] };
  });
  const { recall, precision } = bootstrapScores(tableOf(sides), { resamples: 20000 }).overall;
  assert.ok(recall);
  // quantiles 2.5 % and 97.5 % of Binomial(200, 0.8) are 149 and 171
  assert.ok(
    Math.abs(recall.low - 74.5) <= 0.5 && Math.abs(recall.high - 85.5) <= 0.5,
    JSON.stringify(recall),
  );
  assert.deepEqual(precision, { low: 100, high: 100 });
});

test("the same seed draws the same sentences, another seed others", () => {
  const table = tableOf(sentences(40, 0.5, new Random(9)));
  assert.deepEqual(bootstrapScores(table, { seed: 4 }), bootstrapScores(table, { seed: 4 }));
  assert.notDeepEqual(
    bootstrapScores(table, { seed: 4 }).overall,
    bootstrapScores(table, { seed: 5 }).overall,
  );
});

test("several models share their draws, and the interval is of their mean", () => {
  const random = new Random(5);
  const sides = sentences(30, 0.6, random);
  const others = sides.map(({ gold }) => ({ gold, predicted: gold.filter(() => random.below(2)) }));
  const { recall } = bootstrapScores([tableOf(sides), tableOf(others)], {
    seed: 2,
    resamples: 50,
    level: 0.9,
  }).overall;
  const draws = new Random(2);
  const means = Array.from({ length: 50 }, () => {
    const picked = Array.from(sides, () => draws.below(sides.length));
    const of = (all: Sides): number => scores(picked.map((at) => all[at])).overall.recall;
    return (of(sides) + of(others)) / 2;
  });
  near(recall, means);
});

test("a group without entities and a table without sentences have no interval", () => {
  const flat = [{ gold: [{ start: 0, end: 1, type: "DNA" }], predicted: [] }];
  const { byNesting, byType, overall } = bootstrapScores(tableOf(flat));
  const nothing = { precision: null, recall: null, f1: null };
  assert.deepEqual(byNesting.nested, nothing);
  assert.deepEqual(byType.RNA, nothing);
  assert.deepEqual(overall, { precision: null, recall: { low: 0, high: 0 }, f1: { low: 0, high: 0 } });
  assert.deepEqual(bootstrapScores(tableOf([])).overall, nothing);
});

test("invalid options and tables that differ are errors", () => {
  const table = tableOf(sentences(3, 0.5, new Random(1)));
  const other = tableOf(sentences(4, 0.5, new Random(1)));
  assert.throws(() => bootstrapScores([table, other]), /^RangeError: counts of 3 sentences .*and of 4/);
  assert.throws(() => bootstrapScores([]), /^RangeError: no counts/);
  assert.throws(() => bootstrapScores(table, { resamples: 0 }), /^RangeError: resamples: 0/);
  assert.throws(() => bootstrapScores(table, { level: 95 }), /^RangeError: level: 95/);
});
