import type { CorpusProfile, Frequency, SplitProfile } from "../../src/corpus/profile";
import type { SplitName } from "../../src/corpus/types";
import type { PaperSplit } from "../../src/experiments/paper";

export interface PackedProfile {
  readonly profile: CorpusProfile;
  /** Table 1's values of the corpus, under its name in the paper. */
  readonly paper?: { readonly name: string; readonly splits: Readonly<Record<SplitName, PaperSplit>> };
}

export interface State {
  /** Whose types the matrix is of. */
  readonly split: SplitName;
  readonly matrix: "nesting" | "together";
  /** Height of the bars: share of the split, or how many. */
  readonly heights: "shares" | "counts";
}

/** The splits that hold sentences, in their order. */
export function present({ profile }: PackedProfile): [SplitName, SplitProfile][] {
  return Object.entries(profile.splits).filter(([, { sentences }]) => sentences > 0) as [
    SplitName,
    SplitProfile,
  ][];
}

/** Frequencies with everything from `last` on as one value. */
export function upTo(frequencies: readonly Frequency[], last: number): Frequency[] {
  const below = frequencies.filter(({ value }) => value < last);
  const rest = frequencies.filter(({ value }) => value >= last);
  if (!rest.length) return below;
  return [...below, { value: last, count: rest.reduce((sum, { count }) => sum + count, 0) }];
}

/** Frequencies of values from 0 on in bins of that width, by the bin's first value. */
export function binned(frequencies: readonly Frequency[], width: number): Frequency[] {
  const bins = new Map<number, number>();
  for (const { value, count } of frequencies) {
    const first = Math.floor(value / width) * width;
    bins.set(first, (bins.get(first) ?? 0) + count);
  }
  return [...bins].map(([value, count]) => ({ value, count }));
}
