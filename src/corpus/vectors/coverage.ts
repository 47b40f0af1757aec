import type { CaseForm } from "../case-forms";
import { type Sentence, type SplitName, splitNames, type TrainingCorpus } from "../types";
import { type Spelling, VectorIndex, type WordVectors } from "./select";

/** How many were found by which spelling, and how many were not. */
export type SpellingCounts = Readonly<Record<Spelling | "missing", number>>;

/** What part of some sentences has vectors. */
export interface Coverage {
  /** Distinct words. */
  readonly words: SpellingCounts;
  /** Tokens. */
  readonly occurrences: SpellingCounts;
}

export type CorpusCoverage = Readonly<Record<SplitName, Coverage>>;

/** Which part of each split has vectors; all 0 for a split that the corpus does not have. */
export function vectorCoverage(
  vectors: Pick<WordVectors, "words">,
  fallback: readonly CaseForm[],
  { splits }: Pick<TrainingCorpus, "splits">,
): CorpusCoverage {
  const index = new VectorIndex(vectors.words, fallback);
  const found = splitNames.map((split) => [split, coverageOf(index, splits[split])] as const);
  return Object.fromEntries(found) as Record<SplitName, Coverage>;
}

function coverageOf(index: VectorIndex, sentences: Iterable<Pick<Sentence, "tokens">>): Coverage {
  const [words, occurrences] = [noCounts(), noCounts()];
  const counts = new Map<string, number>();
  for (const { tokens } of sentences) {
    for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  }
  for (const [word, count] of counts) {
    const spelling = index.find(word)?.spelling ?? "missing";
    words[spelling]++;
    occurrences[spelling] += count;
  }
  return { words, occurrences };
}

function noCounts(): Record<Spelling | "missing", number> {
  return { written: 0, lower: 0, capitalized: 0, upper: 0, missing: 0 };
}

/** Share (0 … 1) of those counted that have a vector; 1 where nothing was counted. */
export function coveredShare({ missing, ...found }: SpellingCounts): number {
  const covered = Object.values(found).reduce((sum, count) => sum + count, 0);
  return covered + missing === 0 ? 1 : covered / (covered + missing);
}
