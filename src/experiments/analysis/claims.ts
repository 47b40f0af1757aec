import type { PlanName } from "../plans";
import type { RunRecord } from "../results/types";
import { f1, type Group } from "./draws";
import type { Evidence } from "./evidence";
import {
  above,
  aboveZero,
  concluded,
  contrastText,
  type Finding,
  notRun,
  pText,
  signed,
  significance,
} from "./findings";
import { holm, permutationP, rankCorrelation, spread } from "./statistics";

/** A statement of the paper about its results, in our words, and how our runs are asked about it. */
export interface Claim {
  readonly section: string;
  readonly text: string;
  readonly judge: (evidence: Evidence) => Finding;
}

/** What §4.4 and §4.5 conclude from tables and figures. */
export const claims: readonly Claim[] = [
  claim("4.4", "F1 is highest for entities of one or two tokens", shortBest),
  claim("4.4", "F1 falls as entities grow longer", fallsWithLength),
  claim("4.4", "the expected length of a proposal does not exceed 2 tokens", shortProposals),
  ...(
    [
      ["-Backward block", "the backward block"],
      ["-Spatial modulation", "spatial modulation"],
      ["-Gated Update", "the gated update"],
      ["-Category embedding", "category embedding"],
      ["-Locations iteration", "iterating the locations"],
      ["-Logarithms iteration", "iterating the logarithms"],
    ] as const
  ).map(([label, part]) => claim("4.5.1", `${part} raises F1`, (evidence) => ablation(evidence, label))),
  claim("4.5.1", "spatial modulation makes attention sparser", sparserAttention),
  claim("4.5.2", "kernels [2,2] or [2,2,2] are best", (evidence) =>
    best(evidence, "table7", ["[2,2]", "[2,2,2]"]),
  ),
  claim("4.5.2", "no pyramid at all, [], is better than [2,2,2,2]", (evidence) =>
    above(evidence.difference("table7", "[]", "[2,2,2,2]"), "[] minus [2,2,2,2]:"),
  ),
  claim("4.5.2", "more levels make the expected length of proposals longer", longerProposals),
  claim("4.5.2", "F1 is higher the nearer the expected length is to the mean length of entities", nearLength),
  claim("4.5.2", "with [2,2,2,2] the model learns more slowly than with []", slowerLearning),
  claim("4.5.3", "3 layers come close to the best number of them", threeLayers),
  claim("4.5.3", "longer entities depend more on the number of layers", (evidence) =>
    dependence(evidence, "figure5", "1", "3"),
  ),
  claim("4.5.4", "8 heads are best", (evidence) => best(evidence, "figure6", ["8"])),
  claim("4.5.4", "longer entities depend more on the number of heads", (evidence) =>
    dependence(evidence, "figure6", "1", "8"),
  ),
];

function claim(section: string, text: string, judge: Claim["judge"]): Claim {
  return { section: `§${section}`, text, judge };
}

/** What counts as long. */
const long: readonly Group[] = ["3", "4", "≥5"];

const lengthOrder: readonly Group[] = ["1", "2", "3", "4", "≥5"];

function meansByLength(runs: readonly RunRecord[]): number[] {
  return lengthOrder.map((group) => spread(runs.map((run) => f1(run, group))).mean);
}

/** Whether the better of the lengths 1 and 2 is surely better than each of the others. */
function shortBest(evidence: Evidence): Finding {
  const runs = evidence.runs("table6", "Origin");
  if (!runs.length) return notRun;
  const means = meansByLength(runs);
  const short = means[0] >= means[1] ? "1" : "2";
  const tests = long.map(
    (group) =>
      evidence.draws.contrast([
        { runs, group: short, weight: 1 },
        { runs, group, weight: -1 },
      ])!,
  );
  const adjusted = holm(tests.map(({ p }) => p));
  const least = tests.reduce((low, { estimate }, at) => (estimate < tests[low].estimate ? at : low), 0);
  const text = `F1 ${means.map((mean) => mean.toFixed(1)).join(", ")} for 1, 2, 3, 4, ≥5; length ${short} minus ${long[least]}, the best longer one: ${contrastText(tests[least], adjusted[least])}`;
  const surely = tests.map(({ estimate }, at) => (adjusted[at] < significance ? Math.sign(estimate) : 0));
  if (surely.includes(-1)) return concluded(false, text, runs.length);
  if (surely.every((sign) => sign > 0)) return concluded(true, text, runs.length);
  return { judgement: "undecided", evidence: text };
}

