import { type LengthGroup, lengthGroup, nestedFlags } from "../corpus/spans";
import type { Entity, ScoredEntity } from "../corpus/types";
import { type SpuriousLength, spuriousGroup } from "./spurious-length";

/** An entity with the groups that it counts in. */
export interface CountedEntity extends Entity {
  /** null for a false prediction that counts for no length ({@link SpuriousLength}). */
  readonly length: LengthGroup | null;
  readonly nesting: "flat" | "nested";
  /** What the model gives it; absent where it predicted nothing or said no probability. */
  readonly probability?: number;
}

/** What became of a sentence's gold and predicted entities; an entity given twice on one side stands once. */
export interface SentenceOutcome {
  /** Predicted with the start, end and type of a gold entity. Each counts in the groups of that gold entity. */
  readonly correct: readonly CountedEntity[];
  /** Gold entities that no prediction equals. */
  readonly missed: readonly CountedEntity[];
  /** Predictions that equal no gold entity. */
  readonly wrong: readonly CountedEntity[];
}

/**
 * Compares the predictions of each sentence with its gold entities, by exact match of start, end and type.
 * @param predicted of each sentence of `gold`, in the same order
 * @param spuriousLength the length that a false prediction counts for
 * @throws RangeError when there are not as many
 */
export function outcomesOf(
  gold: readonly (readonly Entity[])[],
  predicted: readonly (readonly (Entity | ScoredEntity)[])[],
  spuriousLength: SpuriousLength = "own",
): SentenceOutcome[] {
  if (gold.length !== predicted.length) {
    throw new RangeError(`predictions of ${predicted.length} sentences, but gold entities of ${gold.length}`);
  }
  return gold.map((entities, at) => outcomeOf(entities, predicted[at], spuriousLength));
}

function outcomeOf(
  gold: readonly Entity[],
  predicted: readonly Entity[],
  rule: SpuriousLength,
): SentenceOutcome {
  const wanted = counted(gold);
  const found = counted(predicted);
  const correct: CountedEntity[] = [];
  const missed: CountedEntity[] = [];
  for (const [key, entity] of wanted) {
    const match = found.get(key);
    if (match === undefined) missed.push(entity);
    else correct.push("probability" in match ? { ...entity, probability: match.probability } : entity);
  }
  const wrong = [...found].filter(([key]) => !wanted.has(key)).map(([, one]) => one);
  return {
    correct,
    missed,
    wrong: wrong.map((entity) => ({ ...entity, length: spuriousGroup(entity, gold, rule) })),
  };
}

/** The distinct entities by what must be equal in a match. */
function counted(entities: readonly (Entity | ScoredEntity)[]): Map<string, CountedEntity> {
  const keyOf = ({ start, end, type }: Entity): string => `${start} ${end} ${type}`;
  const distinct = [...new Map(entities.map((entity) => [keyOf(entity), entity])).values()];
  const nested = nestedFlags(distinct);
  return new Map(
    distinct.map((entity, at) => {
      const { start, end, type } = entity;
      const groups = { length: lengthGroup(entity), nesting: nested[at] ? "nested" : "flat" } as const;
      const probability = "probability" in entity ? { probability: entity.probability } : {};
      return [keyOf(entity), { start, end, type, ...groups, ...probability }];
    }),
  );
}
