// cspell:ignore legnth
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { InputError } from "../../src/base/errors";
import type { Entity } from "../../src/corpus/types";
import { Random } from "../../src/engine/random";
import { outcomesOf } from "../../src/evaluation/outcomes";
import { scoreEntities } from "../../src/evaluation/scores";
import { readSlices } from "../../src/evaluation/slice-file";
import { type Slice, sliceScores } from "../../src/evaluation/slices";
import { testFolder } from "../support/folders";
import { fakeSides } from "../widgets/fake";

const sides = fakeSides(60, 11);
const gold = sides.map(({ entities }) => entities);
const models: readonly (readonly Entity[])[][] = [
  sides.map(({ predicted }) => predicted),
  sides.map(({ predicted }) => predicted.slice(1)),
];
const runs = models.map((predicted, model) => ({
  name: `m${model}`,
  sentences: outcomesOf(gold, predicted).map((outcome, index) => ({
    ...outcome,
    tokens: sides[index].tokens,
    id: `${index % 2 ? "odd" : "even"}-${index}`,
  })),
}));

const folder = testFolder("slices");

function fileOf(content: unknown): string {
  const path = join(folder, "slices.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

type Filter = (entity: Entity, sentence: number) => boolean;

/** Scores over gold entities and predictions that pass the filter. Works if a correct prediction passes as its gold entity does. */
const scored = (model: number, filter: Filter, sentences = [...gold.keys()]) =>
  scoreEntities(
    sentences.map((index) => gold[index].filter((entity) => filter(entity, index))),
    sentences.map((index) => models[model][index].filter((entity) => filter(entity, index))),
  ).overall;

const textOf = ({ start, end }: Entity, sentence: number): string =>
  sides[sentence].tokens.slice(start, end).join(" ");

test("a slice counts the gold entities and predictions that meet all its conditions", () => {
  const slices = readSlices(
    fileOf({
      dishes: { type: "dish" },
      "long names": { type: ["person", "place"], length: [3, null] },
      short: { length: [null, 2] },
      bread: { text: "\\bbread$" },
      "odd, long sentences": { id: "^odd", tokens: [10, null] },
      all: {},
    }),
  );
  const filters: readonly Filter[] = [
    ({ type }) => type === "dish",
    ({ type, start, end }) => type !== "dish" && end - start >= 3,
    ({ start, end }) => end - start <= 2,
    (entity, sentence) => textOf(entity, sentence).split(" ").at(-1) === "bread",
    (_, sentence) => sentence % 2 === 1 && sides[sentence].tokens.length >= 10,
    () => true,
  ];
  const result = sliceScores(runs, slices, { resamples: 20 });
  assert.deepEqual(
    result.slices.map(({ name }) => name),
    slices.map(({ name }) => name),
  );
  for (const [index, { scores, sentences }] of result.slices.entries()) {
    for (const [model, { score, difference }] of scores.entries()) {
      assert.deepEqual(score, scored(model, filters[index]), slices[index].name);
      const value = scored(model, filters[index]).f1 - scored(0, filters[index]).f1;
      assert.equal(difference?.value, model ? value : undefined);
    }
    const counted = index === 4 ? sides.filter((_, at) => at % 2 && sides[at].tokens.length >= 10) : sides;
    assert.equal(sentences, counted.length);
    assert.ok(scores[0].score.correct > 0 && scores[0].score.correct < scores[0].score.gold);
  }
});

test("a gold entity takes its correct prediction along, whatever the prediction's own depth", () => {
  const outcome = outcomesOf(
    [[{ start: 1, end: 2, type: "A" }]],
    [
      [
        { start: 1, end: 2, type: "A" },
        { start: 0, end: 3, type: "A" },
      ],
    ],
  )[0];
  const run = { name: "one", sentences: [{ ...outcome, tokens: ["a", "b", "c"], id: "" }] };
  const slices = readSlices(fileOf({ outer: { depth: [1, 1] }, inner: { depth: [2, null] } }));
  const [outer, inner] = sliceScores([run], slices, { resamples: 1 }).slices.map(
    ({ scores }) => scores[0].score,
  );
  assert.deepEqual([outer.gold, outer.predicted, outer.correct], [1, 2, 1]);
  assert.deepEqual([inner.gold, inner.predicted, inner.correct], [0, 0, 0]);
});

test("slices by frequency in training count by the words of each entity", () => {
  const training = sides.slice(0, 20);
  const slices = readSlices(
    fileOf({
      unseen: { mention: ["unseen", "other type"] },
      seen: { mention: ["once", "2 to 9 times", "10 times or more"] },
    }),
  );
  const trainingMentions = new Set(
    training.flatMap(({ tokens, entities }) =>
      entities.map(({ start, end, type }) => `${tokens.slice(start, end).join(" ")} ${type}`),
    ),
  );
  const isSeen: Filter = (entity, sentence) =>
    trainingMentions.has(`${textOf(entity, sentence)} ${entity.type}`);
  const [unseen, seen] = sliceScores(runs, slices, { training, resamples: 1 }).slices;
  assert.deepEqual(seen.scores[1].score, scored(1, isSeen));
  assert.deepEqual(
    unseen.scores[1].score,
    scored(1, (entity, sentence) => !isSeen(entity, sentence)),
  );
  assert.throws(
    () => sliceScores(runs, slices),
    /^RangeError: training: the slice "unseen" needs the training/,
  );
});

test("a predicate can be any function of a sentence or an entity", () => {
  const slice: Slice = {
    name: "first entities of short sentences",
    sentence: ({ tokens }) => tokens.length < 9,
    entity: ({ start, sentence: { tokens } }) => start < tokens.length / 2,
  };
  const filter: Filter = ({ start }, sentence) => {
    const { length } = sides[sentence].tokens;
    return length < 9 && start < length / 2;
  };
  const [{ scores }] = sliceScores(runs, [slice], { resamples: 1 }).slices;
  assert.deepEqual(scores[0].score, scored(0, filter));
});

test("intervals are quantiles over drawn sentences, and those of differences use the same draws", () => {
  const slices = readSlices(fileOf({ short: { length: [null, 2] } }));
  const isShort: Filter = ({ start, end }) => end - start <= 2;
  const [{ scores }] = sliceScores(runs, slices, { seed: 5, resamples: 50, level: 0.8 }).slices;
  const random = new Random(5);
  const samples = Array.from({ length: 50 }, () => gold.map(() => random.below(gold.length)));
  const near = (
    interval: { low: number; high: number } | null | undefined,
    values: readonly number[],
  ): void => {
    const sorted = [...values].sort((a, b) => a - b);
    const quantile = (share: number): number => {
      const position = share * (sorted.length - 1);
      return (
        sorted[Math.floor(position)] * (1 - (position % 1)) + sorted[Math.ceil(position)] * (position % 1)
      );
    };
    assert.ok(interval && interval.low < interval.high);
    assert.ok(Math.abs(interval.low - quantile(0.1)) < 1e-9);
    assert.ok(Math.abs(interval.high - quantile(0.9)) < 1e-9);
  };
  const all = samples.map((sentences) => [0, 1].map((model) => scored(model, isShort, sentences)));
  for (const measure of ["precision", "recall", "f1"] as const)
    near(
      scores[1].interval[measure],
      all.map(([, second]) => second[measure]),
    );
  near(
    scores[1].difference?.interval,
    all.map(([first, second]) => second.f1 - first.f1),
  );
});

test("a faulty file of slices is refused with the condition at fault", () => {
  const refused = (content: unknown, pattern: RegExp): void =>
    assert.throws(
      () => readSlices(fileOf(content)),
      (error) => error instanceof InputError && pattern.test(error.message),
    );
  refused({}, /slices\.json: has no slices; write/);
  refused({ a: { legnth: [1, 2] } }, /slices\.json: a: unknown key "legnth"; did you mean "length"\?/);
  refused({ a: { length: [1] } }, /a: length .*must be \[least, most\]/);
  refused({ a: { length: [-1, 2] } }, /a: length/);
  refused({ a: { text: "(" } }, /slices\.json: a: text: Invalid regular expression/);
  refused({ a: { mention: ["often"] } }, /a: mention/);
  refused("{", /slices\.json/);
});
