import { contains, nestingDepths } from "./spans";
import { countsOf, type SplitStatistics, splitStatistics } from "./statistics";
import { type Corpus, type Entity, type Sentence, type SplitName, splitNames } from "./types";

export interface Frequency {
  readonly value: number;
  readonly count: number;
}

/** Distributions of the figures of a split. Frequencies are sorted by value, without values that do not occur. */
export interface SplitProfile extends SplitStatistics {
  /** Sentences by number of tokens. */
  readonly sentenceLengths: readonly Frequency[];
  /** Entities by number of tokens. */
  readonly entityLengths: readonly Frequency[];
  /** Sentences by number of entities, including 0. */
  readonly entitiesPerSentence: readonly Frequency[];
  /** Entities by depth: 1 if no longer entity contains it, otherwise one more than the deepest entity that does. */
  readonly depths: readonly Frequency[];
  /** `[types, types]`: pairs of an outer entity of the row's type and a shorter inner entity of the column's type. */
  readonly nesting: readonly (readonly number[])[];
  /** `[types, types]`: sentences with an entity of the row's type and another of the column's type; symmetric. */
  readonly together: readonly (readonly number[])[];
  /** Pairs of entities that share some tokens, but not all tokens of either. */
  readonly crossing: number;
  /** Pairs of entities with the same span. */
  readonly sameSpan: number;
}

export interface CorpusProfile {
  readonly name: string;
  readonly types: readonly string[];
  readonly splits: Readonly<Record<SplitName, SplitProfile>>;
}

/** Table 1 of each split, and the distributions behind it. A missing split is all zero. */
export function corpusProfile({
  name,
  types,
  splits,
}: Pick<Corpus, "name" | "types" | "splits">): CorpusProfile {
  const [train, dev, test] = splitNames.map((split) => splitProfile(splits[split], types));
  return { name, types, splits: { train, dev, test } };
}

/** @param types the types to count, in this order */
export function splitProfile(sentences: readonly Sentence[], types: readonly string[]): SplitProfile {
  const entities = sentences.flatMap((sentence) => sentence.entities);
  const nesting = square(types.length);
  const together = square(types.length);
  let crossing = 0;
  let sameSpan = 0;
  for (const sentence of sentences) {
    for (const [outer, inner] of pairs(sentence.entities)) {
      if (contains(outer, inner)) nesting[types.indexOf(outer.type)][types.indexOf(inner.type)]++;
      else if (outer.start === inner.start && outer.end === inner.end) sameSpan++;
      else if (outer.start < inner.start && inner.start < outer.end && outer.end < inner.end) crossing++;
    }
    const typePairs = new Set(
      pairs(sentence.entities).map(
        ([one, other]) => types.indexOf(one.type) * types.length + types.indexOf(other.type),
      ),
    );
    for (const cell of typePairs) together[Math.floor(cell / types.length)][cell % types.length]++;
  }
  return {
    ...splitStatistics(sentences, types),
    sentenceLengths: frequencies(sentences.map(({ tokens }) => tokens.length)),
    entityLengths: frequencies(entities.map(({ start, end }) => end - start)),
    entitiesPerSentence: frequencies(sentences.map((sentence) => sentence.entities.length)),
    depths: frequencies(sentences.flatMap((sentence) => nestingDepths(sentence.entities))),
    nesting,
    together,
    crossing,
    sameSpan: sameSpan / 2, // pairs occur in both orders
  };
}

function pairs(entities: readonly Entity[]): [Entity, Entity][] {
  return entities.flatMap((one) =>
    entities.filter((other) => other !== one).map((other): [Entity, Entity] => [one, other]),
  );
}

function square(size: number): number[][] {
  return Array.from({ length: size }, () => new Array<number>(size).fill(0));
}

function frequencies(values: readonly number[]): Frequency[] {
  return [...countsOf(values)]
    .map(([value, count]) => ({ value, count }))
    .sort((one, other) => one.value - other.value);
}
