import assert from "node:assert/strict";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import { CorpusError } from "../../../src/base/errors";
import type { Sentence } from "../../../src/corpus";
import { Reading } from "../../../src/corpus/formats/reading";
import {
  type ReadOptions,
  readSentences,
  type WriteOptions,
  writerNamed,
  writeSentences,
} from "../../../src/corpus/formats/registry";
import { flatten, tagSchemes } from "../../../src/corpus/formats/write-tags";
import { testFolder } from "../../support/folders";
import { spans } from "../../support/reading";
import { gathered } from "../../support/streams";
import { entitiesWithin, sentence } from "../sentence-builders";

const folder = testFolder("round");
let written = 0;

async function backFrom(
  sentences: readonly Sentence[],
  to: WriteOptions,
  from: ReadOptions = {},
): Promise<Sentence[]> {
  const path = join(folder, `${written++}${writerNamed(to).ending}`);
  await writeSentences(path, sentences, to);
  const back = await gathered(readSentences(path, { ...(to.to !== "brat" && { from: to.to }), ...from }));
  rmSync(path, { recursive: true });
  return back;
}

/** Tokens of any characters but white space, and tokens with a special meaning in a format. */
const word = fc
  .oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 5 }),
    fc.constantFrom("-X-", "O", "B-X", "#", "T1", "&amp;", '"', "'", "[", "{}"),
  )
  .map((text) => text.replace(/[\s\ufeff]/g, "_"));

const plain = fc.array(word, { minLength: 1, maxLength: 8 }).chain((tokens) =>
  fc.record(
    {
      tokens: fc.constant(tokens),
      pos: fc.array(fc.constantFrom("NOUN", "VERB", "X"), {
        minLength: tokens.length,
        maxLength: tokens.length,
      }),
      entities: entitiesWithin(tokens.length).map((entities) =>
        entities.map((entity) => ({ ...entity, type: entity.type.replace(" ", "_") })),
      ),
    },
    { noNullPrototype: true },
  ),
);

/** Documents of sentences with their neighbors. */
const anyDocuments: fc.Arbitrary<Sentence[]> = fc
  .array(fc.array(plain, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 })
  .map((documents) =>
    documents.flatMap((document, number) =>
      document.map((one, index) => ({
        ...one,
        previous: document[index - 1]?.tokens ?? [],
        next: document[index + 1]?.tokens ?? [],
        id: `d${number}`,
      })),
    ),
  );

const runs = { numRuns: 60 };

/** Sorts entities, because formats reorder them. */
const comparable = ({ entities, tokens, pos, previous, next }: Sentence) => ({
  tokens,
  pos,
  previous,
  next,
  entities: spans({ entities }).sort(),
});

for (const to of ["json", "jsonl", "arrow"] as const)
  test(`${to} preserves everything`, async () => {
    await fc.assert(
      fc.asyncProperty(anyDocuments, async (sentences) =>
        assert.deepEqual(await backFrom(sentences, { to }), sentences),
      ),
      runs,
    );
  });

for (const scheme of tagSchemes) {
  test(`four columns in ${scheme} preserve tokens, tags, contexts and flat entities`, async () => {
    await fc.assert(
      fc.asyncProperty(anyDocuments, async (nested) => {
        const sentences = nested.map((one) => ({ ...one, entities: flatten(one.entities, "outermost") }));
        const back = await backFrom(sentences, { to: "conll", scheme });
        assert.deepEqual(back.map(comparable), sentences.map(comparable));
      }),
      runs,
    );
  });

  test(`nested columns in ${scheme} preserve tokens, contexts and all entities`, async () => {
    await fc.assert(
      fc.asyncProperty(anyDocuments, async (sentences) => {
        const back = await backFrom(sentences, { to: "nested", scheme });
        const expected = sentences.map((one) => ({ ...one, pos: one.tokens.map(() => "X") }));
        assert.deepEqual(back.map(comparable), expected.map(comparable));
      }),
      runs,
    );
  });
}

test("brat preserves tokens, contexts, all entities, and names of documents", async () => {
  await fc.assert(
    fc.asyncProperty(anyDocuments, async (sentences) => {
      const back = await backFrom(sentences, { to: "brat" }, { tokens: "space", from: "brat" });
      const expected = sentences.map((one) => ({ ...one, pos: one.tokens.map(() => "X") }));
      assert.deepEqual(back.map(comparable), expected.map(comparable));
      assert.deepEqual(
        back.map(({ id }) => id),
        sentences.map(({ id }) => id),
      );
    }),
    runs,
  );
});

test("written files are recognized", async () => {
  const sentences = [
    sentence("a b c", [
      [0, 2, "X"],
      [0, 1, "Y"],
    ]),
  ];
  for (const to of ["json", "jsonl", "arrow", "nested", "brat"] as const) {
    const back = await backFrom(sentences, { to }, { from: undefined });
    assert.deepEqual(back.map(comparable), sentences.map(comparable), to);
  }
});

test("written files are recognized with any first token", async () => {
  const first = [
    "{",
    "[",
    "[{",
    "<set>",
    "<?xml",
    "#",
    "# a",
    "1",
    "T1",
    "###MEDLINE:1",
    "我0",
    "word,tag",
    "O",
    "B-X",
  ];
  for (const [index, token] of first.entries())
    for (const to of ["conll", "nested", "jsonl", "json"] as const) {
      const flat = sentence("a b c d", [[0, 2, "NP"]]);
      const input = [
        { ...flat, tokens: [token, "b", "c", "d"] },
        { ...sentence("e f g h"), tokens: ["e", token, first[(index + 1) % first.length], "h"] },
      ];
      const back = await backFrom(input, { to }, { from: undefined });
      assert.deepEqual(back.map(comparable), input.map(comparable), `${token} ${to}`);
    }
});

