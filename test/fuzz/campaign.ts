import { attempt, processorTime } from "./attempt";
import { inputOf, randomOf } from "./mutate";
import type { Parts, Reader } from "./reader";

/** The outcomes of many inputs of a reader. */
export interface Campaign {
  readonly inputs: number;
  readonly read: number;
  /** Number of rejections by kind of error. */
  readonly rejected: ReadonlyMap<string, number>;
  /** The longest processor time. */
  readonly longest: { readonly milliseconds: number; readonly input: number };
  readonly faults: readonly Fault[];
}

/** An input that was neither read nor rejected properly. */
export interface Fault {
  readonly input: number;
  readonly error: unknown;
  readonly parts: Parts;
}

export interface CampaignOptions {
  readonly inputs: number;
  readonly seed: number;
  /** Number of the first input. An input does not depend on those before it. */
  readonly from?: number;
  /** Called with the number of each input before it is read. */
  readonly onInput?: (input: number) => void;
  /** Number of faults that ends the campaign; default 20. */
  readonly mostFaults?: number;
}

/** Reads inputs with a reader. Most inputs are broken. */
export async function campaign(reader: Reader, options: CampaignOptions): Promise<Campaign> {
  const { inputs, seed, from = 0, onInput, mostFaults = 20 } = options;
  const rejected = new Map<string, number>();
  const faults: Fault[] = [];
  let longest = { milliseconds: 0, input: from };
  let read = 0;
  let input = from;
  for (; input < from + inputs && faults.length < mostFaults; input++) {
    onInput?.(input);
    const random = randomOf(seed, reader, input);
    const parts = inputOf(reader, random);
    const start = processorTime();
    try {
      const outcome = await attempt(reader, parts, random);
      if (outcome.kind === "read") read++;
      else rejected.set(outcome.why, (rejected.get(outcome.why) ?? 0) + 1);
    } catch (error) {
      faults.push({ input, error, parts });
    }
    const milliseconds = processorTime() - start;
    if (milliseconds > longest.milliseconds) longest = { milliseconds, input };
  }
  return { inputs: input - from, read, rejected, longest, faults };
}
