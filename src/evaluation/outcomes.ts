import { intersectionOverUnion, type LengthGroup, lengthGroup, nestedFlags, overlap } from "../corpus/spans";
import type { Entity, ScoredEntity } from "../corpus/types";

/**
 * The length that a false prediction counts for. "own": its own. "gold": that of the gold entity that it shares most tokens
 * with, else its own. "released": as in the released code (`utils/analysis.py`), that of the gold entity with the largest IoU,
 * even if that is 0, and no length in a sentence without gold entities. Overall scores are the same.
 */
export type SpuriousLength = "own" | "gold" | "released";

export const spuriousLengths: readonly SpuriousLength[] = ["own", "gold", "released"];

/** An entity with the groups that it counts in. */
export interface CountedEntity extends Entity {
  /** null for a false prediction that counts for no length ({@link SpuriousLength}). */
  readonly length: LengthGroup | null;
  readonly nesting: "flat" | "nested";
  /** Absent if the entity was not predicted, or predicted without a probability. */
  readonly probability?: number;
}

/** A sentence's gold and predicted entities, compared. Duplicates on one side are listed once. */
export interface SentenceOutcome {
  /** Predicted with the start, end and type of a gold entity, whose groups they count in. */
  readonly correct: readonly CountedEntity[];
  /** Gold entities that were not predicted. */
  readonly missed: readonly CountedEntity[];
  /** Predictions that are not gold entities. */
  readonly wrong: readonly CountedEntity[];
}

/**
 * Compares the predictions of each sentence with its gold entities, by exact match of start, end and type.
 * @param predicted of each sentence of `gold`, in the same order
 * @param spuriousLength the length that a false prediction counts for
 * @throws RangeError if the numbers of sentences differ
 */
export function outcomesOf(
  gold: readonly (readonly Entity[])[],
  predicted: readonly (readonly (Entity | ScoredEntity)[])[],
  spuriousLength: SpuriousLength = "own",
): SentenceOutcome[] {
  if (gold.length !== predicted.length) {
    throw new RangeError(`predictions of ${predicted.length} sentences, but gold entities of ${gold.length}`);
  }
  return gold.map((entities, sentence) => outcomeOf(entities, predicted[sentence], spuriousLength));
}

function outcomeOf(
  gold: readonly Entity[],
  predicted: readonly Entity[],
  rule: SpuriousLength,
): SentenceOutcome {
  const goldByKey = countedByKey(gold);
  const predictedByKey = countedByKey(predicted);
  const correct: CountedEntity[] = [];
  const missed: CountedEntity[] = [];
  for (const [key, entity] of goldByKey) {
    const match = predictedByKey.get(key);
    if (match === undefined) missed.push(entity);
    else correct.push("probability" in match ? { ...entity, probability: match.probability } : entity);
  }
  const wrong = [...predictedByKey].flatMap(([key, entity]) =>
    goldByKey.has(key) ? [] : [{ ...entity, length: spuriousGroup(entity, gold, rule) }],
  );
  return { correct, missed, wrong };
}

/** The distinct entities by start, end and type. */
function countedByKey(entities: readonly (Entity | ScoredEntity)[]): Map<string, CountedEntity> {
  const keyOf = ({ start, end, type }: Entity): string => `${start} ${end} ${type}`;
  const distinct = [...new Map(entities.map((entity) => [keyOf(entity), entity])).values()];
  const nested = nestedFlags(distinct);
  return new Map(
    distinct.map((entity, index) => {
      const { start, end, type } = entity;
      const groups = { length: lengthGroup(entity), nesting: nested[index] ? "nested" : "flat" } as const;
      const probability = "probability" in entity ? { probability: entity.probability } : {};
      return [keyOf(entity), { start, end, type, ...groups, ...probability }];
    }),
  );
}

/**
 * The length group of a false prediction; null if it counts for no length.
 * @param gold entities of its sentence in the corpus's order; in a tie, "released" takes the first
 */
export function spuriousGroup(
  entity: Entity,
  gold: readonly Entity[],
  rule: SpuriousLength,
): LengthGroup | null {
  if (rule === "own") return lengthGroup(entity);
  if (rule === "gold") return lengthGroup(mostOverlapping(entity, gold) ?? entity);
  const nearest = firstLargest(gold, (other) => intersectionOverUnion(entity, other));
  return nearest ? lengthGroup(nearest) : null;
}

/** The gold entity that shares the most tokens, in a tie the one nearest in length; `undefined` if no entity overlaps. */
function mostOverlapping(entity: Entity, gold: readonly Entity[]): Entity | undefined {
  const lengthDifference = (other: Entity): number =>
    Math.abs(other.end - other.start - (entity.end - entity.start));
  return gold
    .filter((other) => overlap(entity, other) > 0)
    .sort((a, b) => overlap(entity, b) - overlap(entity, a) || lengthDifference(a) - lengthDifference(b))[0];
}

function firstLargest<T>(items: readonly T[], measure: (item: T) => number): T | undefined {
  let best: { readonly item: T; readonly value: number } | undefined;
  for (const item of items) {
    const value = measure(item);
    if (!best || value > best.value) best = { item, value };
  }
  return best?.item;
}
