import assert from "node:assert/strict";
import { test } from "node:test";
import { bootstrapScores, countTable, outcomesOf, scoreEntities } from "../../../src/evaluation";
import { countsOfSentences } from "../../../src/experiments/results/rescore";
import { type Scoring, usualScoring } from "../../../src/experiments/results/run-record";
import { scoresFrom, sentenceCounts, tableOf } from "../../../src/experiments/results/sentence-counts";
import type { SentenceResult } from "../../../src/experiments/run/predictions";
import { fakeSentences } from "../fake-runs";

const proposal = (start: number, end: number, type: string, probability = 0.5) => ({
  start,
  end,
  type,
  probability,
  proposal: 0,
});
/** Two gold entities of 1 and 4 tokens. */
const sentence: SentenceResult = {
  tokens: 10,
  gold: [
    { start: 0, end: 1, type: "gene" },
    { start: 3, end: 7, type: "group" },
  ],
  accepted: [
    proposal(0, 1, "gene"),
    proposal(0, 1, "gene", 0.9), // duplicate
    proposal(3, 7, "gene"), // wrong type
    proposal(4, 6, "group"), // inside a gold entity
    proposal(8, 10, "gene"), // overlaps nothing
  ],
};
const ownLengths: Scoring = { ...usualScoring, spuriousLength: "own" };
const scored = (scoring: Partial<Scoring>) =>
  scoresFrom(countsOfSentences([sentence], { ...ownLengths, ...scoring }));
const counts = (scoring: Partial<Scoring>) => {
  const { overall, byLength } = scored(scoring);
  return Object.fromEntries(
    Object.entries({ all: overall, ...byLength }).map(([group, { gold, predicted, correct }]) => [
      group,
      [gold, predicted, correct],
    ]),
  );
};

test("with own lengths the usual rules are those of evaluate: exact match, each entity once", () => {
  assert.deepEqual(counts({}), {
    all: [2, 4, 1],
    "1": [1, 1, 1],
    "2": [0, 2, 0],
    "3": [0, 0, 0],
    "4": [1, 1, 0],
    "≥5": [0, 0, 0],
  });
  const sentences = fakeSentences(0.7, 5);
  const { overall, byLength } = scoreEntities(
    sentences.map(({ gold }) => gold),
    sentences.map(({ accepted }) => accepted),
  );
  const ours = scoresFrom(countsOfSentences(sentences, ownLengths));
  assert.deepEqual(ours, { overall, byLength });
});

test("by boundaries alone, a wrong type is correct", () => {
  assert.deepEqual(counts({ match: "boundary" }).all, [2, 4, 2]);
  assert.deepEqual(counts({ match: "boundary" })["4"], [1, 1, 1]);
});

test("a duplicate proposal is a false prediction if each counts", () => {
  assert.deepEqual(counts({ duplicates: "each" }).all, [2, 5, 1]);
  assert.deepEqual(counts({ duplicates: "each" })["1"], [1, 2, 1]);
});

test("by gold, a false prediction counts for the gold entity that it shares most tokens with, else for itself", () => {
  const { "2": two, "4": four, all } = counts({ spuriousLength: "gold" });
  assert.deepEqual(all, [2, 4, 1]);
  assert.deepEqual(two, [0, 1, 0], "only the one that overlaps nothing");
  assert.deepEqual(four, [1, 2, 0]);
});

test("as released, a false prediction counts for the gold entity with the largest IoU, the first one in a tie, or for none", () => {
  const released = { spuriousLength: "released" } as const;
  // The wrong type and the one inside count for the group; the one without overlap counts for the first gold entity.
  assert.deepEqual(counts(released), {
    all: [2, 4, 1],
    "1": [1, 2, 1],
    "2": [0, 0, 0],
    "3": [0, 0, 0],
    "4": [1, 2, 0],
    "≥5": [0, 0, 0],
  });
  const without = { ...sentence, gold: [] };
  const { overall, byLength } = scoresFrom(
    countsOfSentences([without, sentence], { ...usualScoring, ...released }),
  );
  assert.deepEqual([overall.gold, overall.predicted, overall.correct], [2, 8, 1]);
  assert.deepEqual(
    Object.values(byLength).map(({ predicted }) => predicted),
    [2, 0, 0, 2, 0],
  );
});

test("the counts by length give the same bootstrap intervals as the counts of all groups", () => {
  const sentences = fakeSentences(0.7, 6);
  const outcomes = outcomesOf(
    sentences.map(({ gold }) => gold),
    sentences.map(({ accepted }) => accepted),
  );
  const ours = bootstrapScores(tableOf(sentenceCounts(outcomes)));
  const all = bootstrapScores(countTable(outcomes));
  assert.deepEqual([ours.overall, ours.byLength], [all.overall, all.byLength]);
});

test("sentences that also occur in training are left out if only unseen ones count, with their documents", () => {
  const sentences = [
    { ...sentence, seen: true, document: 3 },
    { ...sentence, seen: false, document: 4 },
    { ...sentence, accepted: [], seen: false, document: 4 },
  ];
  const of = (rule: Scoring["sentences"]) => countsOfSentences(sentences, { ...ownLengths, sentences: rule });
  assert.deepEqual([of("all").sentences, [...of("all").documents!]], [3, [3, 4, 4]]);
  assert.deepEqual([of("unseen").sentences, [...of("unseen").documents!]], [2, [4, 4]]);
  const { gold, correct } = scoresFrom(of("unseen")).overall;
  assert.deepEqual([gold, correct], [4, 1]);
  assert.equal(countsOfSentences([sentence], ownLengths).documents, undefined);
});

test("inner gold entities of the same type do not count if they are ignored", () => {
  const inner = { ...sentence, gold: [...sentence.gold, { start: 4, end: 6, type: "group" }] };
  const of = (sameTypeInner: Scoring["sameTypeInner"]) => {
    const { gold, predicted, correct } = scoresFrom(
      countsOfSentences([inner], { ...ownLengths, sameTypeInner }),
    ).overall;
    return [gold, predicted, correct];
  };
  assert.deepEqual(
    [of("scored"), of("ignored")],
    [
      [3, 4, 2],
      [2, 3, 1],
    ],
  );
});
