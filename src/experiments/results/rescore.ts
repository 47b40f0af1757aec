import type { Entity } from "../../corpus";
import { lengthGroup } from "../../corpus/spans";
import { outcomesOf, type SentenceOutcome, spuriousGroup } from "../../evaluation";
import { type AcceptedProposal, distinctEntities, type SentenceResult } from "../run/predictions";
import { scoresFrom, sentenceCounts } from "./sentence-counts";
import type { Scoring } from "./types";

/** Scores over all sentences, under these rules. */
export function scoresUnder(
  sentences: readonly SentenceResult[],
  scoring: Scoring,
): ReturnType<typeof scoresFrom> {
  return scoresFrom(sentenceCounts(outcomesUnder(sentences, scoring)));
}

/** What became of the entities of each sentence, under these rules. */
export function outcomesUnder(sentences: readonly SentenceResult[], scoring: Scoring): SentenceOutcome[] {
  const compared = scoring.match === "exact" ? sentences : sentences.map(withoutTypes);
  const outcomes = outcomesOf(
    compared.map(({ gold }) => gold),
    compared.map(({ accepted }) => distinctEntities(accepted)),
  );
  return outcomes.map((outcome, at) => {
    const { gold, accepted } = compared[at];
    const repeated = scoring.duplicates === "each" ? repetitions(accepted) : [];
    const spurious = [
      ...outcome.wrong,
      ...repeated.map((entity) => ({ ...entity, length: lengthGroup(entity), nesting: "flat" as const })),
    ];
    return {
      ...outcome,
      wrong: spurious.map((entity) => ({
        ...entity,
        length: spuriousGroup(entity, gold, scoring.spuriousLength),
      })),
    };
  });
}

function withoutTypes({ tokens, gold, accepted }: SentenceResult): SentenceResult {
  const untyped = <T extends Entity>(entities: readonly T[]): T[] =>
    entities.map((entity) => ({ ...entity, type: "" }));
  return { tokens, gold: untyped(gold), accepted: untyped(accepted) };
}

/** All but one of the proposals that agree. */
function repetitions(accepted: readonly AcceptedProposal[]): Entity[] {
  const kept = new Set(distinctEntities(accepted));
  return accepted.filter((proposal) => !kept.has(proposal));
}
