import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { generateCorpus, sampleSeed } from "../../data/generator/corpus";
import { sentencesToArrow } from "../../src/corpus/arrow";
import { loadCorpus } from "../../src/corpus/load";
import { corpusStatistics } from "../../src/corpus/statistics";
import { type Sentence, splitNames } from "../../src/corpus/types";
import { scoreEntities } from "../../src/evaluation/scores";

const folder = join(__dirname, "../../../data/sample");
const { corpus, clean } = generateCorpus(sampleSeed);
const { train, dev, test: testSplit } = corpus.splits;

const mentions = (sentences: readonly Sentence[]) =>
  sentences.flatMap(({ tokens, entities }) =>
    entities.map(({ start, end, type }) => ({ text: tokens.slice(start, end).join(" "), type })),
  );

test("the committed files equal the generator's output", () => {
  for (const split of splitNames) {
    const stored = readFileSync(join(folder, `${split}.arrow`));
    assert(stored.equals(sentencesToArrow(corpus.splits[split])), `${split}: run node dist/data/generate.js`);
  }
});

test("the sample loads like any corpus", async () => {
  const loaded = await loadCorpus(folder);
  assert.deepEqual(loaded, corpus);
  assert.deepEqual(loaded.types, ["DNA", "RNA", "cell_line", "cell_type", "protein"]);
});

test("another seed generates another corpus", () => {
  assert.notEqual(generateCorpus(sampleSeed + 1).corpus.hash, corpus.hash);
});

test("its statistics are close to those of GENIA in Table 1", () => {
  const within = (value: number, low: number, high: number) =>
    assert(value >= low && value <= high, `${value} is not between ${low} and ${high}`);
  for (const [split, statistics] of Object.entries(corpusStatistics(corpus))) {
    assert.equal(statistics.sentences, split === "train" ? 1500 : 250);
    within(statistics.averageTokens, 24, 26.5);
    within(statistics.entities / statistics.sentences, 2.6, 3.4);
    within(statistics.averageEntityLength, 1.9, 2.1);
    within(statistics.maxEntities, 9, 21);
    within(statistics.nestedShare, 0.18, 0.22);
    within(statistics.maxEntityLength, 7, 8);
    for (const count of Object.values(statistics.byType)) within(count / statistics.entities, 0.04, 0.5);
  }
});

test("annotation errors keep even a perfect annotator below 97 F1", () => {
  for (const split of splitNames) {
    const entitiesOf = (sentences: readonly Sentence[]) => sentences.map(({ entities }) => entities);
    const { f1 } = scoreEntities(entitiesOf(corpus.splits[split]), entitiesOf(clean.splits[split])).overall;
    assert(f1 > 95 && f1 < 97, `${split}: ${f1}`);
  }
});

test("looking up mentions of train scores below 50 F1", () => {
  const countsOf = new Map<string, Map<string, number>>();
  for (const { text, type } of mentions(train)) {
    const counts = countsOf.get(text) ?? new Map<string, number>();
    countsOf.set(text, counts.set(type, (counts.get(type) ?? 0) + 1));
  }
  const mostFrequent = (text: string) =>
    [...(countsOf.get(text) ?? [])].sort(([, a], [, b]) => b - a)[0]?.[0];
  const predictions = dev.map(({ tokens }) =>
    tokens.flatMap((_, start) =>
      Array.from({ length: Math.min(8, tokens.length - start) }, (_, i) => start + i + 1).flatMap((end) => {
        const type = mostFrequent(tokens.slice(start, end).join(" "));
        return type === undefined ? [] : [{ start, end, type }];
      }),
    ),
  );
  const { f1 } = scoreEntities(
    dev.map(({ entities }) => entities),
    predictions,
  ).overall;
  assert(f1 < 50, String(f1));
});

test("dev and test contain names that train does not", () => {
  const trainTokens = new Set(train.flatMap(({ tokens }) => tokens));
  for (const split of [dev, testSplit]) {
    const splitMentions = mentions(split);
    const unseen = splitMentions.filter(({ text }) =>
      text.split(" ").some((token) => !trainTokens.has(token)),
    );
    const share = unseen.length / splitMentions.length;
    assert(share > 0.25 && share < 0.4, String(share));
  }
});

test("context decides many types: a name may be DNA, RNA or a protein, and cells a line or a type", () => {
  const typesOf = new Map<string, Set<string>>();
  for (const { text, type } of mentions(clean.splits.train)) {
    typesOf.set(text, (typesOf.get(text) ?? new Set()).add(type));
  }
  const shared = (...types: string[]) =>
    [...typesOf.values()].filter((mentionTypes) => types.every((type) => mentionTypes.has(type))).length;
  assert(shared("DNA", "RNA", "protein") >= 20);
  assert(shared("cell_line", "cell_type") >= 15);
});

test("the previous and next sentences are the neighbors in the same document", () => {
  for (const [index, { id, next }] of train.entries()) {
    const following = train[index + 1];
    const sameDocument = following?.id.split(".")[0] === id.split(".")[0];
    assert.deepEqual(next, sameDocument ? following.tokens : []);
    if (sameDocument) assert.deepEqual(following.previous, train[index].tokens);
  }
});

test("tags are universal parts of speech", () => {
  const universal = "ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split(
    " ",
  );
  const tags = new Set(train.flatMap(({ pos }) => pos));
  assert.deepEqual(
    [...tags].filter((tag) => !universal.includes(tag)),
    [],
  );
  assert(tags.size >= 12);
});
