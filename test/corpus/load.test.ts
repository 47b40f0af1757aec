import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CorpusError } from "../../src/base/errors";
import { sentencesToArrow } from "../../src/corpus/arrow";
import { loadCorpus } from "../../src/corpus/load";
import { testFolder } from "../support/folders";

const folder = testFolder("corpus");
const cache = join(folder, "cache");

/** Writes a corpus of these files. Values other than text and bytes are written as JSON. */
function corpus(name: string, files: Readonly<Record<string, unknown>>): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  for (const [file, content] of Object.entries(files)) {
    const raw = typeof content === "string" || content instanceof Uint8Array;
    writeFileSync(join(path, file), raw ? content : JSON.stringify(content));
  }
  return path;
}

const good = { tokens: ["a", "b", "c"], entities: [{ start: 0, end: 2, type: "DNA" }] };
const whole = {
  tokens: ["The", "gene"],
  entities: [{ start: 1, end: 2, type: "DNA", confidence: 1 }],
  pos: ["DET", "NOUN"],
  ltokens: ["Before", "."],
  rtokens: ["After", "."],
  org_id: 17,
  relations: [],
};

test("every field is read, unknown keys are ignored", async () => {
  const loaded = await loadCorpus(corpus("whole", { "train.json": [whole] }), { cache });
  assert.equal(loaded.name, "whole");
  assert.deepEqual(loaded.types, ["DNA"]);
  assert.deepEqual(loaded.splits, {
    train: [
      {
        tokens: ["The", "gene"],
        pos: ["DET", "NOUN"],
        entities: [{ start: 1, end: 2, type: "DNA" }],
        previous: ["Before", "."],
        next: ["After", "."],
        id: "17",
      },
    ],
    dev: [],
    test: [],
  });
});

test("missing tags are X, missing contexts and ids are empty", async () => {
  const { splits } = await loadCorpus(corpus("bare", { "train.json": [good] }), { cache });
  assert.deepEqual(splits.train[0], { ...good, pos: ["X", "X", "X"], previous: [], next: [], id: "" });
});

test("types are those of all splits, sorted", async () => {
  const of = (...types: string[]) => [
    { tokens: ["a"], entities: types.map((type) => ({ start: 0, end: 1, type })) },
  ];
  const files = { "train.json": of("b", "c"), "dev.json": of("a"), "test.json": of("c", "d") };
  assert.deepEqual((await loadCorpus(corpus("types", files), { cache })).types, ["a", "b", "c", "d"]);
});

test("a repeated entity is kept once; a span with two types is two entities", async () => {
  const entities = [
    { start: 0, end: 1, type: "DNA" },
    { start: 0, end: 1, type: "RNA" },
    { start: 0, end: 1, type: "DNA" },
  ];
  const path = corpus("twice", { "train.json": [{ tokens: ["a"], entities }] });
  assert.deepEqual((await loadCorpus(path, { cache })).splits.train[0].entities, entities.slice(0, 2));
});

const entity = (fields: object) => [{ ...good, entities: [{ start: 0, end: 1, type: "DNA" }, fields] }];

