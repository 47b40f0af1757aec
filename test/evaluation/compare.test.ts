import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entity } from "../../src/corpus/types";
import { Random } from "../../src/engine/random";
import { type ComparedRun, changes, compare } from "../../src/evaluation/compare";
import { outcomesOf } from "../../src/evaluation/outcomes";
import { scoreEntities } from "../../src/evaluation/scores";
import { fakeSides } from "../widgets/fake";

type Predictions = readonly (readonly Entity[])[];

const sides = fakeSides(50, 3);
const gold = sides.map(({ entities }) => entities);
const random = new Random(4);
const models: Predictions[] = [
  sides.map(({ predicted }) => predicted),
  sides.map(({ predicted, entities }) => [
    ...predicted.filter(() => random.below(4)),
    ...entities.slice(0, 1),
  ]),
  fakeSides(50, 9).map(({ predicted }, sentence) =>
    predicted.filter(({ end }) => end <= sides[sentence].tokens.length),
  ),
];

function run(name: string, predicted: Predictions, document?: (sentence: number) => number): ComparedRun {
  const outcomes = outcomesOf(gold, predicted);
  return {
    name,
    sentences: outcomes.map((outcome, index) => ({
      ...outcome,
      tokens: sides[index].tokens,
      id: `s${index}`,
      ...(document && { document: document(index) }),
    })),
  };
}

const runs = models.map((predicted, index) => run(`m${index}`, predicted));

const has = (entities: readonly Entity[], { start, end, type }: Entity): boolean =>
  entities.some((other) => other.start === start && other.end === end && other.type === type);

const distinct = (entities: readonly Entity[]): Entity[] =>
  entities.filter((entity, index) => entities.findIndex((other) => has([other], entity)) === index);

test("each entity has the change that the predictions of both runs give it", () => {
  const { pairs, entities } = compare(runs);
  assert.deepEqual(
    pairs.map(({ first, second }) => [first, second]),
    [
      [0, 1],
      [0, 2],
      [1, 2],
    ],
  );
  for (const { first, second, changes: found, counts } of pairs) {
    const expected = Object.fromEntries(changes.map((change) => [change, 0]));
    for (const [sentence, right] of gold.entries()) {
      const [before, after] = [models[first][sentence], models[second][sentence]];
      for (const entity of distinct(right)) {
        if (has(before, entity)) expected[has(after, entity) ? "both right" : "broken"]++;
        else expected[has(after, entity) ? "fixed" : "both wrong"]++;
      }
      for (const entity of distinct([...before, ...after])) {
        if (has(right, entity)) continue;
        if (has(before, entity)) expected[has(after, entity) ? "both spurious" : "lost"]++;
        else expected.gained++;
      }
    }
    assert.deepEqual(counts.overall, expected);
    assert.ok(Object.values(expected).filter((count) => count > 0).length > 5, JSON.stringify(expected));
    for (const change of changes)
      assert.equal(found.filter((one) => one === change).length, expected[change]);
    for (const groups of [counts.byLength, counts.byType, counts.byNesting])
      for (const change of changes) {
        const sum = Object.values(groups).reduce((total, group) => total + group[change], 0);
        assert.equal(sum, expected[change]);
      }
  }
  // no run predicts it and it is not gold, or it would not be listed at all
  for (const { gold: isGold, predicted } of entities) assert.ok(isGold || predicted.includes(true));
});

test("counts of a group are those of its entities", () => {
  const [{ counts, changes: found }] = compare(runs).pairs;
  const { entities } = compare(runs);
  const count = (belongs: (index: number) => boolean): number =>
    found.filter((change, index) => change === "both right" && belongs(index)).length;
  const long = (index: number): boolean => entities[index].end - entities[index].start >= 5;
  assert.equal(counts.byLength["≥5"]["both right"], count(long));
  assert.equal(
    counts.byType.dish["both right"],
    count((index) => entities[index].type === "dish"),
  );
  const overlaps = (index: number): boolean => {
    const { sentence, ...entity } = entities[index];
    return distinct(gold[sentence]).some(
      (other) => !has([other], entity) && other.start < entity.end && entity.start < other.end,
    );
  };
  assert.equal(counts.byNesting.nested["both right"], count(overlaps));
});

