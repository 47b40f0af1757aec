// Scores of spans, picks, and what their probabilities are in double precision.
import * as tf from "@tensorflow/tfjs-core";
import { Random, type SpanPicks, type SpanScores, spanLogProbabilities } from "../../src/engine";
import { type Input, randomInput } from "./operations";
import { range, sum } from "./reference-math";

/** Start scores, end scores, centres and factors of a batch. */
export function spanInputs(batch: number, tokens: number, seed: number, scale = 1): Input[] {
  const random = new Random(seed);
  const scaled = (input: Input, by: number) => ({
    ...input,
    values: input.values.map((value) => by * value),
  });
  return [
    scaled(randomInput(random, batch, tokens, tokens), scale),
    scaled(randomInput(random, batch, tokens, tokens), scale),
    scaled(randomInput(random, batch, tokens, 2), tokens / 2),
    scaled(randomInput(random, batch, tokens, 4), 2 / tokens),
  ];
}

export const toTensors = (all: readonly Input[]): tf.Tensor[] =>
  all.map(({ values, shape }) => tf.tensor(values, [...shape], "float32"));

export const toScores = (
  [starts, ends, center, factor]: readonly tf.Tensor[],
  lengths: readonly number[],
): SpanScores => ({ starts, ends, center, factor, lengths }) as SpanScores;

export type SpanPick = readonly [row: number, start: number, end: number];

export const toPicks = (picks: readonly SpanPick[]): SpanPicks => ({
  rows: Int32Array.from(picks, ([row]) => row),
  starts: Int32Array.from(picks, ([, start]) => start),
  ends: Int32Array.from(picks, ([, , end]) => end),
});

/** About `count` spans of each sentence's proposals; some come twice, and some rows have none. */
export function randomPicks(
  random: Random,
  lengths: readonly number[],
  tokens: number,
  count: number,
): SpanPick[] {
  const picks = lengths.flatMap((length, sentence) =>
    range(0, length === 0 ? 0 : count).flatMap((): SpanPick[] => {
      const [a, b] = [random.below(length), random.below(length)];
      const pick = [sentence * tokens + random.below(length), Math.min(a, b), Math.max(a, b)] as const;
      return random.below(4) === 0 ? [pick, pick] : [pick];
    }),
  );
  return picks.sort(([a], [b]) => a - b);
}

/** log p of the picks as an operation on the four tensors. */
export const pickOperation =
  (
    lengths: readonly number[],
    picks: readonly SpanPick[],
    compute: typeof spanLogProbabilities = spanLogProbabilities,
  ): ((...tensors: tf.Tensor[]) => tf.Tensor) =>
  (...tensors: tf.Tensor[]): tf.Tensor =>
    compute(toScores(tensors, lengths), toPicks(picks));

/** Scores of all spans of a row in double precision, [L][L]; -Infinity for what is no span. */
export function rowScores(
  values: readonly ArrayLike<number>[],
  row: number,
  length: number,
  tokens: number,
): number[][] {
  const [starts, ends, [x, y], [a, b, c, d]] = [tokens, tokens, 2, 4].map((size, part) =>
    Array.from({ length: size }, (_, i) => values[part][row * size + i]),
  );
  return range(0, tokens).map((s) =>
    range(0, tokens).map((e) =>
      s <= e && e < length
        ? starts[s] + ends[e] - (a * (s - x) + c * (e - y)) ** 2 - (b * (s - x) + d * (e - y)) ** 2
        : Number.NEGATIVE_INFINITY,
    ),
  );
}

/** log p of the same. */
export function referenceRow(...given: Parameters<typeof rowScores>): number[][] {
  const scores = rowScores(...given);
  const largest = Math.max(...scores.flat());
  const logSum = largest + Math.log(sum(scores.flat().map((score) => Math.exp(score - largest))));
  return scores.map((own) => own.map((score) => score - logSum));
}

/** log p of the picks in plain numbers. */
export const pickReference =
  (
    lengths: readonly number[],
    tokens: number,
    picks: readonly SpanPick[],
  ): ((...values: number[][]) => number[]) =>
  (...values: number[][]): number[] =>
    picks.map(([row, s, e]) => referenceRow(values, row, lengths[Math.floor(row / tokens)], tokens)[s][e]);
