import type { Entity } from "../../corpus";
import { outcomesOf, type SentenceOutcome, spuriousGroup, withoutSameTypeInner } from "../../evaluation";
import type { ScoredSentence } from "../run/predictions";
import type { Scoring } from "./run-record";
import { type SentenceCounts, scoresFrom, sentenceCounts } from "./sentence-counts";

/** Scores under these rules. */
export function scoresUnder(
  sentences: readonly ScoredSentence[],
  scoring: Scoring,
): ReturnType<typeof scoresFrom> {
  return scoresFrom(countsOfSentences(sentences, scoring));
}

/** Counts the entities of the sentences that these rules score. */
export function countsOfSentences(sentences: readonly ScoredSentence[], scoring: Scoring): SentenceCounts {
  const selection = scoredSentences(sentences, scoring);
  const documents = selection.flatMap(({ document }) => document ?? []);
  const outcomes = outcomesUnder(sentences, scoring);
  return sentenceCounts(outcomes, documents.length === selection.length ? documents : undefined);
}

/** Compares the entities of each sentence that these rules score. */
export function outcomesUnder(sentences: readonly ScoredSentence[], scoring: Scoring): SentenceOutcome[] {
  const compared = scoredSentences(sentences, scoring).map((sentence) => countedEntities(sentence, scoring));
  const outcomes = outcomesOf(
    compared.map(({ gold }) => gold),
    compared.map(({ accepted }) => accepted),
    scoring.spuriousLength,
  );
  if (scoring.duplicates === "once") return outcomes;
  return outcomes.map((outcome, sentence) => {
    const { gold, accepted } = compared[sentence];
    const duplicates = duplicatesOf(accepted).map((entity) => ({
      ...entity,
      length: spuriousGroup(entity, gold, scoring.spuriousLength),
      nesting: "flat" as const,
    }));
    return { ...outcome, wrong: [...outcome.wrong, ...duplicates] };
  });
}

/** The sentences that these rules score. Earlier versions did not store which sentences were seen; all of theirs count. */
export function scoredSentences(
  sentences: readonly ScoredSentence[],
  scoring: Scoring,
): readonly ScoredSentence[] {
  return scoring.sentences === "all" ? sentences : sentences.filter(({ seen }) => !seen);
}

/** The entities of a sentence that count. */
function countedEntities(
  { gold, accepted }: ScoredSentence,
  { match, sameTypeInner }: Scoring,
): Pick<ScoredSentence, "gold" | "accepted"> {
  const entitiesByRule =
    sameTypeInner === "ignored" ? withoutSameTypeInner(gold, accepted) : { gold, predicted: accepted };
  const untyped = (entities: readonly Entity[]): Entity[] =>
    entities.map((entity) => ({ ...entity, type: "" }));
  return match === "exact"
    ? { gold: entitiesByRule.gold, accepted: entitiesByRule.predicted }
    : { gold: untyped(entitiesByRule.gold), accepted: untyped(entitiesByRule.predicted) };
}

/** All but one of each set of equal proposals. */
function duplicatesOf(accepted: readonly Entity[]): Entity[] {
  const keys = new Set<string>();
  return accepted.filter(({ start, end, type }) => {
    const key = `${start} ${end} ${type}`;
    const isDuplicate = keys.has(key);
    keys.add(key);
    return isDuplicate;
  });
}