test("nested columns preserve crossing entities and spans with two types without remarks", async () => {
  const original = [
    sentence("a b c d", [
      [0, 3, "X"],
      [1, 4, "Y"],
      [1, 4, "Z"],
    ]),
  ];
  const back = await backFrom(original, { to: "nested" }, { from: undefined });
  assert.deepEqual(back.map(comparable), original.map(comparable));
});

test("lone surrogates are refused by formats that store UTF-8, and preserved by JSON", async () => {
  const one = sentence("a b", [[0, 1, "X"]]);
  for (const [field, invalid] of [
    ["tokens[1]", { ...one, tokens: ["a", "\ud83d"] }],
    ["types[0]", { ...one, entities: [{ start: 0, end: 1, type: "X\udc00" }] }],
    ["pos[0]", { ...one, pos: ["\ud83d", "N"] }],
  ] as const) {
    for (const to of ["arrow", "conll", "nested", "brat"] as const)
      await assert.rejects(backFrom([one, invalid], { to }), (error: Error) => {
        assert.ok(error instanceof CorpusError);
        assert.ok(error.message.includes(`: sentence 1: ${field}: `), error.message);
        assert.match(error.message, /has half a character \(a lone surrogate\), which only JSON can store; /);
        return true;
      });
    for (const to of ["json", "jsonl"] as const)
      assert.deepEqual(await backFrom([invalid], { to }), [invalid]);
  }
  assert.deepEqual(readdirSync(folder), []);
});

test("columns refuse lines and sentences that their reader refuses", async () => {
  const long = { ...sentence("a"), tokens: ["a".repeat(70_000)] };
  await assert.rejects(
    backFrom([long], { to: "conll" }),
    /sentence 0: tokens\[0\]: gives a line of 70008 characters, but a line of a column file has at most 65536; write --to json/,
  );
  const many = new Array<string>(50_001).fill("a");
  await assert.rejects(
    backFrom([{ ...sentence("a"), tokens: many, pos: many }], { to: "nested" }),
    /sentence 0: has 50001 tokens, but a sentence of a column file has at most 50000; write --to json/,
  );
});

test("brat and columns count contexts and parts of speech that they cannot hold", async () => {
  const lines = async (given: Sentence, to: string): Promise<string> => {
    const reading = new Reading();
    const path = join(folder, "counted");
    await writeSentences(path, [given], { to }, reading);
    rmSync(path, { recursive: true });
    return reading.lines().join();
  };
  const alone = { ...sentence("a"), previous: ["x"] };
  assert.match(
    await lines(alone, "brat"),
    /1 × contexts that are not neighbors in this file, not written \(first: sentence 0\)/,
  );
  assert.doesNotMatch(await lines(sentence("a"), "brat"), /contexts/);
  assert.match(
    await lines({ ...sentence("a b"), pos: ["_", "-X-"] }, "conll"),
    /2 × parts of speech _ and -X-, which read as missing/,
  );
});

test("what a format cannot hold is counted, or refused with sentence and value; refusals leave no file", async () => {
  const reading = new Reading();
  const nested = [
    {
      ...sentence("a b", [
        [0, 2, "X"],
        [0, 1, "Y"],
      ]),
      pos: ["N", "N"],
      previous: ["x"],
    },
  ];
  const path = join(folder, "lost.conll");
  await writeSentences(path, nested, { to: "conll", keep: "innermost" }, reading);
  await writeSentences(path, nested, { to: "nested" }, reading);
  assert.deepEqual(reading.lines(), [
    "1 × entities that share tokens with the innermost, not written (first: sentence 0)",
    "2 × contexts that are not neighbors in this file, not written (first: sentence 0)",
    "1 × sentences without their parts of speech, which nested columns cannot store (first: sentence 0)",
  ]);
  rmSync(path);
  const refused = async (sentences: readonly Sentence[], to: WriteOptions["to"], problem: RegExp) => {
    await assert.rejects(
      writeSentences(path, sentences, { to }),
      (error: Error) => error instanceof CorpusError && problem.test(error.message),
    );
    assert.equal(existsSync(path), false);
  };
  const holding = (token: string, type = "X"): Sentence[] => [
    { ...sentence("a"), tokens: [token], entities: [{ start: 0, end: 1, type }] },
  ];
  await refused(
    nested,
    "conll",
    /lost\.conll: sentence 0: has entities that share tokens, which four columns cannot store; write --to nested/,
  );
  for (const token of ["a\tb", "a\nb", "-DOCSTART-", "\ufeffa"])
    await refused(
      holding(token),
      "conll",
      /sentence 0: tokens\[0\]: ".*" does not fit in a column; write --to json or jsonl$/,
    );
  await refused(holding("a", "X "), "nested", /entities\[0\]\.type: "X " does not fit in a column/);
  await refused(
    holding("a b"),
    "brat",
    /sentence 0: tokens\[0\]: "a b" has white space, which separates tokens in brat/,
  );
  await refused(holding("a", "cell line"), "brat", /entities\[0\]\.type: "cell line" has white space/);
  assert.deepEqual(readdirSync(folder), []);
});
