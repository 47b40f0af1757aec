import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import * as fc from "fast-check";
import { CorpusError } from "../../../src/base/errors";
import type { Sentence } from "../../../src/corpus";
import { readSentences } from "../../../src/corpus/formats/read";
import { Reading } from "../../../src/corpus/formats/reading";
import { type ReadOptions, type WriteOptions, writerNamed } from "../../../src/corpus/formats/registry";
import { writeSentences } from "../../../src/corpus/formats/write";
import { flattened, tagSchemes } from "../../../src/corpus/formats/write-tags";
import { spans } from "../../support/reading";
import { gathered } from "../../support/streams";
import { entitiesWithin, sentence } from "../sentences";

const folder = mkdtempSync(join(tmpdir(), "pnr-round-"));
after(() => rmSync(folder, { recursive: true }));
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

/** Tokens of any characters but white space, and the tokens that a format gives a meaning of its own. */
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

/** Documents of sentences that know their neighbours. */
const anyDocuments: fc.Arbitrary<Sentence[]> = fc
  .array(fc.array(plain, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 })
  .map((documents) =>
    documents.flatMap((document, at) =>
      document.map((one, index) => ({
        ...one,
        previous: document[index - 1]?.tokens ?? [],
        next: document[index + 1]?.tokens ?? [],
        id: `d${at}`,
      })),
    ),
  );

const runs = { numRuns: 60 };

/** Entities are a set; tags and fragments have an order of their own. */
const comparable = ({ entities, tokens, pos, previous, next }: Sentence) => ({
  tokens,
  pos,
  previous,
  next,
  entities: spans({ entities }).sort(),
});

for (const to of ["json", "jsonl", "arrow"] as const)
  test(`${to} brings back everything`, async () => {
    await fc.assert(
      fc.asyncProperty(anyDocuments, async (sentences) =>
        assert.deepEqual(await backFrom(sentences, { to }), sentences),
      ),
      runs,
    );
  });

for (const scheme of tagSchemes) {
  test(`four columns in ${scheme} bring back tokens, tags, contexts and flat entities`, async () => {
    await fc.assert(
      fc.asyncProperty(anyDocuments, async (nested) => {
        const sentences = nested.map((one) => ({ ...one, entities: flattened(one.entities, "outermost") }));
        const back = await backFrom(sentences, { to: "conll", scheme });
        assert.deepEqual(back.map(comparable), sentences.map(comparable));
      }),
      runs,
    );
  });

  test(`nested columns in ${scheme} bring back tokens, contexts and all entities`, async () => {
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

test("brat brings back tokens, contexts and all entities, and names documents as they were", async () => {
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

test("files written are recognised again", async () => {
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

test("what a format has no place for is counted, or refused with sentence and value; then nothing is left", async () => {
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
    "2 × contexts that are no neighbours in this file, not written (first: sentence 0)",
    "1 × sentences whose parts of speech have no place beside nested tags, not written (first: sentence 0)",
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
    /lost\.conll: sentence 0: has entities that share tokens, which four columns cannot hold; write --to nested/,
  );
  for (const token of ["a\tb", "a\nb", "-DOCSTART-", "\ufeffa"])
    await refused(
      holding(token),
      "conll",
      /sentence 0: tokens\[0\]: ".*" cannot stand in a column; write --to json or jsonl$/,
    );
  await refused(holding("a", "X "), "nested", /entities\[0\]\.type: "X " cannot stand in a column/);
  await refused(
    holding("a b"),
    "brat",
    /sentence 0: tokens\[0\]: "a b" has white space, which parts tokens in brat/,
  );
  await refused(holding("a", "cell line"), "brat", /entities\[0\]\.type: "cell line" has white space/);
  assert.deepEqual(readdirSync(folder), []);
});
