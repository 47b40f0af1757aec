import type { Entity } from "../corpus/types";
import { type CountTable, countTable, groupCount, grouped, sumCounts } from "./counts";
import { outcomesOf, type SpuriousLength } from "./outcomes";
import type { Score, Scores } from "./score-types";

/**
 * Scores predictions by exact match of start, end and type, summed over all sentences (micro average). Duplicates on one side
 * count once.
 *
 * A gold entity counts in its own groups, a correct prediction in those of its gold entity. A false positive counts for its own
 * length and type, and as nested if it overlaps another prediction. So the groups add up to `overall`.
 *
 * @param predicted of each sentence of `gold`, in the same order
 * @param spuriousLength the length that a false positive counts for; with "released" the lengths may not add up to `overall`
 * @throws RangeError if the numbers of sentences differ
 */
export function scoreEntities(
  gold: readonly (readonly Entity[])[],
  predicted: readonly (readonly Entity[])[],
  spuriousLength?: SpuriousLength,
): Scores {
  return scoresOf(countTable(outcomesOf(gold, predicted, spuriousLength)));
}

/** Scores over all sentences of a table. */
export function scoresOf(table: CountTable): Scores {
  const scores = groupScores(table);
  return { ...grouped(table, (group) => scores[group]), sentences: table.sentences };
}

/** The scores of each group by its index. */
export function groupScores(table: CountTable): Score[] {
  const groups = groupCount(table);
  const sums = new Float64Array(3 * groups);
  sumCounts(table, new Uint8Array(table.sentences).fill(1), sums);
  return Array.from({ length: groups }, (_, group) =>
    scoreOf(sums[3 * group], sums[3 * group + 1], sums[3 * group + 2]),
  );
}

/** The scores of these counts. */
export function scoreOf(gold: number, predicted: number, correct: number): Score {
  return {
    gold,
    predicted,
    correct,
    precision: percent(correct, predicted),
    recall: percent(correct, gold),
    f1: percent(2 * correct, predicted + gold),
  };
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : (100 * part) / whole;
}