/** By the slope of the straight line through the five lengths' F1. */
function fallsWithLength(evidence: Evidence): Finding {
  const runs = evidence.runs("table6", "Origin");
  if (!runs.length) return notRun;
  // Σ (x − mean x) y / Σ (x − mean x)², with the sign turned
  const slope = lengthOrder.map((group, at) => ({ runs, group, weight: (2 - at) / 10 }));
  return above(evidence.draws.contrast(slope), "fall of F1 from one length to the next, by a straight line:");
}

/** The six ablations are tested together. */
function ablation(evidence: Evidence, label: string): Finding {
  const others = evidence.settings("table6").filter((setting) => setting.label !== "Origin");
  const tests = others.flatMap((setting) => {
    const contrast = evidence.difference("table6", "Origin", setting.label);
    return contrast ? [{ label: setting.label, contrast }] : [];
  });
  const at = tests.findIndex((test) => test.label === label);
  if (at < 0) return notRun;
  const adjusted = holm(tests.map(({ contrast }) => contrast.p));
  return above(tests[at].contrast, "F1 with it minus without it:", adjusted[at]);
}

function shortProposals(evidence: Evidence): Finding {
  const lengths = measured(evidence.runs("table6", "Origin")).map(({ spanLengths }) => spanLengths[0]);
  if (!lengths.length) return notRun;
  const mean = spread(lengths).mean.toFixed(2);
  return aboveZero(
    lengths.map((length) => 2 - length),
    `mean length ${mean} tokens; 2 minus that:`,
  );
}

function sparserAttention(evidence: Evidence): Finding {
  const [withPrior, without] = ["Origin", "-Spatial modulation"].map((label) =>
    bySeed(evidence.runs("table6", label), ({ entropy }) => spread(entropy).mean),
  );
  return pairedFinding(
    without,
    withPrior,
    "entropy of attention (share of the largest), without minus with the prior:",
  );
}

function longerProposals(evidence: Evidence): Finding {
  const length = (label: string): Map<number, number> =>
    bySeed(evidence.runs("table7", label), ({ spanLengths }) => spanLengths[0]);
  return pairedFinding(length("[2,2,2,2]"), length("[]"), "mean tokens of a proposal, [2,2,2,2] minus []:");
}

function nearLength(evidence: Evidence): Finding {
  const points = evidence.settings("table7").flatMap(({ runs }) => {
    const lengths = measured(runs).map(({ spanLengths }) => spanLengths[0]);
    if (!lengths.length) return [];
    const gap = Math.abs(spread(lengths).mean - runs[0].goldLength);
    return [{ gap, f1: spread(runs.map(({ overall }) => overall.f1)).mean, seeds: runs.length }];
  });
  if (points.length < 4) return notRun;
  const [gaps, scores] = [points.map(({ gap }) => gap), points.map(({ f1 }) => f1)];
  const correlation = rankCorrelation(gaps, scores);
  if (correlation === null) return { judgement: "undecided", evidence: "all settings are alike" };
  const p = permutationP(gaps, scores);
  const text = `rank correlation of F1 with the distance of both lengths ${signed(correlation)} over ${points.length} kernel lists (p ${pText(p)})`;
  if (p >= significance) return { judgement: "undecided", evidence: text };
  return concluded(correlation < 0, text, Math.min(...points.map(({ seeds }) => seeds)));
}

/** Share of its last epoch's F1 on dev that a run has after its second epoch, or of few epochs the first. */
function slowerLearning(evidence: Evidence): Finding {
  const early = (label: string): Map<number, number> =>
    new Map(
      evidence.runs("table7", label).flatMap(({ seed, epochs }) => {
        const [one, last] = [epochs.at(epochs.length > 2 ? 1 : 0)?.dev, epochs.at(-1)?.dev];
        if (!one || !last?.overall.f1 || epochs.length < 2) return [];
        return [[seed, (100 * one.overall.f1) / last.overall.f1] as const];
      }),
    );
  return pairedFinding(
    early("[]"),
    early("[2,2,2,2]"),
    "share of the last epoch's F1 on dev reached early, in percent, [] minus [2,2,2,2]:",
  );
}

/** Points of F1 by which a setting may be behind the best and still count as close to it. */
const near = 1;

