import type { KernelsKey } from "../paper";
import type { PlanKeys, PlanName } from "../plans";
import type { RunRecord } from "../results/run-record";
import type { Measures } from "../run/measures";
import { f1, type Group } from "./draws";
import { type Evidence, type SettingRuns, testSettings } from "./evidence";
import { above, aboveZero, concluded, contrastText, type Finding, notRun, significance } from "./findings";
import { pText, signed } from "./format";
import { holm, permutationP, rankCorrelation, spread } from "./statistics";

/** A statement of the paper about its results, in our words, and how we judge it by our runs. */
export interface Claim {
  readonly section: string;
  readonly text: string;
  readonly judge: (evidence: Evidence) => Finding;
}

/** The conclusions of §4.4 and §4.5. */
export const claims: readonly Claim[] = [
  claim("4.4", "F1 is highest for entities of one or two tokens", shortBest),
  claim("4.4", "F1 falls as entities grow longer", fallsWithLength),
  claim("4.4", "the expected length of a proposal does not exceed 2 tokens", shortProposals),
  ablation("backward", "the backward block"),
  ablation("spatial", "spatial modulation"),
  ablation("update", "the gated update"),
  ablation("category", "category embedding"),
  ablation("locationIteration", "iterating the locations"),
  ablation("logitIteration", "iterating the logarithms"),
  claim("4.5.1", "spatial modulation makes attention sparser", sparserAttention),
  claim("4.5.2", "kernels [2,2] or [2,2,2] are best", (evidence) =>
    best(evidence, "table7", ["[2,2]", "[2,2,2]"]),
  ),
  claim("4.5.2", "no pyramid at all, [], is better than [2,2,2,2]", (evidence) =>
    above(
      evidence.difference(evidence.runs("table7", "[]"), evidence.runs("table7", "[2,2,2,2]")),
      "[] minus [2,2,2,2]:",
    ),
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

/** The claim that a part of the model raises F1. The tests of all ablations are corrected together. */
function ablation(key: PlanKeys["table6"], part: string): Claim {
  return claim("4.5.1", `${part} raises F1`, (evidence) => {
    const origin = evidence.runs("table6", "origin");
    const others = evidence.settings("table6").filter(({ runs }) => runs !== origin);
    const tests = testSettings(others, (ablated) => evidence.difference(origin, ablated));
    const test = tests.find(({ setting }) => setting.key === key);
    return test ? above(test.contrast, "F1 with it minus without it:", test.p) : notRun;
  });
}

const lengthOrder: readonly Group[] = ["1", "2", "3", "4", "≥5"];
const longLengths: readonly Group[] = ["3", "4", "≥5"];

/** Whether the better of the lengths 1 and 2 is significantly better than each of the others. */
function shortBest(evidence: Evidence): Finding {
  const runs = evidence.runs("table6", "origin");
  if (!runs.length) return notRun;
  const means = lengthOrder.map((group) => spread(runs.map((run) => f1(run, group))).mean);
  const short = means[0] >= means[1] ? "1" : "2";
  const tests = longLengths.map(
    (group) =>
      evidence.draws.contrast([
        { runs, group: short, weight: 1 },
        { runs, group, weight: -1 },
      ])!,
  );
  const adjusted = holm(tests.map(({ p }) => p));
  const least = tests.reduce((low, { estimate }, at) => (estimate < tests[low].estimate ? at : low), 0);
  const text = `F1 ${means.map((mean) => mean.toFixed(1)).join(", ")} for 1, 2, 3, 4, ≥5; length ${short} minus ${longLengths[least]}, the best longer one: ${contrastText(tests[least], adjusted[least])}`;
  const signs = tests.map(({ estimate }, at) => (adjusted[at] < significance ? Math.sign(estimate) : 0));
  if (signs.includes(-1)) return concluded(false, text, runs.length);
  if (signs.every((sign) => sign > 0)) return concluded(true, text, runs.length);
  return { judgement: "undecided", evidence: text };
}

/** Judges by the slope of a straight line through the F1 of the five lengths. */
function fallsWithLength(evidence: Evidence): Finding {
  const runs = evidence.runs("table6", "origin");
  if (!runs.length) return notRun;
  // −Σ (x − mean x) y / Σ (x − mean x)²
  const slope = lengthOrder.map((group, at) => ({ runs, group, weight: (2 - at) / 10 }));
  return above(evidence.draws.contrast(slope), "fall of F1 from one length to the next, by a straight line:");
}

function shortProposals(evidence: Evidence): Finding {
  const lengths = measuresOf(evidence.runs("table6", "origin")).map(({ spanLengths }) => spanLengths[0]);
  if (!lengths.length) return notRun;
  const mean = spread(lengths).mean.toFixed(2);
  return aboveZero(
    lengths.map((length) => 2 - length),
    `mean length ${mean} tokens; 2 minus that:`,
  );
}

function sparserAttention(evidence: Evidence): Finding {
  const entropy = (key: PlanKeys["table6"]): Map<number, number> =>
    bySeed(evidence.runs("table6", key), ({ measures }) => measures && spread(measures.entropy).mean);
  return pairedFinding(
    entropy("spatial"),
    entropy("origin"),
    "entropy of attention (share of the largest), without minus with the prior:",
  );
}

function longerProposals(evidence: Evidence): Finding {
  const length = (key: KernelsKey): Map<number, number> =>
    bySeed(evidence.runs("table7", key), ({ measures }) => measures?.spanLengths[0]);
  return pairedFinding(length("[2,2,2,2]"), length("[]"), "mean tokens of a proposal, [2,2,2,2] minus []:");
}

function nearLength(evidence: Evidence): Finding {
  const points = evidence.settings("table7").flatMap(({ runs }) => {
    const lengths = measuresOf(runs).map(({ spanLengths }) => spanLengths[0]);
    if (!lengths.length) return [];
    const gap = Math.abs(spread(lengths).mean - runs[0].goldLength);
    return [{ gap, f1: meanF1(runs), seeds: runs.length }];
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

/** Judges by F1 on dev after a run's second epoch (the first if there are only two), as a share of the last epoch's. */
function slowerLearning(evidence: Evidence): Finding {
  const early = (key: KernelsKey): Map<number, number> =>
    bySeed(evidence.runs("table7", key), ({ epochs }) => {
      const [one, last] = [epochs.at(epochs.length > 2 ? 1 : 0)?.dev, epochs.at(-1)?.dev];
      if (!one || !last?.overall.f1 || epochs.length < 2) return undefined;
      return (100 * one.overall.f1) / last.overall.f1;
    });
  return pairedFinding(
    early("[]"),
    early("[2,2,2,2]"),
    "share of the last epoch's F1 on dev reached early, in percent, [] minus [2,2,2,2]:",
  );
}

/** Points of F1 by which a setting may be behind the best and still count as close to it. */
const near = 1;

/**
 * The paper calls 3 layers comparable to the best number. A difference that is not significant does not show this. The claim is
 * supported if the whole interval of each other number's gain over 3 layers is below {@link near}, and contradicted if the gain
 * of one is significantly above it.
 */
function threeLayers(evidence: Evidence): Finding {
  const three = evidence.runs("figure5", "3");
  const others = ranked(evidence, "figure5").filter(({ runs }) => runs !== three);
  const gains = testSettings(others, (other) => evidence.difference(other, three));
  if (!gains.length) return notRun;
  const { setting, contrast, p } = gains.reduce((most, gain) =>
    gain.contrast.high > most.contrast.high ? gain : most,
  );
  const text = `${setting.label} layers minus 3, of all numbers the one that may be furthest ahead: ${contrastText(contrast, p)}; close is less than ${near} F1 behind`;
  const seeds = contrast.seeds.length;
  if (gains.every((gain) => gain.contrast.high < near)) return concluded(true, text, seeds);
  const behind = gains.some((gain) => gain.contrast.low > near && gain.p < significance);
  return behind ? concluded(false, text, seeds) : { judgement: "undecided", evidence: text };
}

/** Whether the best of these settings is significantly better than each other setting, corrected for their number. */
function best<Name extends PlanName>(
  evidence: Evidence,
  plan: Name,
  candidates: readonly PlanKeys[Name][],
): Finding {
  const isCandidate = ({ key }: SettingRuns): boolean => candidates.some((candidate) => candidate === key);
  const settings = ranked(evidence, plan);
  const ours = settings.find(isCandidate);
  if (!ours) return notRun;
  const others = settings.filter((setting) => !isCandidate(setting));
  const tests = testSettings(others, (other) => evidence.difference(ours.runs, other));
  if (!tests.length) return notRun;
  const [{ setting, contrast, p }] = tests;
  const text = `${ours.label} minus ${setting.label}, the best other: ${contrastText(contrast, p)}`;
  const seeds = contrast.seeds.length;
  const worse = tests.some((test) => test.contrast.estimate < 0 && test.p < significance);
  const better = tests.every((test) => test.contrast.estimate > 0 && test.p < significance);
  return worse || better ? concluded(better, text, seeds) : { judgement: "undecided", evidence: text };
}

/** Whether F1 changes more between two settings for entities of 3 or more tokens than for entities of 1. */
function dependence<Name extends PlanName>(
  evidence: Evidence,
  plan: Name,
  few: PlanKeys[Name],
  many: PlanKeys[Name],
): Finding {
  const [low, high] = [evidence.runs(plan, few), evidence.runs(plan, many)];
  if (!low.length || !high.length) return notRun;
  const share = 1 / longLengths.length;
  const contrast = evidence.draws.contrast([
    ...longLengths.flatMap((group) => [
      { runs: high, group, weight: share },
      { runs: low, group, weight: -share },
    ]),
    { runs: high, group: "1", weight: -1 },
    { runs: low, group: "1", weight: 1 },
  ]);
  return above(contrast, `gain from ${few} to ${many}, lengths from 3 (their mean) minus length 1:`);
}

/** Settings by their mean F1, the best first. */
function ranked(evidence: Evidence, plan: PlanName): SettingRuns[] {
  return evidence.settings(plan).sort((a, b) => meanF1(b.runs) - meanF1(a.runs));
}

function meanF1(runs: readonly RunRecord[]): number {
  return spread(runs.map(({ overall }) => overall.f1)).mean;
}

function measuresOf(runs: readonly RunRecord[]): Measures[] {
  return runs.flatMap(({ measures }) => measures ?? []);
}

/** A number of each run, by its seed, without runs that lack it. */
function bySeed(
  runs: readonly RunRecord[],
  value: (run: RunRecord) => number | null | undefined,
): Map<number, number> {
  return new Map(
    runs.flatMap((run) => {
      const number = value(run);
      return number === null || number === undefined ? [] : [[run.seed, number] as const];
    }),
  );
}

/** Whether the first values are larger than the second ones of the same seeds. */
function pairedFinding(
  one: ReadonlyMap<number, number>,
  other: ReadonlyMap<number, number>,
  what: string,
): Finding {
  const differences = [...one].flatMap(([seed, value]) => {
    const subtrahend = other.get(seed);
    return subtrahend === undefined ? [] : [value - subtrahend];
  });
  return aboveZero(differences, what);
}
