import { withoutSameTypeInner } from "../../evaluation";
import { scoredSentences, scoresUnder } from "../results/rescore";
import type { RunRecord, Scoring } from "../results/run-record";
import type { ResultCell } from "./cells";

/** A rule that scores the same predictions otherwise, and the heading of its scores. */
export interface OtherRule {
  readonly heading: string;
  readonly f1: (run: RunRecord) => number | undefined;
}

/** The rules that would change which gold entities count in some of these cells. */
export function otherRules(cells: readonly ResultCell[], scoring: Scoring): OtherRule[] {
  const runs = cells.flatMap((cell) => cell.runs.slice(0, 1));
  const rules: OtherRule[] = [];
  if (scoring.sameTypeInner === "scored" && runs.some((run) => hasSameTypeInner(run, scoring)))
    rules.push(ruleOf("F1 without same-type inner", { ...scoring, sameTypeInner: "ignored" }));
  if (scoring.sentences === "all" && runs.some(hasSeen))
    rules.push(ruleOf("F1 on unseen sentences", { ...scoring, sentences: "unseen" }));
  return rules;
}

function ruleOf(heading: string, scoring: Scoring): OtherRule {
  const cache = new WeakMap<RunRecord, number>();
  const f1 = (run: RunRecord): number | undefined => {
    if (!run.predictions) return undefined;
    const score = cache.get(run) ?? scoresUnder(run.predictions, scoring).overall.f1;
    cache.set(run, score);
    return score;
  };
  return { heading, f1 };
}

function hasSameTypeInner({ predictions }: RunRecord, scoring: Scoring): boolean {
  return scoredSentences(predictions ?? [], scoring).some(
    ({ gold }) => withoutSameTypeInner(gold, []).gold.length < gold.length,
  );
}

function hasSeen({ predictions }: RunRecord): boolean {
  return predictions?.some(({ seen }) => seen) ?? false;
}
