import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { InputError } from "../../../src/base/errors";
import {
  cachedVectors,
  coveredShare,
  selectVectors,
  vectorCoverage,
  vectorDimension,
  vectorStatistics,
  vectorVocabulary,
} from "../../../src/corpus";
import { hashFile } from "../../../src/corpus/vectors/read-vectors";
import { applyCaseForm, type CaseForm, caseForms, Vocabulary } from "../../../src/corpus/vocabulary";
import { testFolder } from "../../support/folders";
import { sentence } from "../sentence-builders";
import { binaryOf, type Rows, textOf } from "./vector-files";

const folder = testFolder("vectors");

let count = 0;
function written(bytes: Uint8Array): string {
  const path = join(folder, `vectors-${count++}`);
  writeFileSync(path, bytes);
  return path;
}

const glove: Rows = [
  ["the", [1, 1]],
  ["Paris", [2, 2]],
  ["paris", [3, 3]],
  ["NASA", [4, 4]],
  ["unused", [5, 5]],
  ["the", [6, 6]],
];
const path = written(textOf(glove));

test("only requested words are selected, each by its first spelling in the file", async () => {
  const { words, values, source } = await selectVectors(path, ["The", "Paris", "nasa", "missing"], caseForms);
  assert.deepEqual(words, ["NASA", "Paris", "the"]);
  assert.deepEqual([...values], [4, 4, 2, 2, 1, 1]);
  assert.deepEqual([source.rows, source.repeated, source.dimension], [6, 1, 2]);
  assert.equal(source.sha256, await hashFile(path));
  const exact = await selectVectors(path, ["The", "Paris", "nasa"], []);
  assert.deepEqual(exact.words, ["Paris"]);
  const upperFirst = await selectVectors(path, ["nasa", "PARIS"], ["upper", "capitalized", "lower"]);
  assert.deepEqual(upperFirst.words, ["NASA", "Paris"]);
});

test("case forms work by code points", () => {
  const cases: [string, CaseForm, string][] = [
    ["IL-2", "lower", "il-2"],
    ["éCOLE", "capitalized", "École"],
    ["𐐨𐐀", "capitalized", "𐐀𐐨"],
    ["ß", "upper", "SS"],
    ["", "capitalized", ""],
  ];
  for (const [word, form, other] of cases) assert.equal(applyCaseForm(word, form), other);
});

test("a file of another language is refused", async () => {
  await assert.rejects(selectVectors(path, ["蛋白", "质"], caseForms), (error: Error) => {
    assert.ok(error instanceof InputError);
    return /contains none of the 2 words needed; .* another language\?$/.test(error.message);
  });
});

test("coverage counts words and tokens of each split by spelling", async () => {
  const splits = {
    train: [sentence("The paris the nasa"), sentence("the Gene")],
    dev: [sentence("Gene Gene the")],
    test: [],
  };
  const vectors = await selectVectors(path, ["The", "paris", "the", "nasa", "Gene"], caseForms);
  const coverage = vectorCoverage(vectors, caseForms, { splits });
  assert.deepEqual(coverage.train.words, { written: 2, lower: 1, capitalized: 0, upper: 1, missing: 1 });
  assert.deepEqual(coverage.train.occurrences, {
    written: 3,
    lower: 1,
    capitalized: 0,
    upper: 1,
    missing: 1,
  });
  assert.deepEqual(coverage.dev.occurrences, { written: 1, lower: 0, capitalized: 0, upper: 0, missing: 2 });
  assert.equal(coveredShare(coverage.dev.occurrences), 1 / 3);
  assert.equal(coveredShare(coverage.test.words), 1);
});

const letters = fc.string({
  unit: fc.constantFrom("a", "A", "b", "B", "ß", "日"),
  minLength: 1,
  maxLength: 3,
});

