import type { Entity } from "../../corpus";
import type { TracedEntity } from "../../detector/trace-types";
import { outcomesOf, type SentenceOutcome, spuriousGroup } from "../../evaluation";
import { distinctEntities, type SentenceResult } from "../run/predictions";
import type { Scoring } from "./run-record";
import { scoresFrom, sentenceCounts } from "./sentence-counts";

/** Scores over all sentences under these rules. */
export function scoresUnder(
  sentences: readonly SentenceResult[],
  scoring: Scoring,
): ReturnType<typeof scoresFrom> {
  return scoresFrom(sentenceCounts(outcomesUnder(sentences, scoring)));
}

/** Compares each sentence's entities under these rules. */
export function outcomesUnder(sentences: readonly SentenceResult[], scoring: Scoring): SentenceOutcome[] {
  const compared = scoring.match === "exact" ? sentences : sentences.map(withoutTypes);
  const outcomes = outcomesOf(
    compared.map(({ gold }) => gold),
    compared.map(({ accepted }) => distinctEntities(accepted)),
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

function withoutTypes({ tokens, gold, accepted }: SentenceResult): SentenceResult {
  const untyped = <T extends Entity>(entities: readonly T[]): T[] =>
    entities.map((entity) => ({ ...entity, type: "" }));
  return { tokens, gold: untyped(gold), accepted: untyped(accepted) };
}

/** All but one of each set of equal proposals. */
function duplicatesOf(accepted: readonly TracedEntity[]): Entity[] {
  const distinct = new Set(distinctEntities(accepted));
  return accepted.filter((proposal) => !distinct.has(proposal));
}
