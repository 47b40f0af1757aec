import { Random } from "../engine/random";
import { type CountTable, groupCount, grouped, sumCounts } from "./counts";
import type { Interval, ScoreIntervals } from "./types";

export interface BootstrapOptions {
  /** Default 1. */
  readonly seed?: number;
  /** Default 1000. */
  readonly resamples?: number;
  /** Default 0.95. */
  readonly level?: number;
}

/**
 * Percentile bootstrap of precision, recall and F1: the sentences are drawn anew, with replacement, as many as there are,
 * and the middle `level` of the scores that come out is the interval. It says how far the scores depend on which sentences
 * were scored; what another training seed would change it does not know. Draws in which a score is 0/0 are left out of
 * its interval. A group in which all is right, or all wrong, has an interval without width, however few its entities are.
 * @param tables the counts of one model, or of several (seeds) on the same sentences, whose mean score is then meant; all
 *   are taken over the same draws
 * @throws RangeError when the tables are not of the same sentences and types, or an option is out of range
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
  checkAlike(models);

  const random = new Random(seed);
  const scores = Array.from({ length: 3 * groupCount(table) }, () => new Float64Array(resamples));
  const sums = new Float64Array(scores.length);
  const weights = new Uint32Array(table.sentences);
  for (let draw = 0; draw < resamples; draw++) {
    weights.fill(0);
    for (let left = table.sentences; left > 0; left--) weights[random.below(table.sentences)]++;
    for (const model of models) {
      sumCounts(model, weights, sums);
      for (let at = 0; at < sums.length; at += 3) {
        const [gold, predicted, correct] = [sums[at], sums[at + 1], sums[at + 2]];
        scores[at][draw] += correct / predicted;
        scores[at + 1][draw] += correct / gold;
        scores[at + 2][draw] += (2 * correct) / (predicted + gold);
      }
    }
  }

  const interval = (place: number): Interval | null => middle(scores[place], level, 100 / models.length);
  const intervals = grouped(table, (group) => ({
    precision: interval(3 * group),
    recall: interval(3 * group + 1),
    f1: interval(3 * group + 2),
  }));
  return { ...intervals, level, resamples, seed };
}

function checkAlike(tables: readonly CountTable[]): void {
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

/** The quantiles that leave as much on either side, between the two values next to them; null where no value is a number. */
function middle(values: Float64Array, level: number, scale: number): Interval | null {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  if (!known.length) return null;
  const quantile = (share: number): number => {
    const at = share * (known.length - 1);
    const below = Math.floor(at);
    const above = Math.min(below + 1, known.length - 1);
    return scale * (known[below] + (at - below) * (known[above] - known[below]));
  };
  return { low: quantile((1 - level) / 2), high: quantile((1 + level) / 2) };
}
