import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Entity } from "../../src/corpus/types";
import { Random } from "../../src/engine/random";
import { type ErrorKind, errorKinds } from "../../src/evaluation/entity-cases";
import { errors } from "../../src/evaluation/errors";
import { outcomesOf } from "../../src/evaluation/outcomes";
import { scoreEntities } from "../../src/evaluation/scores";

interface Sides {
  readonly gold: readonly Entity[];
  readonly predicted: readonly Entity[];
  readonly document?: number;
}

const tokens = "a b c d e f g h i j k l".split(" ");

const evaluationOf = (sides: readonly Sides[]) => ({
  sentences: outcomesOf(
    sides.map(({ gold }) => gold),
    sides.map(({ predicted }) => predicted),
  ).map((outcome, index) => ({
    ...outcome,
    id: `s${index}`,
    tokens,
    ...(sides[index].document !== undefined && { document: sides[index].document }),
  })),
});

/** "2-4 A": tokens 2 and 3, type A. */
function entity(text: string): Entity {
  const [, start, end, type] = /^(\d+)-(\d+) (\w+)$/.exec(text) ?? assert.fail(text);
  return { start: Number(start), end: Number(end), type };
}

const sides = (gold: readonly string[], predicted: readonly string[]): Sides => ({
  gold: gold.map(entity),
  predicted: predicted.map(entity),
});

const entities = fc
  .array(
    fc.record({
      start: fc.nat(10),
      length: fc.integer({ min: 1, max: 6 }),
      type: fc.constantFrom("A", "B", "C"),
    }),
    { maxLength: 6 },
  )
  .map((some) =>
    some.map(({ start, length, type }) => ({ start, end: Math.min(tokens.length, start + length), type })),
  );
const corpora = fc.array(fc.record({ gold: entities, predicted: entities }), { maxLength: 6 });

const same = (one: Entity, other: Entity): boolean =>
  one.start === other.start && one.end === other.end && one.type === other.type;

const f1 = (corpus: readonly Sides[]): number =>
  scoreEntities(
    corpus.map(({ gold }) => gold),
    corpus.map(({ predicted }) => predicted),
  ).overall.f1;

/** The sentences with predictions in which the errors of these kinds are fixed, one by one. */
function fixed(corpus: readonly Sides[], kinds: readonly ErrorKind[]): Sides[] {
  const { cases } = errors(evaluationOf(corpus), { resamples: 1 });
  return corpus.map(({ gold, predicted }, sentence) => {
    let now = predicted;
    for (const one of cases) {
      if (one.sentence !== sentence || !kinds.some((kind) => kind === one.kind)) continue;
      const { predicted: wrong, gold: right } = one;
      now = [...now.filter((other) => !wrong || !same(other, wrong)), ...(right ? [right] : [])];
    }
    return { gold, predicted: now };
  });
}

test("each kind of error has its definition", () => {
  const kindsOf = (gold: readonly string[], predicted: readonly string[]): string[] =>
    errors(evaluationOf([sides(gold, predicted)]), { resamples: 1 }).cases.map(({ kind }) => kind);
  assert.deepEqual(kindsOf(["2-4 A"], ["2-4 A"]), ["correct"]);
  assert.deepEqual(kindsOf(["2-4 A"], ["2-4 B"]), ["type"]);
  assert.deepEqual(kindsOf(["2-4 A"], ["2-5 A"]), ["too long"]);
  assert.deepEqual(kindsOf(["2-4 A"], ["3-4 A"]), ["too short"]);
  assert.deepEqual(kindsOf(["2-4 A"], ["3-5 A"]), ["shifted"]);
  assert.deepEqual(kindsOf(["2-4 A"], ["3-5 B"]), ["type and boundary"]);
  assert.deepEqual(kindsOf(["2-4 A"], ["2-4 A", "2-4 B"]), ["correct", "duplicate"]);
  assert.deepEqual(kindsOf(["2-4 A"], ["2-4 A", "3-6 A"]), ["correct", "duplicate"]);
  assert.deepEqual(kindsOf(["2-4 A"], ["4-5 A"]), ["spurious", "missed"]);
  assert.deepEqual(kindsOf(["2-6 A", "3-4 A"], ["2-6 A"]), ["correct", "missed inner"]);
  assert.deepEqual(kindsOf(["2-6 A", "2-6 B"], ["2-6 A"]), ["correct", "missed inner"]);
  assert.deepEqual(kindsOf(["2-6 A", "3-4 A"], ["3-4 A"]), ["correct", "missed outer"]);
  assert.deepEqual(kindsOf(["2-6 A", "5-8 A"], ["2-6 A"]), ["correct", "missed"]);
});

