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
const { train, dev, test: held } = corpus.splits;

const mentions = (sentences: readonly Sentence[]) =>
  sentences.flatMap(({ tokens, entities }) =>
    entities.map(({ start, end, type }) => ({ text: tokens.slice(start, end).join(" "), type })),
  );

test("the committed files are what the generator writes", () => {
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

test("another seed makes another corpus", () => {
  assert.notEqual(generateCorpus(sampleSeed + 1).corpus.hash, corpus.hash);
});

test("its statistics are near those of GENIA in Table 1", () => {
  const within = (value: number, least: number, most: number) =>
    assert(value >= least && value <= most, `${value} is not within ${least} … ${most}`);
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

test("errors of annotation keep even a perfect reader below 97 F1", () => {
  for (const split of splitNames) {
    const of = (sentences: readonly Sentence[]) => sentences.map(({ entities }) => entities);
    const { f1 } = scoreEntities(of(corpus.splits[split]), of(clean.splits[split])).overall;
    assert(f1 > 95 && f1 < 97, `${split}: ${f1}`);
  }
});

test("looking mentions up in train does not get far", () => {
  const known = new Map<string, Map<string, number>>();
  for (const { text, type } of mentions(train)) {
    const counts = known.get(text) ?? new Map<string, number>();
    known.set(text, counts.set(type, (counts.get(type) ?? 0) + 1));
  }
  const usual = (text: string) => [...(known.get(text) ?? [])].sort(([, a], [, b]) => b - a)[0]?.[0];
  const lookedUp = dev.map(({ tokens }) =>
    tokens.flatMap((_, start) =>
      Array.from({ length: Math.min(8, tokens.length - start) }, (_, at) => start + at + 1).flatMap((end) => {
        const type = usual(tokens.slice(start, end).join(" "));
        return type === undefined ? [] : [{ start, end, type }];
      }),
    ),
  );
  const { f1 } = scoreEntities(
    dev.map(({ entities }) => entities),
    lookedUp,
  ).overall;
  assert(f1 < 50, String(f1));
});

test("dev and test hold names that train does not", () => {
  const known = new Set(train.flatMap(({ tokens }) => tokens));
  for (const split of [dev, held]) {
    const all = mentions(split);
    const strange = all.filter(({ text }) => text.split(" ").some((token) => !known.has(token)));
    const share = strange.length / all.length;
    assert(share > 0.25 && share < 0.4, String(share));
  }
});

test("context decides many types: bare names stand for DNA, RNA and proteins, plain cells for lines and types", () => {
  const typesOf = new Map<string, Set<string>>();
  for (const { text, type } of mentions(clean.splits.train)) {
    typesOf.set(text, (typesOf.get(text) ?? new Set()).add(type));
  }
  const shared = (...types: string[]) =>
    [...typesOf.values()].filter((found) => types.every((type) => found.has(type))).length;
  assert(shared("DNA", "RNA", "protein") >= 20);
  assert(shared("cell_line", "cell_type") >= 15);
});

test("the sentences before and after are the neighbors of the same document", () => {
  for (const [index, { id, next }] of train.entries()) {
    const follower = train[index + 1];
    const sameDocument = follower?.id.split(".")[0] === id.split(".")[0];
    assert.deepEqual(next, sameDocument ? follower.tokens : []);
    if (sameDocument) assert.deepEqual(follower.previous, train[index].tokens);
  }
});

test("tags are universal parts of speech", () => {
  const universal = "ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split(
    " ",
  );
  const found = new Set(train.flatMap(({ pos }) => pos));
  assert.deepEqual(
    [...found].filter((tag) => !universal.includes(tag)),
    [],
  );
  assert(found.size >= 12);
});