test("differences are those of the scores, and their intervals the quantiles over shared draws", () => {
  const options = { seed: 6, resamples: 60, level: 0.8 };
  const check = (compared: ReturnType<typeof compare>, units: readonly (readonly number[])[]): void => {
    const draws = new Random(6);
    const samples = Array.from({ length: 60 }, () => units.flatMap(() => units[draws.below(units.length)]));
    const scoresOf = (model: number, sentences: readonly number[]) =>
      scoreEntities(
        sentences.map((sentence) => gold[sentence]),
        sentences.map((sentence) => models[model][sentence]),
      );
    for (const { first, second, differences } of compared.pairs) {
      for (const measure of ["precision", "recall", "f1"] as const) {
        const differ = (sentences: readonly number[]) => {
          const [before, after] = [scoresOf(first, sentences), scoresOf(second, sentences)];
          return [
            after.overall[measure] - before.overall[measure],
            after.byType.person[measure] - before.byType.person[measure],
          ];
        };
        const [value] = differ(units.flat());
        assert.ok(Math.abs(differences.overall[measure].value - value) < 1e-9);
        const values = samples.map(differ);
        for (const [index, difference] of [differences.overall, differences.byType.person].entries()) {
          const sorted = values.map((both) => both[index]).sort((a, b) => a - b);
          const quantile = (share: number): number => {
            const position = share * (sorted.length - 1);
            return (
              sorted[Math.floor(position)] * (1 - (position % 1)) +
              sorted[Math.ceil(position)] * (position % 1)
            );
          };
          const { interval } = difference[measure];
          assert.ok(interval && interval.low < interval.high);
          assert.ok(Math.abs(interval.low - quantile(0.1)) < 1e-9);
          assert.ok(Math.abs(interval.high - quantile(0.9)) < 1e-9);
        }
      }
    }
  };
  const sentences = sides.map((_, sentence) => sentence);
  const bySentence = compare(runs, options);
  assert.equal(bySentence.bootstrap.units, "sentences");
  check(
    bySentence,
    sentences.map((sentence) => [sentence]),
  );
  const byDocument = compare(
    models.map((predicted, index) => run(`m${index}`, predicted, (sentence) => sentence >> 1)),
    options,
  );
  assert.equal(byDocument.bootstrap.units, "documents");
  check(
    byDocument,
    Array.from({ length: 25 }, (_, document) => [2 * document, 2 * document + 1]),
  );
});

test("a run differs from itself by nothing", () => {
  const [{ differences, counts }] = compare([runs[0], { ...runs[0], name: "again" }]).pairs;
  assert.deepEqual(differences.overall.f1, { value: 0, interval: { low: 0, high: 0 } });
  for (const change of ["fixed", "broken", "gained", "lost"] as const)
    assert.equal(counts.overall[change], 0);
});

test("probabilities are those of each run", () => {
  const { entities } = compare(runs);
  const [, , other] = models;
  for (const { sentence, probabilities, predicted, ...entity } of entities) {
    assert.equal(predicted[2], has(other[sentence], entity));
    const all = fakeSides(50, 9)[sentence].predicted.filter((one) => has([one], entity));
    assert.equal(probabilities[2], predicted[2] ? all.at(-1)?.probability : null);
  }
});

test("runs on different sentences or gold entities cannot be compared", () => {
  const [one] = runs;
  const changed = (change: object): ComparedRun => ({
    name: "other",
    sentences: one.sentences.map((sentence, index) => (index === 7 ? { ...sentence, ...change } : sentence)),
  });
  const fewer = { name: "other", sentences: one.sentences.slice(1) };
  assert.throws(() => compare([one]), /^RangeError: runs: 1 cannot be compared/);
  assert.throws(() => compare([one, fewer]), /^RangeError: runs: m0 and other have 50 and 49 sentences/);
  assert.throws(() => compare([one, changed({ tokens: ["x"] })]), /^RangeError: runs: sentence 7 .* tokens/);
  const more = { missed: [{ start: 0, end: 1, type: "new", length: "1", nesting: "flat" }] };
  assert.throws(() => compare([one, changed(more)]), /^RangeError: runs: sentence 7 .* gold entities/);
});
