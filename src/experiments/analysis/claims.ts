import type { AblationKey, KernelsKey } from "../paper";
import type { PlanKeys, PlanName } from "../plans";
import type { RunRecord } from "../results/run-record";
import { smallestEffect } from "../smallest-effect";
import { type Contrast, differenceOf, f1, fewestSeeds, type Group, isEvidence } from "./contrast";
import { overlapLoss, typeErrorShare } from "./error-kinds";
import { type Evidence, testSettings } from "./evidence";
import {
  above,
  aboveEstimate,
  aboveZero,
  concluded,
  contrastText,
  type Finding,
  notRun,
  pairText,
  seedEstimate,
  significance,
  undecided,
} from "./findings";
import { countText, pText, signed } from "./format";
import {
  evidentGroups,
  fallsWithLength,
  longLengths,
  noLengths,
  pinpoints,
  proposerAlone,
  shortBest,
  shortProposals,
} from "./length-claims";
import { rankInterval } from "./rank-bootstrap";
import { bySeed, measuresOf, pairedFinding, pairedValues } from "./seed-values";
import { sensitivity } from "./sensitivity";
import {
  type Estimate,
  holm,
  pAbove,
  pBelow,
  pDifferent,
  rankCorrelation,
  slopeWeights,
  spread,
} from "./statistics";

/** A statement of the paper about its results, in our words, and how we judge it by our runs. */
export interface Claim {
  readonly section: string;
  readonly text: string;
  /**
   * @param all the evidence of every corpus, this one's too, and of the other scales
   * @returns `undefined` if the statement is not about this corpus
   */
  readonly judge: (evidence: Evidence, all: readonly Evidence[]) => Finding | undefined;
}

/** The conclusions of §4.4 and §4.5. */
export const claims: readonly Claim[] = [
  claim("4.4", "F1 is highest for entities of one or two tokens", shortBest),
  claim("4.4", "F1 falls as entities grow longer", fallsWithLength),
  claim("4.4", "the expected length of most proposals does not exceed 2 tokens", shortProposals),
  claim("4.4", "the proposer alone locates short entities; long ones need the regressor", proposerAlone),
  ablation("backward", "the backward block"),
  ablation("spatial", "spatial modulation"),
  ablation("update", "the gated update"),
  ablation("category", "category embedding"),
  ablation("locationIteration", "iterating the locations"),
  ablation("logitIteration", "iterating the logarithms"),
  claim("4.5.1", "spatial modulation makes attention sparser", sparserAttention),
  claim("4.5.1", "spatial modulation matters most on WeiboNER", mostOnWeibo),
  faster("spatial", "spatial modulation"),
  faster("locationIteration", "iterating the locations"),
  faster("logitIteration", "iterating the logarithms"),
  claim("4.5.2", "kernels [2,2] and [2,2,2] are satisfactory", (evidence) =>
    closeToBest(evidence, "table7", ["[2,2]", "[2,2,2]"]),
  ),
  claim("4.5.2", "no pyramid at all, [], is better than [2,2,2,2]", (evidence) =>
    above(
      differenceOf(evidence.runs("table7", "[]"), evidence.runs("table7", "[2,2,2,2]")),
      "[] minus [2,2,2,2]:",
    ),
  ),
  claim("4.5.2", "each further level makes the expected length of proposals longer", longerProposals),
  claim("4.5.2", "F1 is higher the nearer the expected length is to the mean length of entities", nearLength),
  claim("4.5.2", "with [2,2,2,2] the model learns more slowly than with []", slowerLearning),
  claim("4.5.3", "3 layers come close to the best number of them", (evidence) =>
    closeToBest(evidence, "figure5", ["3"]),
  ),
  claim("4.5.3", "longer entities depend more on the number of layers", (evidence) =>
    dependence(evidence, "figure5"),
  ),
  claim("4.5.4", "8 heads are best", (evidence) => best(evidence, "figure6", "8")),
  claim("4.5.4", "longer entities depend more on the number of heads", (evidence) =>
    dependence(evidence, "figure6"),
  ),
  claim("4.5.5", "the regressor pinpoints entities, short ones too", pinpoints),
  claim("4.5.5", "most false predictions have the right location and a wrong type", errorsOfType),
  claim(
    "4.5.5",
    "short entities that overlap others are missed more often than other short ones",
    overlapMissed,
  ),
];

