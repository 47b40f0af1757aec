import { InputError } from "../base/errors";
import type { Random } from "../engine/random";
import type { Sentence } from "./types";

/** Sentences only need their length here. */
type Sized = Pick<Sentence, "tokens">;

/** Batches in a pool that is sorted by length: larger pools need less padding, smaller pools mix the sentences better. */
const batchesInPool = 32;

/** How training draws its batches: sentences of similar length together, or a free shuffle. */
export type Batching = "similarLength" | "shuffled";

export const batchings: readonly Batching[] = ["similarLength", "shuffled"];

/** Batches by their numbers, as lists of sentences' indices. */
export interface Batches {
  readonly length: number;
  at(number: number): number[];
}

/**
 * Splits sentences into batches, as lists of their indices; each index occurs once and at most one batch is smaller than
 * the others.
 * @param random shuffles the sentences. Without it the batches go from the shortest to the longest sentence, always the same.
 * @param batching "similarLength" sorts pools of the shuffled sentences by length and shuffles the batches; "shuffled" cuts
 * the shuffled sentences into batches, the last of which may be smaller.
 * @throws InputError when the batch size is not a positive integer.
 */
export function makeBatches(
  sentences: readonly Sized[],
  batchSize: number,
  random?: Random,
  batching: Batching = "similarLength",
): number[][] {
  const counts = Int32Array.from(sentences, ({ tokens }) => tokens.length);
  const batches = batchesOf(counts, batchSize, random, batching);
  return Array.from({ length: batches.length }, (_, number) => batches.at(number));
}

/**
 * The batches of {@link makeBatches} in 4 bytes a sentence.
 * @param tokenCounts tokens of each sentence
 */
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
  // a pool is cut into whole batches, so that these lie one after the other in the order
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
 * Splits batches so that sentences · tokens³, with the tokens of the longest one, is at most `most`; a sentence too long for that
 * stays alone. The prediction head's time grows with the cube of the tokens, and nothing interrupts a batch.
 */
export function boundBatches(
  batches: readonly (readonly number[])[],
  sentences: readonly Sized[],
  most: number,
): number[][] {
  return batches.flatMap((batch) => {
    const longest = Math.max(...batch.map((index) => sentences[index].tokens.length));
    return chunks(batch, Math.max(1, Math.floor(most / longest ** 3)));
  });
}

/** Share (0 … 1) of the positions of all batches, each padded to its longest sentence, that are padding. */
export function paddingWaste(sentences: readonly Sized[], batches: readonly (readonly number[])[]): number {
  let real = 0;
  let padded = 0;
  for (const batch of batches) {
    const lengths = batch.map((index) => sentences[index].tokens.length);
    real += lengths.reduce((sum, length) => sum + length, 0);
    padded += Math.max(...lengths) * lengths.length;
  }
  return padded === 0 ? 0 : 1 - real / padded;
}

function chunks(items: readonly number[], size: number): number[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  );
}
