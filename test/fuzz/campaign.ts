import { attempt } from "./attempt";
import { processorTime } from "./clock";
import { inputOf, randomOf } from "./mutate";
import type { Parts, Reader } from "./reader";

/** What became of many inputs of a reader. */
export interface Campaign {
  readonly inputs: number;
  readonly read: number;
  /** How often each kind of refusal came. */
  readonly refused: ReadonlyMap<string, number>;
  /** Processor time. */
  readonly longest: { readonly milliseconds: number; readonly input: number };
  readonly faults: readonly Fault[];
}

/** An input that was neither read nor refused as it must be. */
export interface Fault {
  readonly input: number;
  readonly error: unknown;
  readonly parts: Parts;
}

export interface CampaignOptions {
  readonly inputs: number;
  readonly seed: number;
  /** Number of the first input; each is the same whatever came before it. */
  readonly from?: number;
  /** Is told each input's number before it is read. */
  readonly onInput?: (input: number) => void;
  /** Ends the campaign; default 20. */
  readonly mostFaults?: number;
}

/** Has a reader read inputs of which most are broken. */
export async function campaign(reader: Reader, options: CampaignOptions): Promise<Campaign> {
  const { inputs, seed, from = 0, onInput, mostFaults = 20 } = options;
  const refused = new Map<string, number>();
  const faults: Fault[] = [];
  let longest = { milliseconds: 0, input: from };
  let read = 0;
  let input = from;
  for (; input < from + inputs && faults.length < mostFaults; input++) {
    onInput?.(input);
    const random = randomOf(seed, reader, input);
    const parts = inputOf(reader, random);
    const begun = processorTime();
    try {
      const outcome = await attempt(reader, parts, random);
      if (outcome.kind === "read") read++;
      else refused.set(outcome.why, (refused.get(outcome.why) ?? 0) + 1);
    } catch (error) {
      faults.push({ input, error, parts });
    }
    const milliseconds = processorTime() - begun;
    if (milliseconds > longest.milliseconds) longest = { milliseconds, input };
  }
  return { inputs: input - from, read, refused, longest, faults };
}