function claim(section: string, text: string, judge: Claim["judge"]): Claim {
  return { section: `§${section}`, text, judge };
}

/** The claim that a part of the model raises F1. The tests of all ablations are corrected together. */
function ablation(key: AblationKey, part: string): Claim {
  return claim("4.5.1", `${part} raises F1`, (evidence) => {
    const test = ablationTests(evidence).find(({ setting }) => setting.key === key);
    if (!test) return notRun;
    return above(test.contrast, "F1 with it minus without it:", test.tests, evidence.omnibus("table6"));
  });
}

function ablationTests(evidence: Evidence): ReturnType<typeof testSettings> {
  const origin = evidence.runs("table6", "origin");
  const others = evidence.settings("table6").filter(({ runs }) => runs !== origin);
  return testSettings(others, (ablated) => differenceOf(origin, ablated));
}

function errorsOfType(evidence: Evidence): Finding {
  const runs = evidence.runs("table6", "origin");
  const share = typeErrorShare(runs, evidence.scoring, 50);
  if (!share) return notRun;
  return aboveEstimate(
    share,
    `${(share.estimate + 50).toFixed(0)} % of the false predictions; minus half of them, in percent:`,
  );
}

function overlapMissed(evidence: Evidence): Finding {
  const loss = overlapLoss(evidence.runs("table6", "origin"), evidence.scoring);
  if (!loss) return notRun;
  return aboveEstimate(loss, "recall of 1 and 2 tokens, in percent, without overlap minus with:");
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

/**
 * Compares the effect on WeiboNER with that on each corpus that does not stand for WeiboNER, at any scale. It must be larger than
 * each of them.
 */
function mostOnWeibo(evidence: Evidence, all: readonly Evidence[]): Finding | undefined {
  if (evidence.corpus.standsFor !== "WeiboNER") return undefined;
  const effect = (of: Evidence): Contrast | undefined =>
    differenceOf(of.runs("table6", "origin"), of.runs("table6", "spatial"));
  const effectHere = effect(evidence);
  const others = all.flatMap((other) => {
    const effectThere = other.corpus.standsFor === "WeiboNER" ? undefined : effect(other);
    return effectThere ? [{ name: `${other.corpus.name} (${other.scale.name})`, there: effectThere }] : [];
  });
  if (!effectHere || !others.length) return notRun;
  const differences = others.map(({ name, there }) => ({
    name,
    ...independentDifference(effectHere, there),
  }));
  const p = Math.max(...differences.map((one) => pAbove(one)));
  const against = Math.min(...holm(differences.map((one) => pBelow(one))));
  const seeds = Math.min(effectHere.seeds, ...others.map(({ there }) => there.seeds));
  const effects = others.map(({ name, there }) => `${signed(there.estimate)} on ${name}`);
  const text = `effect ${signed(effectHere.estimate)} F1 here, ${effects.join(", ")} (${pairText(p, against, seeds)})`;
  if (p < significance) return concluded(true, text, seeds);
  if (against < significance) return concluded(false, text, seeds);
  return { judgement: "undecided", evidence: text };
}

/** The difference of two independent estimates, with Welch's degrees of freedom. */
function independentDifference(one: Estimate, other: Estimate): Estimate {
  const [a, b] = [one.standardError ** 2, other.standardError ** 2];
  const spreadOf = a ** 2 / one.df + b ** 2 / other.df;
  return {
    estimate: one.estimate - other.estimate,
    standardError: Math.sqrt(a + b),
    df: spreadOf === 0 ? one.df : (a + b) ** 2 / spreadOf,
  };
}

const speedKeys = ["spatial", "locationIteration", "logitIteration"] as const;

/** The claim that a part of the model speeds up training: by F1 on dev after the first epoch. The three are corrected together. */
function faster(key: (typeof speedKeys)[number], part: string): Claim {
  return claim("4.5.1", `${part} speeds up training`, (evidence) => {
    const first = (setting: AblationKey): Map<number, number> =>
      bySeed(evidence.runs("table6", setting), ({ epochs }) =>
        epochs.length > 1 ? epochs[0].dev?.overall.f1 : undefined,
      );
    const gains = speedKeys.map((one) => pairedValues(first("origin"), first(one)));
    const testableGains = gains.filter((values) => values.length >= fewestSeeds);
    const corrected = holm(testableGains.map((values) => pDifferent(seedEstimate(values))));
    const values = gains[speedKeys.indexOf(key)];
    if (!values.length) return notRun;
    return aboveEstimate(
      seedEstimate(values),
      "F1 on dev after the first epoch, with it minus without it:",
      corrected[testableGains.indexOf(values)],
    );
  });
}

/**
 * Judges by the slope of a straight line through the lengths for one to four levels above the bottom. Without such a level
 * ([]), proposals are shorter by construction, so [] does not count.
 */
function longerProposals(evidence: Evidence): Finding {
  const keys: readonly KernelsKey[] = ["[2]", "[2,2]", "[2,2,2]", "[2,2,2,2]"];
  const lengths = keys.map((key) =>
    bySeed(evidence.runs("table7", key), ({ measures }) => measures?.spanLengths[0]),
  );
  const seeds = [...lengths[0].keys()].filter((seed) => lengths.every((of) => of.has(seed)));
  const weights = slopeWeights(keys.map((_, at) => at));
  return aboveZero(
    seeds.map((seed) => lengths.reduce((sum, of, at) => sum + weights[at] * of.get(seed)!, 0)),
    "tokens of a proposal that a further level adds, from [2] to [2,2,2,2]:",
  );
}

/** Judges by a rank correlation. Its interval covers the choice of seeds and of test sentences. */
function nearLength(evidence: Evidence): Finding {
  const settings = evidence.settings("table7").flatMap(({ runs }) => {
    const values = measuresOf(runs).map(({ spanLengths }) => spanLengths[0]);
    return values.length === runs.length ? [{ runs, values }] : [];
  });
  if (settings.length < 4) return notRun;
  const goldLength = settings[0].runs[0].goldLength;
  const gap = (length: number): number => Math.abs(length - goldLength);
  const correlation = rankCorrelation(
    settings.map(({ runs }) => meanF1(runs)),
    settings.map(({ values }) => gap(spread(values).mean)),
  );
  const seeds = settings[0].runs.length;
  const isMatched = settings.every(({ runs }) =>
    runs.every(({ seed }, at) => seed === settings[0].runs[at]?.seed),
  );
  if (correlation === null) return { judgement: "undecided", evidence: "all settings are alike" };
  const text = `rank correlation of F1 with the distance of both lengths ${signed(correlation)} over ${settings.length} kernel lists`;
  if (!isMatched || seeds < fewestSeeds) return undecided(text);
  const { low, high } = rankInterval(settings, gap, evidence.options);
  const whole = `${text} (95 %: ${signed(low)} to ${signed(high)}; ${countText(seeds, "seed")})`;
  if (low <= 0 && high >= 0) return { judgement: "undecided", evidence: whole };
  return concluded(high < 0, whole, seeds);
}

/**
 * Judges by F1 on dev after the second epoch, divided by F1 after the last. In runs of two epochs, the first epoch takes the place
 * of the second.
 */
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

/**
 * Settings that the paper calls satisfactory or comparable come close to the best: no other setting is ahead of one of them by
 * the smallest effect of interest. An interval that contains 0 does not show this, so each other setting is tested (an
 * intersection-union test). Contradicted if one is surely further ahead.
 */
function closeToBest<Name extends PlanName>(
  evidence: Evidence,
  plan: Name,
  keys: readonly PlanKeys[Name][],
): Finding {
  const settings = evidence.settings(plan);
  const claimedSettings = keys.map((key) => settings.find((setting) => setting.key === key));
  const gains = claimedSettings.flatMap((ours) =>
    settings.flatMap((other) => {
      const contrast = ours && other !== ours ? differenceOf(other.runs, ours.runs) : undefined;
      return ours && contrast ? [{ ours, other, contrast }] : [];
    }),
  );
  if (!gains.length || claimedSettings.some((ours) => !ours)) return notRun;
  const p = Math.max(...gains.map(({ contrast }) => pBelow(contrast, smallestEffect)));
  const against = Math.min(...holm(gains.map(({ contrast }) => pAbove(contrast, smallestEffect))));
  const seeds = Math.min(...gains.map(({ contrast }) => contrast.seeds));
  const { ours, other, contrast } = gains.reduce((most, gain) =>
    pBelow(gain.contrast, smallestEffect) > pBelow(most.contrast, smallestEffect) ? gain : most,
  );
  const text = `${other.label} minus ${ours.label}, which may be furthest behind: ${signed(contrast.estimate)} F1; close is less than ${smallestEffect} F1 behind every other (${pairText(p, against, seeds)})`;
  if (p < significance) return concluded(true, text, seeds);
  if (against < significance) return concluded(false, text, seeds);
  return { judgement: "undecided", evidence: text };
}

/** Whether a setting is better than each other one (an intersection-union test), or surely worse than one. */
function best<Name extends PlanName>(evidence: Evidence, plan: Name, key: PlanKeys[Name]): Finding {
  const settings = evidence.settings(plan);
  const ours = settings.find((setting) => setting.key === key);
  const others = settings.filter((setting) => setting !== ours);
  if (!ours || !others.length) return notRun;
  const tests = testSettings(others, (other) => differenceOf(ours.runs, other));
  if (!tests.length) return notRun;
  const p = Math.max(...tests.map(({ contrast }) => pAbove(contrast)));
  const against = Math.min(...holm(tests.map(({ contrast }) => pBelow(contrast))));
  const seeds = Math.min(...tests.map(({ contrast }) => contrast.seeds));
  const next = tests.reduce((least, test) =>
    test.contrast.estimate < least.contrast.estimate ? test : least,
  );
  const text = `${ours.label} minus ${next.setting.label}, the best other: ${contrastText(next.contrast, next.tests)}; ${pairText(p, against, seeds)}`;
  if (p < significance) return concluded(true, text, seeds);
  if (against < significance) return concluded(false, text, seeds);
  const isEquivalent = tests.every((test) => (test.tests.equivalent ?? 1) < significance);
  return { judgement: isEquivalent ? "equivalent" : "undecided", evidence: text };
}

/** Whether F1 varies more between settings for entities of 3 or more tokens than for those of 1 token, beyond chance. */
function dependence(evidence: Evidence, plan: "figure5" | "figure6"): Finding {
  const settings = evidence.settings(plan);
  const seeds = (settings[0]?.runs ?? [])
    .map(({ seed }) => seed)
    .filter((seed) => settings.every(({ runs }) => runs.some((run) => run.seed === seed)));
  if (settings.length < 2 || !seeds.length) return notRun;
  const all = settings.flatMap(({ runs }) => runs);
  const { evident: long, rest } = evidentGroups(all, longLengths);
  if (!long.length || !isEvidence(all, "1")) return noLengths;
  const scores = (groups: readonly Group[]): number[][] =>
    seeds.map((seed) =>
      settings.map(({ runs }) => {
        const run = runs.find((one) => one.seed === seed)!;
        return spread(groups.map((group) => f1(run, group))).mean;
      }),
    );
  const { ranges, difference, byChance, p } = sensitivity(scores(long), scores(["1"]), evidence.options);
  const test = p === null ? "" : `p ${pText(p)}; `;
  const text = `range of F1 over ${settings.length} settings: ${ranges[0].toFixed(1)} for lengths from 3, ${ranges[1].toFixed(1)} for length 1; difference ${signed(difference)}, by chance ${signed(byChance)} (${test}${countText(seeds.length, "seed")})${rest}`;
  if (p === null) return undecided(text);
  if (p >= significance) return { judgement: "undecided", evidence: text };
  return concluded(difference > byChance, text, seeds.length);
}

function meanF1(runs: readonly RunRecord[]): number {
  return spread(runs.map(({ overall }) => overall.f1)).mean;
}