test("a false prediction is paired with the closest missed entity, and each with only one", () => {
  const { cases } = errors(
    evaluationOf([
      // equal spans come before equal types, equal types before a larger overlap
      sides(["0-2 A", "0-3 B", "6-10 B"], ["0-3 A", "6-9 A", "6-7 B", "9-10 B"]),
    ]),
    { resamples: 1 },
  );
  const text = (one: Entity | undefined): string => (one ? `${one.start}-${one.end} ${one.type}` : "");
  assert.deepEqual(
    cases.map(({ kind, gold, predicted }) => [kind, text(gold), text(predicted)]),
    [
      ["type", "0-3 B", "0-3 A"],
      ["duplicate", "", "6-9 A"],
      ["too short", "6-10 B", "6-7 B"],
      ["duplicate", "", "9-10 B"],
      ["missed", "0-2 A", ""],
    ],
  );
});

test("the gain of a kind is the F1 of predictions without its errors, minus F1", () => {
  fc.assert(
    fc.property(corpora, (corpus) => {
      const { kinds, score } = errors(evaluationOf(corpus), { resamples: 1 });
      assert.equal(score.f1, f1(corpus));
      for (const { kind, gain } of kinds)
        assert.ok(Math.abs(gain - (f1(fixed(corpus, [kind])) - score.f1)) < 1e-9, kind);
      const perfect = f1(fixed(corpus, errorKinds));
      assert.equal(perfect, corpus.some(({ gold }) => gold.length) ? 100 : 0);
    }),
  );
});

test("each gold entity and each false prediction is in one case, and pairs leave no overlapping error over", () => {
  fc.assert(
    fc.property(corpora, (corpus) => {
      const evaluation = evaluationOf(corpus);
      const { cases } = errors(evaluation, { resamples: 1 });
      for (const [sentence, { correct, missed, wrong }] of evaluation.sentences.entries()) {
        const ofSentence = cases.filter((one) => one.sentence === sentence);
        const gold = ofSentence.flatMap((one) => one.gold ?? []);
        const predicted = ofSentence.flatMap((one) => one.predicted ?? []);
        assert.deepEqual(new Set(gold), new Set([...correct, ...missed]));
        assert.deepEqual(new Set(predicted), new Set(wrong));
        assert.deepEqual([gold.length, predicted.length], [correct.length + missed.length, wrong.length]);
        const alone = ofSentence.filter(({ kind }) => kind.startsWith("missed"));
        for (const { predicted: extra } of ofSentence.filter(({ gold: other }) => !other))
          for (const { gold: left } of alone)
            assert.ok(extra && left && (extra.end <= left.start || left.end <= extra.start));
      }
    }),
  );
});

test("the confusion counts equal spans; rows sum to gold entities and columns to predictions", () => {
  fc.assert(
    fc.property(corpora, (corpus) => {
      const { types, confusion } = errors(evaluationOf(corpus), { resamples: 1 });
      const scores = scoreEntities(
        corpus.map(({ gold }) => gold),
        corpus.map(({ predicted }) => predicted),
      );
      const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
      assert.deepEqual(types, Object.keys(scores.byType));
      for (const [index, type] of types.entries()) {
        assert.equal(confusion[index][index], scores.byType[type].correct);
        assert.equal(sum(confusion[index]), scores.byType[type].gold);
        assert.equal(sum(confusion.map((row) => row[index])), scores.byType[type].predicted);
      }
      assert.equal(confusion[types.length][types.length], 0);
      // spans that both sides have, but not with the same type
      let confused = 0;
      for (const { gold, predicted } of corpus) {
        const spans = new Set([...gold, ...predicted].map(({ start, end }) => `${start} ${end}`));
        for (const span of spans) {
          const typesOf = (side: readonly Entity[]): string[] => [
            ...new Set(side.filter(({ start, end }) => `${start} ${end}` === span).map(({ type }) => type)),
          ];
          const [one, other] = [typesOf(gold), typesOf(predicted)];
          const common = one.filter((type) => other.includes(type)).length;
          confused += Math.min(one.length, other.length) - common;
        }
      }
      const offDiagonal = types.flatMap((_, row) =>
        types.map((_, column) => (row === column ? 0 : confusion[row][column])),
      );
      assert.equal(sum(offDiagonal), confused);
    }),
  );
});

