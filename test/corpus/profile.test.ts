import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import { corpusOf, loadCorpus } from "../../src/corpus/load";
import { corpusProfile, type Frequency, splitProfile } from "../../src/corpus/profile";
import { splitStatistics } from "../../src/corpus/statistics";
import { anySentence, sentence } from "./sentence-builders";

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const total = (frequencies: readonly Frequency[]): number => sum(frequencies.map(({ count }) => count));
const weighted = (frequencies: readonly Frequency[]): number =>
  sum(frequencies.map(({ value, count }) => value * count));

test("distributions match a count by hand", () => {
  const types = ["DNA", "RNA", "protein"];
  const sentences = [
    // DNA (0, 6) contains protein (1, 4), which contains protein (2, 3); RNA (5, 8) crosses the DNA; RNA and DNA share (7, 8)
    sentence("a b c d e f g h", [
      [2, 3, "protein"],
      [0, 6, "DNA"],
      [1, 4, "protein"],
      [5, 8, "RNA"],
      [7, 8, "RNA"],
      [7, 8, "DNA"],
    ]),
    sentence("a b", [[0, 1, "DNA"]]),
    sentence("a b"),
  ];
  const profile = splitProfile(sentences, types);
  assert.deepEqual(profile.sentenceLengths, [
    { value: 2, count: 2 },
    { value: 8, count: 1 },
  ]);
  assert.deepEqual(profile.entityLengths, [
    { value: 1, count: 4 },
    { value: 3, count: 2 },
    { value: 6, count: 1 },
  ]);
  assert.deepEqual(profile.entitiesPerSentence, [
    { value: 0, count: 1 },
    { value: 1, count: 1 },
    { value: 6, count: 1 },
  ]);
  assert.deepEqual(profile.depths, [
    { value: 1, count: 3 },
    { value: 2, count: 3 },
    { value: 3, count: 1 },
  ]);
  assert.deepEqual(profile.nesting, [
    [0, 0, 2],
    [1, 1, 0],
    [0, 0, 1],
  ]);
  assert.deepEqual(profile.together, [
    [1, 1, 1],
    [1, 1, 1],
    [1, 1, 1],
  ]);
  assert.deepEqual([profile.crossing, profile.sameSpan], [1, 1]);
});

test("types occur together only if two entities do", () => {
  const sentences = [
    sentence("a b c", [
      [0, 1, "DNA"],
      [1, 2, "RNA"],
    ]),
    sentence("a b", [[0, 1, "DNA"]]),
  ];
  assert.deepEqual(splitProfile(sentences, ["DNA", "RNA"]).together, [
    [0, 1],
    [1, 0],
  ]);
});

test("distributions agree with the figures of Table 1, and every overlapping pair is of one kind", () => {
  fc.assert(
    fc.property(fc.array(anySentence), (train) => {
      const corpus = corpusOf("any", { train, dev: [], test: [] });
      const profile = corpusProfile(corpus).splits.train;
      const statistics = splitStatistics(train, corpus.types);
      assert.deepEqual({ ...profile, ...statistics }, profile);
      assert.equal(total(profile.sentenceLengths), statistics.sentences);
      assert.equal(weighted(profile.sentenceLengths), statistics.tokens);
      assert.equal(total(profile.entitiesPerSentence), statistics.sentences);
      assert.equal(weighted(profile.entitiesPerSentence), statistics.entities);
      assert.equal(total(profile.entityLengths), statistics.entities);
      assert.equal(total(profile.depths), statistics.entities);
      assert.equal(profile.entityLengths.at(-1)?.value ?? 0, statistics.maxEntityLength);
      const overlapping = train.flatMap(({ entities }) =>
        entities.flatMap((one, index) =>
          entities.slice(index + 1).filter((other) => one.start < other.end && other.start < one.end),
        ),
      );
      const nested = sum(profile.nesting.flat());
      assert.equal(nested + profile.crossing + profile.sameSpan, overlapping.length);
      for (const [row, counts] of profile.together.entries()) {
        for (const [column, count] of counts.entries()) assert.equal(count, profile.together[column][row]);
      }
    }),
  );
});

test("the sample corpus has three levels of nesting, mostly proteins in DNA", async () => {
  const corpus = await loadCorpus(join(__dirname, "../../../data/sample"));
  const { types, splits } = corpusProfile(corpus);
  const { nesting, depths, entities } = splits.train;
  assert.equal(entities, 4915);
  assert.equal(depths.at(-1)?.value, 3);
  const inDna = nesting[types.indexOf("DNA")];
  assert.equal(Math.max(...nesting.flat()), inDna[types.indexOf("protein")]);
});
