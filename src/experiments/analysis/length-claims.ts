// How we judge the statements of §4.4 and §4.5.5 on the length of entities and proposals.
import type { RunRecord } from "../results/run-record";
import type { Approach } from "../run/measures";
import { contrastOf, f1, type Group, isEvidence } from "./contrast";
import type { Evidence } from "./evidence";
import { above, aboveZero, concluded, type Finding, notRun, pairText, significance } from "./findings";
import { bySeed, measuresOf, pairedFinding } from "./seed-values";
import { holm, pAbove, pBelow, slopeWeights, spread } from "./statistics";

const lengthOrder: readonly Group[] = ["1", "2", "3", "4", "≥5"];
const shortLengths: readonly Group[] = ["1", "2"];
export const longLengths: readonly Group[] = ["3", "4", "≥5"];

/** The groups of a list with enough gold entities, and a text about the others. */
export function evidentGroups(
  runs: readonly RunRecord[],
  groups: readonly Group[],
): { readonly evident: Group[]; readonly rest: string } {
  const evident = groups.filter((group) => isEvidence(runs, group));
  const others = groups.filter((group) => !evident.includes(group));
  return {
    evident,
    rest: others.length ? `; too few gold entities of length ${others.join(", ")}` : "",
  };
}

export const noLengths: Finding = {
  judgement: "undecided",
  evidence: "too few gold entities of these lengths",
};

/**
 * Whether length 1 or 2 has the highest F1: yes if each longer length is below one of them (an intersection of unions), no if a
 * longer length is above both.
 */
export function shortBest(evidence: Evidence): Finding {
  const runs = evidence.runs("table6", "origin");
  if (!runs.length) return notRun;
  const { evident, rest } = evidentGroups(runs, lengthOrder);
  const short = evident.filter((group) => shortLengths.includes(group));
  const long = evident.filter((group) => longLengths.includes(group));
  if (!short.length || !long.length) return noLengths;
  const contrasts = long.map((group) =>
    short.map(
      (one) =>
        contrastOf([
          { runs, group: one, weight: 1 },
          { runs, group, weight: -1 },
        ])!,
    ),
  );
  const below = contrasts.map((ofGroup) =>
    Math.min(1, short.length * Math.min(...ofGroup.map((one) => pAbove(one)))),
  );
  const higher = holm(contrasts.map((ofGroup) => Math.max(...ofGroup.map((one) => pBelow(one)))));
  const [p, against] = [Math.max(...below), Math.min(...higher)];
  const means = evident.map(
    (group) => `${group}: ${spread(runs.map((run) => f1(run, group))).mean.toFixed(1)}`,
  );
  const text = `F1 by length ${means.join(", ")} (${pairText(p, against, runs.length)})${rest}`;
  if (p < significance) return concluded(true, text, runs.length);
  if (against < significance) return concluded(false, text, runs.length);
  return { judgement: "undecided", evidence: text };
}

/** Judges by the slope of a straight line through the F1 of the lengths. */
export function fallsWithLength(evidence: Evidence): Finding {
  const runs = evidence.runs("table6", "origin");
  if (!runs.length) return notRun;
  const { evident, rest } = evidentGroups(runs, lengthOrder);
  if (evident.length < 2) return noLengths;
  const positions = evident.map((group) => lengthOrder.indexOf(group));
  const weights = slopeWeights(positions);
  const slope = evident.map((group, at) => ({ runs, group, weight: -weights[at] }));
  const finding = above(contrastOf(slope), "fall of F1 from one length to the next, by a straight line:");
  return { ...finding, evidence: `${finding.evidence}${rest}` };
}

export function shortProposals(evidence: Evidence): Finding {
  const shares = measuresOf(evidence.runs("table6", "origin")).flatMap(({ shortShares }) =>
    shortShares ? [100 * shortShares[0]] : [],
  );
  if (!shares.length) return notRun;
  return aboveZero(
    shares.map((share) => share - 50),
    `${spread(shares).mean.toFixed(0)} % of the proposals; minus half of them, in percent:`,
  );
}

/** The correct predictions of a run in several length groups, weighted by their number in each group. */
function approachOf(
  { measures }: RunRecord,
  groups: readonly Group[],
): { readonly found: number; readonly mean: (of: (approach: Approach) => number) => number } | undefined {
  if (!measures?.approach) return undefined;
  const all = groups.flatMap((group) => (group === "all" ? [] : (measures.approach?.[group] ?? [])));
  const total = all.reduce((sum, approach) => sum + approach.found, 0);
  if (!total) return undefined;
  return { found: total, mean: (of) => all.reduce((sum, one) => sum + one.found * of(one), 0) / total };
}

/** Judges by the share of correct predictions whose proposed location, rounded to whole tokens, is already the entity. */
export function proposerAlone(evidence: Evidence): Finding {
  const runs = evidence.runs("table6", "origin");
  const located = (groups: readonly Group[]): Map<number, number> =>
    bySeed(runs, (run) => {
      const approach = approachOf(run, groups);
      if (!approach || approach.found < fewest) return undefined;
      return 100 * approach.mean(({ exact }) => exact[0]);
    });
  return pairedFinding(
    located(["1"]),
    located(longLengths),
    "correct predictions that the proposer has already located, in percent, 1 token minus 3 and more:",
  );
}

/** With fewer correct predictions in the measured sentences, we draw no conclusion. */
const fewest = 30;

/** Judges by the distance of correct predictions from their proposals, before and after all layers. */
export function pinpoints(evidence: Evidence): Finding {
  const runs = evidence.runs("table6", "origin");
  const gains = (groups: readonly Group[]): number[] => [
    ...bySeed(runs, (run) => {
      const approach = approachOf(run, groups);
      if (!approach || approach.found < fewest) return undefined;
      return approach.mean(({ distances }) => distances[0] - distances[distances.length - 1]);
    }).values(),
  ];
  const [short, all] = [gains(shortLengths), gains(lengthOrder)];
  if (!short.length || !all.length) return notRun;
  // The claim needs both statements, so each is tested at the full level (an intersection-union test).
  const both = [short, all].map((values) => aboveZero(values, ""));
  const evidenceText = `tokens by which layers bring a location nearer to its entity, 1 and 2 tokens:${both[0].evidence}; all:${both[1].evidence}`;
  const verdicts = both.map(({ judgement }) => judgement);
  const judgement = verdicts.includes("contradicted")
    ? "contradicted"
    : verdicts.every((one) => one === "supported")
      ? "supported"
      : "undecided";
  return { judgement, evidence: evidenceText };
}
