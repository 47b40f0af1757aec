import type { Outcome } from "../difference-types";
import { smallestEffect } from "../smallest-effect";
import { type Contrast, fewestSeeds } from "./contrast";
import { type Tests, testsOf } from "./evidence";
import { countText, pText, signed } from "./format";
import type { Omnibus } from "./friedman";
import { detectableEffect, wantedPower } from "./power";
import { type Estimate, intervalAround, pDifferent, spread } from "./statistics";

/**
 * The verdict of our runs on a statement of the paper. "equivalent": the effect is smaller than the smallest one of interest.
 * "not judged": the runs are of a scale that gives no verdicts.
 */
export type Judgement = "supported" | "contradicted" | "equivalent" | "undecided" | "not judged" | "not run";

export interface Finding {
  readonly judgement: Judgement;
  /** The numbers behind the judgement. */
  readonly evidence: string;
}

/** Level of significance. P values of several tests are corrected before they are compared with it. */
export const significance = 0.05;

export const notRun: Finding = { judgement: "not run", evidence: "the runs for it are missing" };

const tooFewSeeds = `fewer than ${fewestSeeds} seeds give no verdict`;

/**
 * Whether a contrast is above 0.
 * @param tests corrected, if it is one of several
 * @param omnibus of all settings. Without a difference between them, no single one is a finding
 */
export function above(
  contrast: Contrast | undefined,
  what: string,
  tests: Tests | undefined = contrast && testsOf([contrast])[0],
  omnibus?: Omnibus | null,
): Finding {
  if (!contrast || !tests) return notRun;
  const evidence = `${what} ${contrastText(contrast, tests)}`;
  const outcome = outcomeOf(contrast, tests, omnibus);
  const power = powerText(contrast, tests);
  switch (outcome) {
    case "too few seeds":
      return undecided(evidence);
    case "better":
      return { judgement: "supported", evidence };
    case "worse":
      return { judgement: "contradicted", evidence };
    case "equivalent":
      return { judgement: "equivalent", evidence: `${evidence}; less than ${smallestEffect} F1 apart` };
    case "undecided":
      return { judgement: "undecided", evidence: `${evidence}; ${power}` };
  }
}

export function outcomeOf(contrast: Contrast, tests: Tests, omnibus?: Omnibus | null): Outcome {
  if (tests.different === null || tests.equivalent === null) return "too few seeds";
  const settingsDiffer = !omnibus || omnibus.p < significance;
  if (settingsDiffer && tests.different < significance) return contrast.estimate > 0 ? "better" : "worse";
  return tests.equivalent < significance ? "equivalent" : "undecided";
}

/** The effect that a comparison detects, at the level to which Holm's method lowers its first test. */
export function detectable(contrast: Contrast, { count }: Pick<Tests, "count">): number {
  return detectableEffect(contrast, significance / Math.max(1, count));
}

function powerText(contrast: Contrast, tests: Tests): string {
  return `these runs detect ${detectable(contrast, tests).toFixed(1)} F1 with a power of ${100 * wantedPower} %`;
}

/** "+1.23 F1 (95 %: +0.20 to +2.31; p 0.021; 5 seeds)"; with fewer than three seeds "+1.23 F1 (2 seeds)" */
export function contrastText(contrast: Contrast, { different, count }: Tests): string {
  const points = `${signed(contrast.estimate)} F1`;
  const seeds = countText(contrast.seeds, "seed");
  if (different === null) return `${points} (${seeds})`;
  const p = `p ${pText(different)}${count > 1 ? " by Holm" : ""}`;
  return `${points} (${intervalText(contrast)}; ${p}; ${seeds})`;
}

function intervalText(estimate: Estimate): string {
  const { low, high } = intervalAround(estimate);
  return `95 %: ${signed(low)} to ${signed(high)}`;
}

/** A judgement of an estimate with at least three seeds: whether it is above 0. @param p corrected; default the estimate's own */
export function aboveEstimate(
  estimate: Estimate & { readonly seeds: number },
  what: string,
  p: number = pDifferent(estimate),
): Finding {
  const seeds = countText(estimate.seeds, "seed");
  if (estimate.seeds < fewestSeeds) return undecided(`${what} ${signed(estimate.estimate)} (${seeds})`);
  const evidence = `${what} ${signed(estimate.estimate)} (${intervalText(estimate)}; p ${pText(p)}; ${seeds})`;
  if (p >= significance) return { judgement: "undecided", evidence };
  return { judgement: estimate.estimate > 0 ? "supported" : "contradicted", evidence };
}

/** Whether values, one per seed, are above 0 on average, by Student's t. */
export function aboveZero(values: readonly number[], what: string): Finding {
  if (!values.length) return notRun;
  return aboveEstimate(seedEstimate(values), what);
}

/** The mean of values, one per seed, with its error over the seeds. */
export function seedEstimate(values: readonly number[]): Estimate & { readonly seeds: number } {
  const { mean, std, n } = spread(values);
  return { estimate: mean, standardError: (std ?? 0) / Math.sqrt(n), df: Math.max(1, n - 1), seeds: n };
}

/** The finding if there are too few seeds. */
export function undecided(evidence: string): Finding {
  return { judgement: "undecided", evidence: `${evidence}; ${tooFewSeeds}` };
}

/** A judgement for or against, or "undecided" if there are too few seeds. */
export function concluded(holds: boolean, evidence: string, seeds: number): Finding {
  if (seeds < fewestSeeds) return undecided(evidence);
  return { judgement: holds ? "supported" : "contradicted", evidence };
}

/** "p 0.012 for it, 0.980 against it; 12 seeds" */
export function pairText(p: number, against: number, seeds: number): string {
  const count = countText(seeds, "seed");
  return seeds < fewestSeeds ? count : `p ${pText(p)} for it, ${pText(against)} against it; ${count}`;
}
