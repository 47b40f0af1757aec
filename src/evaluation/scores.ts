import { lengthGroup, lengthGroups, nestedFlags } from "../corpus/spans";
import type { Entity } from "../corpus/types";
import type { Score, Scores } from "./types";

/** An entity of one side, with all groups that it counts in. */
interface Counted {
  readonly key: string;
  readonly length: string;
  readonly type: string;
  readonly nesting: "flat" | "nested";
}

interface Counts {
  gold: number;
  predicted: number;
  correct: number;
}

/**
 * Scores predictions by exact match of start, end and type within a sentence, summed over all sentences (micro average).
 * An entity given twice on one side counts once.
 *
 * Groups: a gold entity, found or not, counts where it belongs itself. A false positive counts for its own length and
 * type, and as nested when it overlaps another prediction. A correct prediction counts where its gold entity counts, so
 * that every group has one number of correct ones and the groups add up to `overall`.
 *
 * @param predicted of each sentence of `gold`, in the same order.
 */
export function scoreEntities(
  gold: readonly (readonly Entity[])[],
  predicted: readonly (readonly Entity[])[],
): Scores {
  const overall = noCounts();
  const byLength = new Map<string, Counts>(lengthGroups.map((group) => [group, noCounts()]));
  const byType = new Map<string, Counts>();
  const byNesting = { flat: noCounts(), nested: noCounts() };
  const add = (entity: Counted, field: keyof Counts) => {
    if (!byType.has(entity.type)) byType.set(entity.type, noCounts());
    const groups = [
      overall,
      byLength.get(entity.length)!,
      byType.get(entity.type)!,
      byNesting[entity.nesting],
    ];
    for (const counts of groups) counts[field]++;
  };

  for (const [at, entities] of gold.entries()) {
    const wanted = new Map(counted(entities).map((entity) => [entity.key, entity]));
    for (const entity of wanted.values()) add(entity, "gold");
    for (const entity of counted(predicted[at])) {
      const match = wanted.get(entity.key);
      add(match ?? entity, "predicted");
      if (match !== undefined) add(match, "correct");
    }
  }

  return {
    overall: scored(overall),
    byLength: Object.fromEntries([...byLength].map(([group, counts]) => [group, scored(counts)])),
    byType: Object.fromEntries([...byType.keys()].sort().map((type) => [type, scored(byType.get(type)!)])),
    byNesting: { flat: scored(byNesting.flat), nested: scored(byNesting.nested) },
    sentences: gold.length,
  };
}

function counted(entities: readonly Entity[]): Counted[] {
  const keyOf = ({ start, end, type }: Entity) => `${start} ${end} ${type}`;
  const distinct = [...new Map(entities.map((entity) => [keyOf(entity), entity])).values()];
  const nested = nestedFlags(distinct);
  return distinct.map((entity, at) => ({
    key: keyOf(entity),
    length: lengthGroup(entity),
    type: entity.type,
    nesting: nested[at] ? "nested" : "flat",
  }));
}

function noCounts(): Counts {
  return { gold: 0, predicted: 0, correct: 0 };
}

function scored(counts: Counts): Score {
  return {
    ...counts,
    precision: percent(counts.correct, counts.predicted),
    recall: percent(counts.correct, counts.gold),
    f1: percent(2 * counts.correct, counts.predicted + counts.gold),
  };
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : (100 * part) / whole;
}