test("each word's row in the vocabulary is that of its first spelling in the file, or a new one", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(letters, { minLength: 1, maxLength: 12 }),
      fc.array(letters, { minLength: 1, maxLength: 12 }),
      fc.shuffledSubarray([...caseForms]),
      async (inFile, corpus, fallback) => {
        const file = written(textOf(inFile.map((word, index) => [word, [index + 1, 0]])));
        const spellings = (word: string) => [word, ...fallback.map((form) => applyCaseForm(word, form))];
        const best = (word: string) => spellings(word).find((spelling) => inFile.includes(spelling));
        fc.pre(corpus.some((word) => best(word) !== undefined));
        const vectors = await selectVectors(file, corpus, fallback);
        const vocabulary = vectorVocabulary(vectors, fallback, Vocabulary.count(corpus, 1));
        for (const word of corpus) {
          const row = vocabulary.index(word);
          const expected = best(word);
          assert.ok(row > 0);
          if (expected === undefined) assert.ok(row > vectors.words.length, word);
          else assert.equal(vectors.values[2 * (row - 1)], inFile.indexOf(expected) + 1, word);
        }
        const used = new Set(corpus.map(best).filter((spelling) => spelling !== undefined));
        assert.deepEqual(vectors.words, [...used].sort());
      },
    ),
    { numRuns: 60 },
  );
});

test("a selection is cached; another file or other words miss the cache", async () => {
  const cache = join(folder, "cache");
  const file = written(textOf(glove));
  const first = await cachedVectors(file, ["the", "Paris"], caseForms, { cache });
  const [name] = readdirSync(cache);
  assert.deepEqual(await cachedVectors(file, ["Paris", "the", "the"], caseForms, { cache }), first);
  assert.equal(readdirSync(cache).length, 1);

  const moved = join(folder, "moved");
  writeFileSync(moved, readFileSync(file));
  assert.equal((await cachedVectors(moved, ["the", "Paris"], caseForms, { cache })).source.file, moved);
  writeFileSync(file, textOf(glove.map(([word, values]) => [word, values.map((value) => -value)])));
  const changed = await cachedVectors(file, ["the", "Paris"], caseForms, { cache });
  assert.deepEqual([...changed.values], [-2, -2, -1, -1]);
  assert.deepEqual((await cachedVectors(moved, ["the"], caseForms, { cache })).words, ["the"]);
  await assert.rejects(cachedVectors(moved, ["The"], [], { cache }), InputError, "another fallback");

  writeFileSync(join(cache, name), readFileSync(join(cache, name)).fill(7, 200, 210));
  assert.deepEqual(await cachedVectors(moved, ["the", "Paris"], caseForms, { cache }), {
    ...first,
    source: { ...first.source, file: moved },
  });
});

test("the cache is read instead of the file", async () => {
  const cache = join(folder, "read-from-cache");
  const file = written(textOf(glove));
  const first = await cachedVectors(file, ["the"], caseForms, { cache });
  const reports: number[] = [];
  const onProgress = (done: number) => reports.push(done);
  await cachedVectors(file, ["the"], caseForms, { cache, onProgress });
  assert.equal(reports.at(-1), readFileSync(file).length, "it is hashed once");
  assert.equal(new Set(reports).size, reports.length);
  assert.deepEqual([...first.values], [1, 1]);
});

test("a read-only cache costs only time", async () => {
  const file = written(textOf(glove));
  const { words } = await cachedVectors(file, ["the"], caseForms, { cache: join(file, "in-a-file") });
  assert.deepEqual(words, ["the"]);
});

test("reading can be aborted", async () => {
  const stop = new AbortController();
  stop.abort(new Error("enough"));
  await assert.rejects(selectVectors(path, ["the"], [], { signal: stop.signal }), /enough/);
});

test("statistics cover the whole file; the width needs only its beginning", async () => {
  const all: Rows = [
    ["Ab", [0, 0]],
    ["c d", [3, 4]],
    ["e", [-6, 8]],
  ];
  for (const bytes of [textOf(all), textOf(all, true), gzipSync(textOf(all))]) {
    const file = written(bytes);
    assert.equal(await vectorDimension(file), 2);
    const { first, capitals, spaced, zero, meanNorm, smallest, largest } = await vectorStatistics(file);
    assert.deepEqual(
      { first, capitals, spaced, zero, meanNorm, smallest, largest },
      { first: ["Ab", "c d", "e"], capitals: 1, spaced: 1, zero: 1, meanNorm: 5, smallest: -6, largest: 8 },
    );
  }
  assert.equal(await vectorDimension(written(binaryOf(glove))), 2);
  await assert.rejects(vectorDimension(written(Buffer.alloc(0))), /is empty/);
});