/**
 * The paper calls 3 layers comparable to the best number. That an interval holds 0 does not show it: supported where each
 * other number is surely less than {@link near} better, contradicted where one is surely more than that better.
 */
function threeLayers(evidence: Evidence): Finding {
  const others = ranked(evidence, "figure5").filter(({ label }) => label !== "3");
  const gains = others.flatMap(({ label }) => {
    const contrast = evidence.difference("figure5", label, "3");
    return contrast ? [{ label, contrast }] : [];
  });
  if (!gains.length) return notRun;
  const adjusted = holm(gains.map(({ contrast }) => contrast.p));
  const largest = gains.reduce(
    (most, { contrast }, at) => (contrast.high > gains[most].contrast.high ? at : most),
    0,
  );
  const { label, contrast } = gains[largest];
  const text = `${label} layers minus 3, of all numbers the one that may be furthest ahead: ${contrastText(contrast, adjusted[largest])}; close is less than ${near} F1 behind`;
  const seeds = contrast.seeds.length;
  if (gains.every((gain) => gain.contrast.high < near)) return concluded(true, text, seeds);
  const behind = gains.some((gain, at) => gain.contrast.low > near && adjusted[at] < significance);
  return behind ? concluded(false, text, seeds) : { judgement: "undecided", evidence: text };
}

/** Whether one of these is best, surely so: compared with the best of the others, corrected for the choice among them. */
function best(evidence: Evidence, plan: PlanName, named: readonly string[]): Finding {
  const settings = ranked(evidence, plan);
  const ours = settings.find(({ label }) => named.includes(label));
  const others = settings.filter(({ label }) => !named.includes(label));
  if (!ours || !others.length) return notRun;
  const tests = others.flatMap(({ label }) => {
    const contrast = evidence.difference(plan, ours.label, label);
    return contrast ? [{ label, contrast }] : [];
  });
  if (!tests.length) return notRun;
  const adjusted = holm(tests.map(({ contrast }) => contrast.p));
  const { label, contrast } = tests[0];
  const text = `${ours.label} minus ${label}, the best other: ${contrastText(contrast, adjusted[0])}`;
  const seeds = contrast.seeds.length;
  const worse = tests.some((test, at) => test.contrast.estimate < 0 && adjusted[at] < significance);
  const better = tests.every((test, at) => test.contrast.estimate > 0 && adjusted[at] < significance);
  return worse || better ? concluded(better, text, seeds) : { judgement: "undecided", evidence: text };
}

/** Whether F1 changes more between two settings for entities of 3 tokens and more than for those of 1. */
function dependence(evidence: Evidence, plan: PlanName, few: string, many: string): Finding {
  const [low, high] = [evidence.runs(plan, few), evidence.runs(plan, many)];
  if (!low.length || !high.length) return notRun;
  const share = 1 / long.length;
  const contrast = evidence.draws.contrast([
    ...long.flatMap((group) => [
      { runs: high, group, weight: share },
      { runs: low, group, weight: -share },
    ]),
    { runs: high, group: "1", weight: -1 },
    { runs: low, group: "1", weight: 1 },
  ]);
  return above(contrast, `gain from ${few} to ${many}, lengths from 3 (their mean) minus length 1:`);
}

/** Settings by their mean F1, the best first. */
function ranked(evidence: Evidence, plan: PlanName): { readonly label: string; readonly f1: number }[] {
  return evidence
    .settings(plan)
    .map(({ label, runs }) => ({ label, f1: spread(runs.map(({ overall }) => overall.f1)).mean }))
    .sort((a, b) => b.f1 - a.f1);
}

function measured(runs: readonly RunRecord[]): NonNullable<RunRecord["measures"]>[] {
  return runs.flatMap(({ measures }) => measures ?? []);
}

function bySeed(
  runs: readonly RunRecord[],
  of: (measures: NonNullable<RunRecord["measures"]>) => number,
): Map<number, number> {
  return new Map(runs.flatMap(({ seed, measures }) => (measures ? [[seed, of(measures)] as const] : [])));
}

/** Whether the first values are larger than the second of the same seeds. */
function pairedFinding(
  one: ReadonlyMap<number, number>,
  other: ReadonlyMap<number, number>,
  what: string,
): Finding {
  const differences = [...one].flatMap(([seed, value]) => {
    const against = other.get(seed);
    return against === undefined ? [] : [value - against];
  });
  return aboveZero(differences, what);
}
