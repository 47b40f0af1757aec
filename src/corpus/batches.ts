import { InputError } from "../base/errors";
import type { Random } from "../engine/random";
import type { Sentence } from "./types";

/** Batches in a pool that is sorted by length. Larger pools need less padding, smaller pools shuffle better. */
const batchesInPool = 32;

/** How training draws batches: sentences of similar length together, or shuffled freely. */
export type Batching = "similarLength" | "shuffled";

export const batchings: readonly Batching[] = ["similarLength", "shuffled"];

/** Batches as lists of sentence indices. */
export interface Batches {
  readonly length: number;
  at(number: number): number[];
}

/**
 * Splits sentences into batches of indices. Each index occurs once, and at most one batch is smaller than the others.
 * @param random shuffles the sentences; without it, batches are sorted from the shortest to the longest sentence
 * @param batching "similarLength" sorts pools of the shuffled sentences by length and shuffles the batches; "shuffled" splits the
 * shuffled sentences, and the last batch may be smaller
 * @throws InputError if the batch size is not a positive integer
 */
export function makeBatches(
  sentences: readonly Pick<Sentence, "tokens">[],
  batchSize: number,
  random?: Random,
  batching: Batching = "similarLength",
): number[][] {
  const counts = Int32Array.from(sentences, ({ tokens }) => tokens.length);
  const batches = batchesOf(counts, batchSize, random, batching);
  return Array.from({ length: batches.length }, (_, number) => batches.at(number));
}

/** The batches of {@link makeBatches} in 4 bytes per sentence. @param tokenCounts tokens of each sentence */
export function batchesOf(
  tokenCounts: Int32Array,
  batchSize: number,
  random?: Random,
  batching: Batching = "similarLength",
): Batches {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new InputError(`batch size: must be a positive integer, not ${batchSize}`);
  }
  const order = Int32Array.from(tokenCounts.keys());
  const numbers = Int32Array.from({ length: Math.ceil(order.length / batchSize) }, (_, number) => number);
  const batches: Batches = {
    length: numbers.length,
    at: (number) => [...order.subarray(numbers[number] * batchSize, (numbers[number] + 1) * batchSize)],
  };
  random?.shuffle(order);
  if (random && batching === "shuffled") return batches;
  const pool = random ? batchSize * batchesInPool : Math.max(1, order.length);
  // pools consist of whole batches, so batches are consecutive in the order
  for (let from = 0; from < order.length; from += pool) {
    const part = [...order.subarray(from, from + pool)];
    order.set(
      part.sort((a, b) => tokenCounts[a] - tokenCounts[b]),
      from,
    );
  }
  random?.shuffle(numbers);
  return batches;
}

/**
 * Splits batches so that sentences × tokens³, with the tokens of the longest sentence, is at most `most`. A longer sentence gets its
 * own batch. This bounds the time until an interrupt takes effect: the prediction head's time grows with the cube of the tokens.
 */
export function boundBatches(
  batches: readonly (readonly number[])[],
  sentences: readonly Pick<Sentence, "tokens">[],
  most: number,
): number[][] {
  return batches.flatMap((batch) => {
    const longest = Math.max(...batch.map((index) => sentences[index].tokens.length));
    return chunks(batch, Math.max(1, Math.floor(most / longest ** 3)));
  });
}

function chunks(items: readonly number[], size: number): number[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
