// Scores and picks of spans, and their probabilities in double precision.
import * as tf from "@tensorflow/tfjs-core";
import {
  type Lengths,
  offsetsOf,
  positionsOf,
  Random,
  rowsOf,
  type SpanPicks,
  type SpanScores,
  sequencesOf,
  spanLogProbabilities,
  squaresOf,
} from "../../src/engine";
import { type Input, randomInput } from "./operations";
import { range, sum } from "./reference-math";

/** Start scores, end scores, centers and factors of sentences. */
export function spanInputs(lengths: Lengths, seed: number, scale = 1): Input[] {
  const random = new Random(seed);
  const [rows, squares] = [rowsOf(lengths), rowsOf(squaresOf(lengths))];
  const longest = Math.max(1, ...lengths);
  const scaled = (input: Input, by: number) => ({
    ...input,
    values: input.values.map((value) => by * value),
  });
  return [
    scaled(randomInput(random, squares), scale),
    scaled(randomInput(random, squares), scale),
    scaled(randomInput(random, rows, 2), longest / 2),
    scaled(randomInput(random, rows, 4), 2 / longest),
  ];
}

export const toTensors = (all: readonly Input[]): tf.Tensor[] =>
  all.map(({ values, shape }) => tf.tensor(values, [...shape], "float32"));

export const toScores = (
  [starts, ends, center, factor]: readonly tf.Tensor[],
  lengths: Lengths,
): SpanScores => ({ starts, ends, center, factor, lengths }) as SpanScores;

export type SpanPick = readonly [row: number, start: number, end: number];

export const toPicks = (picks: readonly SpanPick[]): SpanPicks => ({
  rows: Int32Array.from(picks, ([row]) => row),
  starts: Int32Array.from(picks, ([, start]) => start),
  ends: Int32Array.from(picks, ([, , end]) => end),
});

/** About `count` spans of each sentence's proposals. Some are duplicates, and some rows have no picks. */
export function randomPicks(random: Random, lengths: Lengths, count: number): SpanPick[] {
  const offsets = offsetsOf(lengths);
  const picks = lengths.flatMap((length, sentence) =>
    range(0, length === 0 ? 0 : count).flatMap((): SpanPick[] => {
      const [a, b] = [random.below(length), random.below(length)];
      const pick = [offsets[sentence] + random.below(length), Math.min(a, b), Math.max(a, b)] as const;
      return random.below(4) === 0 ? [pick, pick] : [pick];
    }),
  );
  return picks.sort(([a], [b]) => a - b);
}

/** log p of the picks as an operation on the four tensors. */
export const pickOperation =
  (lengths: Lengths, picks: readonly SpanPick[]): ((...tensors: tf.Tensor[]) => tf.Tensor) =>
  (...tensors: tf.Tensor[]): tf.Tensor =>
    spanLogProbabilities(toScores(tensors, lengths), toPicks(picks));

/** Scores of all spans of a row in double precision, [L][L]; -Infinity for end < start. */
export function rowScores(values: readonly ArrayLike<number>[], row: number, lengths: Lengths): number[][] {
  const sentence = sequencesOf(lengths)[row];
  const length = lengths[sentence];
  const first = offsetsOf(squaresOf(lengths))[sentence] + positionsOf(lengths)[row] * length;
  const [starts, ends, [x, y], [a, b, c, d]] = [
    [first, length],
    [first, length],
    [2 * row, 2],
    [4 * row, 4],
  ].map(([from, size], part) => Array.from({ length: size }, (_, i) => values[part][from + i]));
  return range(0, length).map((s) =>
    range(0, length).map((e) =>
      s <= e
        ? starts[s] + ends[e] - (a * (s - x) + c * (e - y)) ** 2 - (b * (s - x) + d * (e - y)) ** 2
        : Number.NEGATIVE_INFINITY,
    ),
  );
}

/** log p of the same spans. */
export function referenceRow(...row: Parameters<typeof rowScores>): number[][] {
  const scores = rowScores(...row);
  const largest = Math.max(...scores.flat());
  const logSum = largest + Math.log(sum(scores.flat().map((score) => Math.exp(score - largest))));
  return scores.map((starts) => starts.map((score) => score - logSum));
}

/** log p of the picks in plain numbers. */
export const pickReference =
  (lengths: Lengths, picks: readonly SpanPick[]): ((...values: number[][]) => number[]) =>
  (...values: number[][]): number[] =>
    picks.map(([row, s, e]) => referenceRow(values, row, lengths)[s][e]);