/** The fault, the content of train.json, and the message after the file name. */
const faults: readonly (readonly [string, unknown, string])[] = [
  [
    "an object",
    { sentences: [] },
    'must be a list of sentences [{"tokens": …, "entities": …}, …], not {"sentences":[]}',
  ],
  ["an invalid sentence", [good, 5], "sentence 1: must be an object {tokens, entities, …}, not 5"],
  ["no tokens field", [{ entities: [] }], "sentence 0: tokens: is missing; it must be a list of strings"],
  [
    "an empty sentence",
    [good, { tokens: [], entities: [] }],
    "sentence 1: tokens: must hold at least one token, not []",
  ],
  [
    "text for tokens",
    [{ ...good, tokens: "a b" }],
    'sentence 0: tokens: must be a list of strings, not "a b"',
  ],
  [
    "a number among tokens",
    [{ ...good, tokens: ["a", 7] }],
    "sentence 0: tokens[1]: must be a string, not 7",
  ],
  [
    "an empty token",
    [{ ...good, tokens: ["a", ""] }],
    'sentence 0: tokens[1]: must not be an empty string, not ""',
  ],
  [
    "no entities field",
    [{ tokens: ["a"] }],
    "sentence 0: entities: is missing; it must be a list of {start, end, type}",
  ],
  ["an invalid entity", entity([]), "sentence 0: entities[1]: must be an object {start, end, type}, not []"],
  [
    "text for start",
    entity({ start: "0", end: 1, type: "RNA" }),
    'sentence 0: entities[1].start: must be an integer, not "0"',
  ],
  [
    "a broken number",
    entity({ start: 0, end: 1.5, type: "RNA" }),
    "sentence 0: entities[1].end: must be an integer, not 1.5",
  ],
  ["no type", entity({ start: 0, end: 1 }), "sentence 0: entities[1].type: is missing; it must be a string"],
  [
    "an empty type",
    entity({ start: 0, end: 1, type: "" }),
    'sentence 0: entities[1].type: must not be an empty string, not ""',
  ],
  [
    "a span outside",
    entity({ start: 2, end: 4, type: "RNA" }),
    'sentence 0: entities[1]: end 4 lies outside the sentence of 3 tokens (end is exclusive): {"start":2,"end":4,"type":"RNA"}',
  ],
  [
    "an empty span",
    entity({ start: 2, end: 2, type: "RNA" }),
    'sentence 0: entities[1]: start 2 must be less than end 2 (end is exclusive): {"start":2,"end":2,"type":"RNA"}',
  ],
  [
    "a negative start",
    entity({ start: -1, end: 2, type: "RNA" }),
    'sentence 0: entities[1]: start -1 must not be negative: {"start":-1,"end":2,"type":"RNA"}',
  ],
  [
    "too few tags",
    [{ ...good, pos: ["DET"] }],
    "sentence 0: pos: has 1 tags for 3 tokens; give one for each token or omit pos",
  ],
  [
    "an invalid tag",
    [{ ...good, pos: ["DET", null, "X"] }],
    "sentence 0: pos[1]: must be a string, not null",
  ],
  ["wrong context", [{ ...good, ltokens: {} }], "sentence 0: ltokens: must be a list of strings, not {}"],
  ["a wrong id", [{ ...good, org_id: [] }], "sentence 0: org_id: must be a string or a number, not []"],
];

for (const [what, content, message] of faults) {
  test(`refused: ${what}`, async () => {
    const path = corpus("faulty", { "train.json": content });
    await assert.rejects(loadCorpus(path, { cache }), (error) => {
      assert(error instanceof CorpusError);
      assert.equal(error.exitCode, 2);
      assert.equal(error.message, `${join(path, "train.json")}: ${message}`);
      return true;
    });
  });
}

test("refused: broken JSON, in one line, with the position if the engine gives it", async () => {
  const path = corpus("broken", { "train.json": '[{"tokens": ["a"],\n  "entities": [}]' });
  await assert.rejects(loadCorpus(path, { cache }), (error: Error) => {
    assert(error instanceof CorpusError);
    assert.match(error.message, /^[^\n]*train\.json: not valid JSON: [^\n]+$/);
    return true;
  });
  const cut = corpus("broken", { "train.json": '[{"tokens":\n ["a", "b]' });
  await assert.rejects(loadCorpus(cut, { cache }), /train\.json: not valid JSON: .*\(line 2, column 11\)$/);
});

test("refused: a corpus without sentences, train split or folder, or with an ambiguous split", async () => {
  const refused = (path: string, message: RegExp) =>
    assert.rejects(loadCorpus(path, { cache }), (error) => {
      assert(error instanceof CorpusError);
      assert.match(error.message, message);
      assert(!error.message.includes("\n"));
      return true;
    });
  await refused(corpus("empty", { "train.json": [] }), /empty: train holds no sentences/);
  await refused(
    corpus("no-train", { "dev.json": [good], "all.json": [good] }),
    /no-train: has no train split \(has dev; skipped all\.json \(its name contains no split\)\); a corpus is a folder with/,
  );
  await refused(join(folder, "nowhere"), /nowhere: no such folder; a corpus is a folder with train\.json/);
  await refused(
    join(corpus("file", { "train.json": [good] }), "train.json"),
    /train\.json: is a file; a corpus is/,
  );
  const both = corpus("both", { "train.json": [good], "train.arrow": sentencesToArrow([]) });
  await refused(
    both,
    /train\.json: is a second file for train, next to train\.arrow; keep one of them in the folder/,
  );
});

