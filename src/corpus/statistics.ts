import { sum } from "../base/sum";
import { type LengthGroup, lengthGroup, lengthGroups, nestedFlags } from "./spans";
import { type Corpus, type Sentence, type SplitName, splitNames } from "./types";

/** The figures of Table 1 for a split, and those of the other tables. Averages over nothing are 0. */
export interface SplitStatistics {
  /** #S */
  readonly sentences: number;
  readonly tokens: number;
  /** #AS: mean tokens per sentence. */
  readonly averageTokens: number;
  readonly maxTokens: number;
  /** #NE */
  readonly entities: number;
  /** #AE: mean tokens per entity. */
  readonly averageEntityLength: number;
  readonly maxEntityLength: number;
  /** #ME: most entities in one sentence. */
  readonly maxEntities: number;
  /** Share of entities (0 … 1) that contain, lie in or cross another. */
  readonly nestedShare: number;
  readonly byType: Readonly<Record<string, number>>;
  readonly byLength: Readonly<Record<LengthGroup, number>>;
}

/** The statistics of Table 1 for each split. A missing split is all zero. */
export function corpusStatistics(corpus: Corpus): Record<SplitName, SplitStatistics> {
  const [train, dev, test] = splitNames.map((split) => splitStatistics(corpus.splits[split], corpus.types));
  return { train, dev, test };
}

/** @param types the types to count, in this order, including types that the split lacks */
export function splitStatistics(sentences: readonly Sentence[], types: readonly string[]): SplitStatistics {
  const entities = sentences.flatMap((sentence) => sentence.entities);
  const tokens = sum(sentences.map((sentence) => sentence.tokens.length));
  const nested = sum(
    sentences.map((sentence) => nestedFlags(sentence.entities).filter((flag) => flag).length),
  );
  const lengths = entities.map((entity) => entity.end - entity.start);
  return {
    sentences: sentences.length,
    tokens,
    averageTokens: ratio(tokens, sentences.length),
    maxTokens: largest(sentences.map((sentence) => sentence.tokens.length)),
    entities: entities.length,
    averageEntityLength: ratio(sum(lengths), entities.length),
    maxEntityLength: largest(lengths),
    maxEntities: largest(sentences.map((sentence) => sentence.entities.length)),
    nestedShare: ratio(nested, entities.length),
    byType: countEach(
      types,
      entities.map((entity) => entity.type),
    ),
    byLength: countEach(lengthGroups, entities.map(lengthGroup)),
  };
}

export function countsOf<Value>(values: Iterable<Value>): Map<Value, number> {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function countEach<Key extends string>(keys: readonly Key[], values: readonly Key[]): Record<Key, number> {
  const counts = countsOf(values);
  return Object.fromEntries(keys.map((key) => [key, counts.get(key) ?? 0])) as Record<Key, number>;
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
