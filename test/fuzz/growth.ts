import { attempt, First, processorTime } from "./attempt";
import type { Growing, Reader } from "./reader";

/** How the time of a reader grows with the size of an input. */
export interface Growth {
  readonly what: string;
  /** Size of the largest input in bytes. */
  readonly bytes: number;
  /** Processor time for the largest input. */
  readonly milliseconds: number;
  /** The power of the size that the time grows with; 1 is linear. `undefined` if the times are too short to compare. */
  readonly exponent: number | undefined;
}

const smallest = 2 ** 18;
const factor = 4;
const repetitions = 3;
/** Shorter times, in milliseconds, are within the noise of the clock and the garbage collector. */
const shortest = 4;

/** The shortest of several times, in milliseconds. */
async function timeOf(
  reader: Reader,
  growing: Growing,
  size: number,
): Promise<{ time: number; bytes: number }> {
  const parts = growing.of(size);
  let time = Number.POSITIVE_INFINITY;
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const start = processorTime();
    await attempt(reader, parts, new First());
    time = Math.min(time, processorTime() - start);
  }
  return { time, bytes: parts.reduce((sum, { length }) => sum + length, 0) };
}

/** Reads an input at one size and at four times that size, with the same options. */
export async function growthOf(reader: Reader, growing: Growing): Promise<Growth> {
  await timeOf(reader, growing, smallest); // warm-up: compiles the code
  const small = await timeOf(reader, growing, smallest);
  const large = await timeOf(reader, growing, factor * smallest);
  const ratio = Math.log(large.bytes / small.bytes);
  const isComparable = ratio > 0.5 && large.time > shortest;
  return {
    what: growing.what,
    bytes: large.bytes,
    milliseconds: large.time,
    exponent: isComparable ? Math.log(large.time / Math.max(small.time, 0.1)) / ratio : undefined,
  };
}
