import { attempt, First } from "./attempt";
import { processorTime } from "./clock";
import type { Growing, Reader } from "./reader";

/** How the time of a reader grows with the size of such an input. */
export interface Growth {
  readonly what: string;
  /** Bytes of the largest input. */
  readonly bytes: number;
  /** Milliseconds of processor time that it took. */
  readonly milliseconds: number;
  /** 1 where four times the input takes four times as long; undefined where no time is to be told. */
  readonly exponent: number | undefined;
}

const smallest = 2 ** 18;
const factor = 4;
const repetitions = 3;
/** Less is within the clock's noise and what the engine does beside. */
const tellable = 4;

/** Fastest of several, in milliseconds. */
async function timeOf(
  reader: Reader,
  growing: Growing,
  size: number,
): Promise<{ time: number; bytes: number }> {
  const parts = growing.of(size);
  let time = Number.POSITIVE_INFINITY;
  for (let left = repetitions; left > 0; left--) {
    const begun = processorTime();
    await attempt(reader, parts, new First());
    time = Math.min(time, processorTime() - begun);
  }
  return { time, bytes: parts.reduce((sum, { length }) => sum + length, 0) };
}

/** Reads an input at a size and at four times that, with options that are the same for both. */
export async function growthOf(reader: Reader, growing: Growing): Promise<Growth> {
  await timeOf(reader, growing, smallest); // so that all of it is compiled
  const small = await timeOf(reader, growing, smallest);
  const large = await timeOf(reader, growing, factor * smallest);
  const ratio = Math.log(large.bytes / small.bytes);
  const tells = ratio > 0.5 && large.time > tellable;
  return {
    what: growing.what,
    bytes: large.bytes,
    milliseconds: large.time,
    exponent: tells ? Math.log(large.time / Math.max(small.time, 0.1)) / ratio : undefined,
  };
}
