import { type CountTable, groupCount, grouped, sumCounts } from "./counts";
import { type BootstrapOptions, bootstrapSettings, percentiles, resample } from "./resample";
import type { ScoreIntervals } from "./score-types";
import { type TestUnits, unitsOf } from "./units";

/**
 * Percentile bootstrap of precision, recall and F1 over sentences, which are drawn with replacement. The intervals show how much
 * the scores depend on the choice of sentences, but not on the training seed. Draws in which a score is 0/0 do not count for its
 * interval. If everything in a group is correct, or nothing, its interval has width 0, even if the group is small.
 * @param tables the counts of a model, or of several models (seeds) on the same sentences. For several, the intervals are of
 *   their mean score, with the same draws for all
 * @throws RangeError if the tables differ in their sentences or types, or an option is out of range
 */
export function bootstrapScores(
  tables: CountTable | readonly CountTable[],
  options: BootstrapOptions = {},
): ScoreIntervals {
  const settings = bootstrapSettings(options);
  const models = "places" in tables ? [tables] : tables;
  const [table] = models;
  assertSameSentences(models);
  const samples = drawScores(models, unitsOf(table), settings);
  const intervals = grouped(table, (group) =>
    perScore((score) => {
      const means = samples[0][3 * group + score].slice();
      for (const other of samples.slice(1)) {
        const values = other[3 * group + score];
        for (const [draw, value] of values.entries()) means[draw] += value;
      }
      const interval = percentiles(means, settings.level);
      const scale = 100 / models.length;
      return interval && { low: scale * interval.low, high: scale * interval.high };
    }),
  );
  return { ...intervals, ...settings };
}

export const scoreNames = ["precision", "recall", "f1"] as const;

/** A value for each score of a group. @param value of the score with this index: precision, recall, F1 */
export function perScore<T>(value: (score: number) => T): Record<"precision" | "recall" | "f1", T> {
  return { precision: value(0), recall: value(1), f1: value(2) };
}

/** Precision, recall and F1 of each group in each draw, as shares (NaN for 0/0): `[models][3 · groups][draws]`. */
export function drawScores(
  models: readonly CountTable[],
  { units, unitOf }: TestUnits,
  settings: Required<BootstrapOptions>,
): Float64Array[][] {
  const [table] = models;
  const size = 3 * groupCount(table);
  const scores = models.map(() => Array.from({ length: size }, () => new Float64Array(settings.resamples)));
  const sums = new Float64Array(size);
  const sentenceWeights = new Uint32Array(table.sentences);
  resample(units, settings, (weights, draw) => {
    for (let sentence = 0; sentence < table.sentences; sentence++)
      sentenceWeights[sentence] = weights[unitOf(sentence)];
    for (const [model, counts] of models.entries()) {
      sumCounts(counts, sentenceWeights, sums);
      for (let group = 0; group < size; group += 3) {
        const [gold, predicted, correct] = [sums[group], sums[group + 1], sums[group + 2]];
        scores[model][group][draw] = correct / predicted;
        scores[model][group + 1][draw] = correct / gold;
        scores[model][group + 2][draw] = (2 * correct) / (predicted + gold);
      }
    }
  });
  return scores;
}

/** @throws RangeError if there are no tables, or they differ in their sentences or types */
export function assertSameSentences(tables: readonly CountTable[]): void {
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
