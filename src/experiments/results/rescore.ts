import type { Entity } from "../../corpus";
import { lengthGroup } from "../../corpus/spans";
import { outcomesOf, type SentenceOutcome } from "../../evaluation";
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
      wrong:
        scoring.spuriousLength === "own"
          ? spurious
          : spurious.map((entity) => ({
              ...entity,
              length: lengthGroup(nearestGold(entity, gold) ?? entity),
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

/** The gold entity that shares most tokens, of equals the one whose length is nearest; undefined where none shares any. */
function nearestGold(entity: Entity, gold: readonly Entity[]): Entity | undefined {
  const shared = (other: Entity): number =>
    Math.min(entity.end, other.end) - Math.max(entity.start, other.start);
  const apart = (other: Entity): number => Math.abs(other.end - other.start - (entity.end - entity.start));
  return gold
    .filter((other) => shared(other) > 0)
    .sort((a, b) => shared(b) - shared(a) || apart(a) - apart(b))[0];
}
