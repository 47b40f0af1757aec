import type { Entity } from "../corpus/types";
import { type CountTable, countTable, groupCount, grouped, sumCounts } from "./counts";
import { outcomesOf } from "./outcomes";
import type { SpuriousLength } from "./spurious-length";
import type { Score, Scores } from "./types";

/**
 * Scores predictions by exact match of start, end and type within a sentence, summed over all sentences (micro average).
 * An entity given twice on one side counts once.
 *
 * Groups: a gold entity, found or not, counts where it belongs itself. A false positive counts for its own length and
 * type, and as nested when it overlaps another prediction. A correct prediction counts where its gold entity counts, so
 * that every group has one number of correct ones and the groups add up to `overall`.
 *
 * @param predicted of each sentence of `gold`, in the same order.
 * @param spuriousLength another length that a false positive counts for; by "released" the lengths need not add up to `overall`
 * @throws RangeError when there are not as many
 */
export function scoreEntities(
  gold: readonly (readonly Entity[])[],
  predicted: readonly (readonly Entity[])[],
  spuriousLength?: SpuriousLength,
): Scores {
  return scoresOf(countTable(outcomesOf(gold, predicted, spuriousLength)));
}

/** Scores over all sentences of the table. */
export function scoresOf(table: CountTable): Scores {
  const sums = new Float64Array(3 * groupCount(table));
  sumCounts(table, new Uint8Array(table.sentences).fill(1), sums);
  const score = (group: number): Score => scored(sums[3 * group], sums[3 * group + 1], sums[3 * group + 2]);
  return { ...grouped(table, score), sentences: table.sentences };
}

function scored(gold: number, predicted: number, correct: number): Score {
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