test("a train split is optional with optionalTrain; skipped files are reported", async () => {
  const path = corpus("test-only", { "test.json": [good], "dev_test.json": [good] });
  const remarks: string[] = [];
  const { splits, types } = await loadCorpus(path, {
    cache,
    optionalTrain: true,
    onRemark: (line) => remarks.push(line),
  });
  assert.deepEqual([splits.train.length, splits.dev.length, splits.test.length], [0, 0, 1]);
  assert.deepEqual(types, ["DNA"]);
  assert.deepEqual(remarks, [`${path}: skipped dev_test.json (its name contains dev and test)`]);
});

test("messages on faults of dev and test name their files", async () => {
  const path = corpus("dev", { "train.json": [good], "dev.json": [good, { ...good, tokens: [] }] });
  await assert.rejects(
    loadCorpus(path, { cache }),
    /dev\.json: sentence 1: tokens: must hold at least one token/,
  );
});

test("the hash depends on all content, but not on how it is stored", async () => {
  const json = await loadCorpus(corpus("as-json", { "train.json": [whole], "dev.json": [good] }), { cache });
  const { train, dev } = json.splits;
  const files = { "train.arrow": sentencesToArrow(train), "dev.arrow": sentencesToArrow(dev) };
  const arrow = await loadCorpus(corpus("as-arrow", files), { cache });
  assert.deepEqual({ ...arrow, name: "as-json" }, json);
  const reordered = Object.fromEntries(Object.entries(whole).reverse());
  const again = await loadCorpus(corpus("reordered", { "train.json": [reordered], "dev.json": [good] }), {
    cache,
  });
  assert.equal(again.hash, json.hash);
  for (const change of [{ org_id: 18 }, { pos: ["DET", "X"] }, { rtokens: [] }, { entities: [] }]) {
    const files = { "train.json": [{ ...whole, ...change }], "dev.json": [good] };
    assert.notEqual((await loadCorpus(corpus("changed", files), { cache })).hash, json.hash);
  }
});

test("a JSON corpus is cached as Arrow and read from the cache", async () => {
  const path = corpus("kept", { "train.json": [whole, good], "dev.json": [good] });
  const cacheFolder = join(folder, "own-cache");
  const first = await loadCorpus(path, { cache: cacheFolder });
  const stored = readdirSync(cacheFolder);
  assert.equal(stored.length, 2);
  assert.deepEqual(await loadCorpus(path, { cache: cacheFolder }), first);

  // puts other sentences into the cached file; reading the cache returns them
  const other = sentencesToArrow([first.splits.train[1]]);
  for (const file of stored) writeFileSync(join(cacheFolder, file), other);
  assert.deepEqual((await loadCorpus(path, { cache: cacheFolder })).splits.train, [first.splits.train[1]]);

  // a changed corpus has another cache entry
  corpus("kept", { "train.json": [whole] });
  assert.deepEqual((await loadCorpus(path, { cache: cacheFolder })).splits.train, [first.splits.train[0]]);
});

test("a damaged or read-only cache costs only time", async () => {
  const path = corpus("damaged", { "train.json": [whole] });
  const cacheFolder = join(folder, "damaged-cache");
  const first = await loadCorpus(path, { cache: cacheFolder });
  const [stored] = readdirSync(cacheFolder);
  writeFileSync(join(cacheFolder, stored), "ARROW1 and then nothing");
  assert.deepEqual(await loadCorpus(path, { cache: cacheFolder }), first);
  assert.notEqual(readdirSync(cacheFolder).length, 0);
  writeFileSync(join(folder, "occupied"), "");
  assert.deepEqual(await loadCorpus(path, { cache: join(folder, "occupied") }), first);
  const closed = join(folder, "closed");
  mkdirSync(closed);
  chmodSync(closed, 0o500);
  assert.deepEqual(await loadCorpus(path, { cache: closed }), first);
});
