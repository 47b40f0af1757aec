import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { CorpusError } from "../../../src/base/errors";
import { Reading } from "../../../src/corpus/formats/reading";
import { asReleased } from "../../../src/corpus/formats/released";
import { TagDecoder } from "../../../src/corpus/formats/tag-decoder";
import { flatten, layersOf, overlap, tagSchemes, tagsOf } from "../../../src/corpus/formats/write-tags";
import { spans } from "../../support/reading";
import { entitiesWithin } from "../sentence-builders";

const place = (index: number) => ({ file: "f", line: index + 1 });

function decoded(...sentences: readonly string[]): { entities: string[][]; lines: string[] } {
  const decoder = new TagDecoder();
  const entities = sentences.map((tags) => spans({ entities: decoder.decode(tags.split(" "), place) }));
  const reading = new Reading();
  decoder.report(reading);
  return { entities, lines: reading.lines() };
}

test("each scheme is recognized by its tags and gives the same entities", () => {
  const entities = [["0-1 PER", "1-3 PER", "4-5 ORG"]];
  assert.deepEqual(decoded("B-PER B-PER I-PER O B-ORG"), { entities, lines: ["tags are IOB2"] });
  assert.deepEqual(decoded("I-PER B-PER I-PER O I-ORG"), { entities, lines: ["tags are IOB1"] });
  assert.deepEqual(decoded("S-PER B-PER E-PER O S-ORG"), { entities, lines: ["tags are BIOES"] });
  assert.deepEqual(decoded("U-PER B-PER L-PER O U-ORG"), { entities, lines: ["tags are BILOU"] });
  assert.deepEqual(decoded("B-PER M-PER M-PER E-PER").lines, ["tags are BMES"]);
  assert.deepEqual(decoded("O O"), { entities: [[]], lines: ["no entity is tagged"] });
});

test("an inner tag without a beginning begins an entity, and is counted unless the scheme is IOB1", () => {
  const stray = "inner tags without a preceding tag of their type, taken as the beginning of an entity";
  assert.deepEqual(decoded("O I-PER I-PER I-ORG", "B-PER O I-ORG"), {
    entities: [
      ["1-3 PER", "3-4 ORG"],
      ["0-1 PER", "2-3 ORG"],
    ],
    lines: ["tags are IOB2", `3 × ${stray} (first: line 2)`],
  });
  assert.deepEqual(decoded("S-PER O B-PER O M-PER E-ORG"), {
    entities: [["0-1 PER", "2-3 PER", "4-5 PER", "5-6 ORG"]],
    lines: [
      "tags are BMES",
      "2 × entities without an end tag (first: line 3)",
      `2 × ${stray} (first: line 5)`,
    ],
  });
});

test("refused: tags without a type, and invalid tags", () => {
  const refused = (tag: string, problem: RegExp): void =>
    assert.throws(
      () => new TagDecoder().decode(["O", tag], place),
      (error: Error) => error instanceof CorpusError && problem.test(error.message),
    );
  for (const tag of ["B", "B-", "S", "M-"])
    refused(
      tag,
      /^f: line 2: tag "[BSM]-?" has no type; write one after it, as in "[BSM]-PER", or give one for all: --type PER$/,
    );
  for (const tag of ["o", "0", "PER", "b-PER", "X-PER", "", "-", "__proto__"])
    refused(
      tag,
      /^f: line 2: ".*" is not a tag; a tag is O, or B, I, E, S \(M, L, U\) and a type, as in B-PER$/,
    );
});

const anySentence = fc
  .integer({ min: 1, max: 9 })
  .chain((tokens) => entitiesWithin(tokens).map((entities) => ({ tokens, entities })));

test("every scheme preserves entities, layer by layer", () => {
  fc.assert(
    fc.property(anySentence, fc.constantFrom(...tagSchemes), ({ tokens, entities }, scheme) => {
      const layers = layersOf(entities);
      const back = layers.flatMap((layer) => new TagDecoder().decode(tagsOf(layer, tokens, scheme), place));
      assert.deepEqual(spans({ entities: back }).sort(), spans({ entities }).sort());
    }),
  );
});

test("flat entities share no token, and no other entity would fit", () => {
  fc.assert(
    fc.property(
      anySentence,
      fc.constantFrom("outermost" as const, "innermost" as const),
      ({ entities }, keep) => {
        const flat = flatten(entities, keep);
        for (const one of flat) assert.ok(flat.every((other) => other === one || !overlap(one, other)));
        for (const left of entities.filter((entity) => !flat.includes(entity)))
          assert.ok(flat.some((other) => overlap(left, other)));
      },
    ),
  );
  const nested = [
    { start: 0, end: 3, type: "A" },
    { start: 1, end: 2, type: "B" },
  ];
  assert.deepEqual(spans({ entities: flatten(nested, "outermost") }), ["0-3 A"]);
  assert.deepEqual(spans({ entities: flatten(nested, "innermost") }), ["1-2 B"]);
});

test("reproduces the released converters' faults: ends of sentences with I tags, last tokens of three with M and E", () => {
  const released = (tags: string): { entities: string[]; lines: string[] } => {
    const reading = new Reading();
    const list = tags.split(" ");
    const entities = asReleased(list, new TagDecoder().decode(list, place), "line 1", reading);
    return { entities: spans({ entities }), lines: reading.lines() };
  };
  const cut = (count: number): string[] => [
    `${count} × entities cut or dropped as in the released code (first: line 1)`,
  ];
  assert.deepEqual(released("B-PER I-PER I-PER"), { entities: ["0-2 per"], lines: cut(1) });
  assert.deepEqual(released("B-PER I-PER I-PER O"), { entities: ["0-3 per"], lines: [] });
  assert.deepEqual(released("O B-PER"), { entities: ["1-2 per"], lines: [] });
  assert.deepEqual(released("I-PER O B-PER I-PER"), { entities: ["2-3 per"], lines: cut(2) });
  assert.deepEqual(released("B-PER E-PER S-ORG"), { entities: ["0-2 per", "2-3 org"], lines: [] });
  assert.deepEqual(released("B-PER M-PER E-PER O"), { entities: ["0-2 per"], lines: cut(1) });
  assert.deepEqual(released("B-PER M-PER M-PER E-PER"), { entities: ["0-3 per"], lines: cut(1) });
});