test("groups count gold entities, correct ones and errors by length, depth and frequency in training", () => {
  const evaluation = evaluationOf([
    sides(["0-6 A", "1-3 B", "2-3 A", "7-8 C"], ["0-6 A", "1-3 A", "9-11 B", "10-11 B"]),
  ]);
  const training = [
    { tokens: ["c"], entities: [entity("0-1 A")] },
    { tokens: ["b", "c", "h", "x"], entities: [entity("0-2 A"), entity("2-3 C"), entity("2-3 C")] },
    { tokens: "a b c d e f".split(" "), entities: Array.from({ length: 10 }, () => entity("0-6 A")) },
  ];
  const { byLength, byDepth, byMention = [] } = errors(evaluation, { training, resamples: 1 });
  const counts = (groups: typeof byLength): string[] =>
    groups.map(({ group, gold, correct, errors: some }) => {
      const texts = errorKinds.flatMap((kind) => (some[kind] ? [`${some[kind]} ${kind}`] : []));
      return [`${group}: ${correct} of ${gold}`, ...texts].join(", ");
    });
  assert.deepEqual(counts(byLength), [
    "1: 0 of 2, 1 spurious, 1 missed inner, 1 missed",
    "2: 0 of 1, 1 type, 1 spurious",
    "3: 0 of 0",
    "4: 0 of 0",
    "≥5: 1 of 1",
  ]);
  assert.deepEqual(counts(byDepth), [
    "1: 1 of 2, 1 spurious, 1 missed",
    "2: 0 of 1, 1 type, 1 spurious",
    "3: 0 of 1, 1 missed inner",
  ]);
  assert.deepEqual(counts(byMention), [
    "unseen: 0 of 0, 2 spurious",
    "other type: 0 of 1, 1 type",
    "once: 0 of 1, 1 missed inner",
    "2 to 9 times: 0 of 1, 1 missed",
    "10 times or more: 1 of 1",
  ]);
  assert.equal(errors(evaluation).byMention, undefined);
});

test("intervals are quantiles of the gain over drawn documents, or sentences without documents", () => {
  const random = new Random(8);
  const pick = (): Entity[] =>
    Array.from({ length: random.below(4) }, () => {
      const start = random.below(8);
      return { start, end: start + 1 + random.below(3), type: random.below(2) ? "A" : "B" };
    });
  const corpus = Array.from({ length: 60 }, (_, index) => {
    const gold = pick();
    return { gold, predicted: [...gold.filter(() => random.below(3)), ...pick()], document: index >> 1 };
  });
  const options = { seed: 3, resamples: 40, level: 0.8 };
  const check = (units: readonly (readonly Sides[])[], withDocuments: boolean): void => {
    const input = withDocuments ? corpus : corpus.map(({ gold, predicted }) => ({ gold, predicted }));
    const { kinds, bootstrap } = errors(evaluationOf(input), options);
    assert.deepEqual(bootstrap, { ...options, units: withDocuments ? "documents" : "sentences" });
    const draws = new Random(3);
    const samples = Array.from({ length: 40 }, () => units.flatMap(() => units[draws.below(units.length)]));
    for (const { kind, interval } of kinds) {
      const gains = samples.map((some) => f1(fixed(some, [kind])) - f1(some)).sort((a, b) => a - b);
      const quantile = (share: number): number => {
        const position = share * (gains.length - 1);
        return (
          gains[Math.floor(position)] * (1 - (position % 1)) + gains[Math.ceil(position)] * (position % 1)
        );
      };
      assert.ok(interval);
      assert.ok(Math.abs(interval.low - quantile(0.1)) < 1e-9, kind);
      assert.ok(Math.abs(interval.high - quantile(0.9)) < 1e-9, kind);
    }
  };
  check(
    corpus.map((sentence) => [sentence]),
    false,
  );
  check(
    Array.from({ length: 30 }, (_, index) => corpus.slice(2 * index, 2 * index + 2)),
    true,
  );
});
