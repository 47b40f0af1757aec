import type { CorpusProfile, SplitProfile } from "../../src/corpus/profile";
import type { SplitName } from "../../src/corpus/types";
import type { PaperSplit } from "../../src/experiments/paper";

export interface PackedProfile {
  readonly profile: CorpusProfile;
  /** The corpus's values of Table 1, and its name in the paper. */
  readonly paper?: { readonly name: string; readonly splits: Readonly<Record<SplitName, PaperSplit>> };
}

export interface State {
  /** The split that the matrix describes. */
  readonly split: SplitName;
  readonly matrix: "nesting" | "together";
  /** Height of the bars: shares of the split, or counts. */
  readonly heights: "shares" | "counts";
}

export function splitsOf({ profile }: PackedProfile): [SplitName, SplitProfile][] {
  const splits = Object.entries(profile.splits) as [SplitName, SplitProfile][];
  return splits.filter(([, { sentences }]) => sentences > 0);
}
