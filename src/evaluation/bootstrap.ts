import { Random } from "../engine/random";
import { type CountTable, groupCount, grouped, sumCounts } from "./counts";
import type { Interval, ScoreIntervals } from "./score-types";

export interface BootstrapOptions {
  /** Default 1. */
  readonly seed?: number;
  /** Default 1000. */
  readonly resamples?: number;
  /** Default 0.95. */
  readonly level?: number;
}

/**
 * Percentile bootstrap of precision, recall and F1 over sentences, which are drawn with replacement. The intervals show how much
 * the scores depend on the choice of sentences, but not on the training seed. Draws in which a score is 0/0 do not count for its
 * interval. The interval of a group in which everything is correct, or nothing, has width 0, even if the group is small.
 * @param tables the counts of a model, or of several models (seeds) on the same sentences. For several, the intervals are of
 *   their mean score, with the same draws for all
 * @throws RangeError if the tables differ in their sentences or types, or an option is out of range
 */
export function bootstrapScores(
  tables: CountTable | readonly CountTable[],
  options: BootstrapOptions = {},
): ScoreIntervals {
  const { seed = 1, resamples = 1000, level = 0.95 } = options;
  if (!(Number.isInteger(resamples) && resamples > 0))
    throw new RangeError(`resamples: ${resamples} is not a positive whole number`);
  if (!(level > 0 && level < 1)) throw new RangeError(`level: ${level} is not between 0 and 1`);
  const models = "places" in tables ? [tables] : tables;
  const [table] = models;
  assertSameSentences(models);

  const random = new Random(seed);
  const scores = Array.from({ length: 3 * groupCount(table) }, () => new Float64Array(resamples));
  const sums = new Float64Array(scores.length);
  const weights = new Uint32Array(table.sentences);
  for (let draw = 0; draw < resamples; draw++) {
    weights.fill(0);
    for (let count = 0; count < table.sentences; count++) weights[random.below(table.sentences)]++;
    for (const model of models) {
      sumCounts(model, weights, sums);
      for (let group = 0; group < sums.length; group += 3) {
        const [gold, predicted, correct] = [sums[group], sums[group + 1], sums[group + 2]];
        scores[group][draw] += correct / predicted;
        scores[group + 1][draw] += correct / gold;
        scores[group + 2][draw] += (2 * correct) / (predicted + gold);
      }
    }
  }

  const interval = (index: number): Interval | null => percentiles(scores[index], level, 100 / models.length);
  const intervals = grouped(table, (group) => ({
    precision: interval(3 * group),
    recall: interval(3 * group + 1),
    f1: interval(3 * group + 2),
  }));
  return { ...intervals, level, resamples, seed };
}

function assertSameSentences(tables: readonly CountTable[]): void {
  if (!tables.length) throw new RangeError("no counts to draw from");
  const [{ sentences, types }] = tables;
  for (const table of tables) {
    if (table.sentences !== sentences || table.types.join("\n") !== types.join("\n")) {
      throw new RangeError(
        `counts of ${sentences} sentences (${types.join(", ")}) and of ${table.sentences} (${table.types.join(", ")}) cannot be drawn together`,
      );
    }
  }
}

/** The central interval that holds the share `level` of the values, interpolated; null if no value is a number. */
function percentiles(values: Float64Array, level: number, scale: number): Interval | null {
  const numbers = values.filter((value) => !Number.isNaN(value)).sort();
  if (!numbers.length) return null;
  const quantile = (share: number): number => {
    const position = share * (numbers.length - 1);
    const below = Math.floor(position);
    const above = Math.min(below + 1, numbers.length - 1);
    return scale * (numbers[below] + (position - below) * (numbers[above] - numbers[below]));
  };
  return { low: quantile((1 - level) / 2), high: quantile((1 + level) / 2) };
}
