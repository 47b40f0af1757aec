import { sum } from "../../base/sum";
import { countsOf } from "../statistics";
import { type Sentence, type SplitName, splitNames, type TrainingCorpus } from "../types";
import type { CaseForm } from "../vocabulary";
import { type Spelling, VectorIndex, type WordVectors } from "./select-vectors";

/** How many items have a vector under each spelling, and how many have none. */
export type SpellingCounts = Readonly<Record<Spelling | "missing", number>>;

export interface Coverage {
  readonly words: SpellingCounts;
  readonly occurrences: SpellingCounts;
}

export type CorpusCoverage = Readonly<Record<SplitName, Coverage>>;

/** The coverage of each split; all 0 for a missing split. */
export function vectorCoverage(
  vectors: Pick<WordVectors, "words">,
  fallback: readonly CaseForm[],
  { splits }: Pick<TrainingCorpus, "splits">,
): CorpusCoverage {
  const index = new VectorIndex(vectors.words, fallback);
  const [train, dev, test] = splitNames.map((split) => coverageOf(index, splits[split]));
  return { train, dev, test };
}

function coverageOf(index: VectorIndex, sentences: Iterable<Pick<Sentence, "tokens">>): Coverage {
  const [words, occurrences] = [noCounts(), noCounts()];
  for (const [word, count] of countsOf(tokensOf(sentences))) {
    const spelling = index.find(word)?.spelling ?? "missing";
    words[spelling]++;
    occurrences[spelling] += count;
  }
  return { words, occurrences };
}

function* tokensOf(sentences: Iterable<Pick<Sentence, "tokens">>): Generator<string> {
  for (const { tokens } of sentences) yield* tokens;
}

function noCounts(): Record<Spelling | "missing", number> {
  return { written: 0, lower: 0, capitalized: 0, upper: 0, missing: 0 };
}

/** Share (0 … 1) of counted items with a vector; 1 if nothing was counted. */
export function coveredShare({ missing, ...bySpelling }: SpellingCounts): number {
  const covered = sum(Object.values(bySpelling));
  return covered + missing === 0 ? 1 : covered / (covered + missing);
}
