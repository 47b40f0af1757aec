import * as fc from "fast-check";
import type { Entity, Sentence } from "../../src/corpus/types";

/** A sentence with entities, given as `[start, end, type]`. */
export function sentence(
  tokens: string,
  entities: readonly (readonly [start: number, end: number, type: string])[] = [],
): Sentence {
  const words = tokens.split(" ");
  return {
    tokens: words,
    pos: words.map(() => "X"),
    entities: entities.map(([start, end, type]) => ({ start, end, type })),
    previous: [],
    next: [],
    id: "",
  };
}

const word = fc.string({ unit: "grapheme", minLength: 1, maxLength: 5 });

/** Any distinct entities in a sentence of this many tokens. */
export function entitiesWithin(tokens: number): fc.Arbitrary<Entity[]> {
  const entity = fc
    .tuple(fc.nat(tokens - 1), fc.nat(tokens - 1), fc.constantFrom("DNA", "RNA", "cell line", "蛋白质"))
    .map(([one, other, type]) => ({ start: Math.min(one, other), end: Math.max(one, other) + 1, type }));
  return fc.uniqueArray(entity, {
    maxLength: 6,
    selector: ({ start, end, type }) => `${start} ${end} ${type}`,
  });
}

/** Any valid sentence. */
export const anySentence: fc.Arbitrary<Sentence> = fc
  .array(word, { minLength: 1, maxLength: 9 })
  .chain((tokens) =>
    fc.record(
      {
        tokens: fc.constant(tokens),
        pos: fc.array(fc.constantFrom("NOUN", "VERB", "X"), {
          minLength: tokens.length,
          maxLength: tokens.length,
        }),
        entities: entitiesWithin(tokens.length),
        previous: fc.array(word, { maxLength: 3 }),
        next: fc.array(word, { maxLength: 3 }),
        id: fc.string(),
      },
      { noNullPrototype: true },
    ),
  );
