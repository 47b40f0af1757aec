import { type SplitStatistics, splitStatistics } from "./statistics";
import { type Corpus, type Entity, type Sentence, type SplitName, splitNames } from "./types";

/** How often a value occurs. */
export interface Frequency {
  readonly value: number;
  readonly count: number;
}

/** How the figures of a split are distributed. Frequencies are sorted by value; values that do not occur are left out. */
export interface SplitProfile extends SplitStatistics {
  /** Sentences by their tokens. */
  readonly sentenceLengths: readonly Frequency[];
  /** Entities by their tokens. */
  readonly entityLengths: readonly Frequency[];
  /** Sentences by their entities, those without any included. */
  readonly entitiesPerSentence: readonly Frequency[];
  /** Entities by their depth: 1 where no longer entity contains them, else one more than the deepest that does. */
  readonly depths: readonly Frequency[];
  /** `[types, types]`: pairs of an outer entity of the row's type and a shorter one inside it of the column's. */
  readonly nesting: readonly (readonly number[])[];
  /** `[types, types]`: sentences that hold an entity of the row's type and another one of the column's; symmetric. */
  readonly together: readonly (readonly number[])[];
  /** Pairs of entities that share some tokens but not all of either. */
  readonly crossing: number;
  /** Pairs of entities of the same tokens. */
  readonly sameSpan: number;
}

export interface CorpusProfile {
  readonly name: string;
  readonly types: readonly string[];
  readonly splits: Readonly<Record<SplitName, SplitProfile>>;
}

/** Table 1 of each split and the distributions behind it; an absent split is all zero. */
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
    const within = new Set(
      pairs(sentence.entities).map(
        ([one, other]) => types.indexOf(one.type) * types.length + types.indexOf(other.type),
      ),
    );
    for (const cell of within) together[Math.floor(cell / types.length)][cell % types.length]++;
  }
  return {
    ...splitStatistics(sentences, types),
    sentenceLengths: frequencies(sentences.map(({ tokens }) => tokens.length)),
    entityLengths: frequencies(entities.map(({ start, end }) => end - start)),
    entitiesPerSentence: frequencies(sentences.map((sentence) => sentence.entities.length)),
    depths: frequencies(sentences.flatMap((sentence) => depthsOf(sentence.entities))),
    nesting,
    together,
    crossing,
    sameSpan: sameSpan / 2, // each pair came in both orders
  };
}

/** Does the first contain the second and more? */
function contains(outer: Entity, inner: Entity): boolean {
  return (
    outer.start <= inner.start && inner.end <= outer.end && outer.end - outer.start > inner.end - inner.start
  );
}

/** Depth of each entity within the others of its sentence. */
function depthsOf(entities: readonly Entity[]): number[] {
  const depths = new Map<Entity, number>();
  const longestFirst = [...entities].sort((one, other) => other.end - other.start - (one.end - one.start));
  for (const entity of longestFirst) {
    const around = longestFirst.filter((other) => contains(other, entity)).map((other) => depths.get(other)!);
    depths.set(entity, 1 + Math.max(0, ...around));
  }
  return [...depths.values()];
}

/** All pairs of different entities, in both orders. */
function pairs(entities: readonly Entity[]): [Entity, Entity][] {
  return entities.flatMap((one) =>
    entities.filter((other) => other !== one).map((other): [Entity, Entity] => [one, other]),
  );
}

function square(size: number): number[][] {
  return Array.from({ length: size }, () => new Array<number>(size).fill(0));
}

function frequencies(values: readonly number[]): Frequency[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((one, other) => one.value - other.value);
}
