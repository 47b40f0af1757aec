import { logit, sigmoid } from "../detector/temperature";
import { type BootstrapOptions, bootstrapSums } from "./resample";
import type { Interval } from "./score-types";
import type { TestUnits } from "./units";

/** Predictions with probabilities in a range. */
export interface ReliabilityBin {
  /** The range, without `high` except in the last bin. */
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Mean probability, and share of correct predictions; null without predictions. */
  readonly confidence: number | null;
  readonly accuracy: number | null;
  readonly accuracyInterval: Interval | null;
}

/** How well the probabilities of predictions agree with how often they are correct. */
export interface Calibration {
  /** Ten bins of equal width. */
  readonly bins: readonly ReliabilityBin[];
  readonly predictions: number;
  /** Expected calibration error: mean of |accuracy − confidence| over the bins, weighted by their predictions; 0 without any. */
  readonly error: number;
  /** Bootstrap interval of the error, which is biased upward for few predictions. */
  readonly errorInterval: Interval | null;
  /** The temperature with the lowest log loss on these predictions; above 1 if they are overconfident. */
  readonly temperature: number;
}

/** A prediction with its probability. */
export interface JudgedProbability {
  readonly probability: number;
  readonly correct: boolean;
}

const binCount = 10;

function binOf(probability: number): number {
  return Math.min(binCount - 1, Math.floor(probability * binCount));
}

export function calibrationOf(
  predictions: readonly (JudgedProbability & { readonly sentence: number })[],
  units: TestUnits,
  options: Required<BootstrapOptions>,
): Calibration {
  // count, sum of probabilities and correct predictions of each bin
  const size = 3 * binCount;
  const unitSums = Array.from({ length: units.units }, () => new Float64Array(size));
  for (const { sentence, probability, correct } of predictions) {
    const sums = unitSums[units.unitOf(sentence)];
    const first = 3 * binOf(probability);
    sums[first]++;
    sums[first + 1] += probability;
    if (correct) sums[first + 2]++;
  }
  const total = new Float64Array(size);
  for (const sums of unitSums) for (const [column, value] of sums.entries()) total[column] += value;
  const indices = Array.from({ length: binCount }, (_, bin) => bin);
  const numbers = (sums: Float64Array): number[] => [
    errorOf(sums),
    ...indices.map((bin) => sums[3 * bin + 2] / sums[3 * bin]),
  ];
  const [errorInterval, ...accuracies] = bootstrapSums(unitSums, numbers, options);
  return {
    bins: indices.map((bin) => {
      const [count, sum, correct] = total.subarray(3 * bin);
      return {
        low: bin / binCount,
        high: (bin + 1) / binCount,
        count,
        confidence: count ? sum / count : null,
        accuracy: count ? correct / count : null,
        accuracyInterval: accuracies[bin] ?? null,
      };
    }),
    predictions: predictions.length,
    error: errorOf(total) || 0,
    errorInterval: errorInterval ?? null,
    temperature: fitTemperature(predictions),
  };
}

/** NaN without predictions. */
function errorOf(sums: Float64Array): number {
  let [count, distance] = [0, 0];
  for (let first = 0; first < sums.length; first += 3) {
    count += sums[first];
    distance += Math.abs(sums[first + 2] - sums[first + 1]);
  }
  return distance / count;
}

/**
 * The range of temperatures. A fit reaches its ends if all predictions are right, all are wrong, or probabilities tell nothing.
 */
const [coldest, hottest] = [0.05, 20];

/**
 * Temperature scaling (Guo et al. 2017) of a single probability: the T for which σ(logit(p) / T) has the lowest log loss on these
 * predictions, from 0.05 to 20; 1 without predictions.
 */
export function fitTemperature(predictions: readonly JudgedProbability[]): number {
  if (!predictions.length) return 1;
  // The loss is convex in 1 / T, so its derivative rises.
  const slope = (inverse: number): number =>
    predictions.reduce((sum, { probability, correct }) => {
      const score = logit(probability);
      return sum + (sigmoid(score * inverse) - (correct ? 1 : 0)) * score;
    }, 0);
  let [low, high] = [1 / hottest, 1 / coldest];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (slope(middle) > 0) high = middle;
    else low = middle;
  }
  return 2 / (low + high);
}
