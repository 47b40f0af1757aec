import type { Contrast } from "./draws";
import { meanInterval, spread } from "./statistics";

/** What our runs say to a statement of the paper. */
export type Judgement = "supported" | "contradicted" | "undecided" | "not run";

export interface Finding {
  readonly judgement: Judgement;
  /** The numbers that it rests on, in words. */
  readonly evidence: string;
}

/** Where tests are many, their p values are corrected before they are held against this. */
export const significance = 0.05;

/** With fewer seeds nothing is concluded: how far they differ would not be known. */
const fewestSeeds = 3;

export const notRun: Finding = { judgement: "not run", evidence: "the runs for it are missing" };

/** Whether a contrast is above 0. @param p corrected, where the contrast is one of several */
export function above(contrast: Contrast | undefined, what: string, p?: number): Finding {
  if (!contrast) return notRun;
  const evidence = `${what} ${contrastText(contrast, p)}`;
  if ((p ?? contrast.p) >= significance) return { judgement: "undecided", evidence };
  return concluded(contrast.estimate > 0, evidence, contrast.seeds.length);
}

/** A judgement for or against, unless it rests on too few seeds. */
export function concluded(holds: boolean, evidence: string, seeds: number): Finding {
  if (seeds < fewestSeeds)
    return {
      judgement: "undecided",
      evidence: `${evidence}; fewer than ${fewestSeeds} seeds conclude nothing`,
    };
  return { judgement: holds ? "supported" : "contradicted", evidence };
}

/** "+1.23 F1 (95 %: 0.20 to 2.31; p 0.021; 5 seeds)" */
export function contrastText({ estimate, low, high, p, seeds }: Contrast, corrected?: number): string {
  const test = corrected === undefined ? `p ${pText(p)}` : `p ${pText(corrected)} by Holm`;
  return `${signed(estimate)} F1 (95 %: ${signed(low)} to ${signed(high)}; ${test}; ${seedsText(seeds.length)})`;
}

/** Whether values, one a seed, are above 0 on average, by Student's t. @param digits of the text */
export function aboveZero(values: readonly number[], what: string, digits = 2): Finding {
  if (!values.length) return notRun;
  const { mean, n } = spread(values);
  const interval = meanInterval(values);
  const seeds = seedsText(n);
  if (!interval) return { judgement: "undecided", evidence: `${what} ${signed(mean, digits)} (${seeds})` };
  const { low, high } = interval;
  const range = `95 %: ${signed(low, digits)} to ${signed(high, digits)}`;
  const evidence = `${what} ${signed(mean, digits)} (${range}; ${seeds})`;
  return low <= 0 && high >= 0 ? { judgement: "undecided", evidence } : concluded(low > 0, evidence, n);
}

export function signed(value: number, digits = 2): string {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
}

export function pText(p: number): string {
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

export function seedsText(count: number): string {
  return count === 1 ? "1 seed" : `${count} seeds`;
}
