import type { Contrast } from "./draws";
import { countText, pText, signed } from "./format";
import { meanInterval, spread } from "./statistics";

/** What our runs say about a statement of the paper. */
export type Judgement = "supported" | "contradicted" | "undecided" | "not run";

export interface Finding {
  readonly judgement: Judgement;
  /** The numbers behind the judgement. */
  readonly evidence: string;
}

/** Level of significance. P values of several tests are corrected before they are compared with it. */
export const significance = 0.05;

/** With fewer seeds we conclude nothing, because their spread is not known. */
const fewestSeeds = 3;

export const notRun: Finding = { judgement: "not run", evidence: "the runs for it are missing" };

/** Whether a contrast is above 0. @param p corrected, if the contrast is one of several */
export function above(contrast: Contrast | undefined, what: string, p?: number): Finding {
  if (!contrast) return notRun;
  const evidence = `${what} ${contrastText(contrast, p)}`;
  if ((p ?? contrast.p) >= significance) return { judgement: "undecided", evidence };
  return concluded(contrast.estimate > 0, evidence, contrast.seeds.length);
}

/** A judgement for or against, or "undecided" if there are too few seeds. */
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
  return `${signed(estimate)} F1 (95 %: ${signed(low)} to ${signed(high)}; ${test}; ${countText(seeds.length, "seed")})`;
}

/** Whether values, one per seed, are above 0 on average, by Student's t. */
export function aboveZero(values: readonly number[], what: string): Finding {
  if (!values.length) return notRun;
  const { mean, n } = spread(values);
  const interval = meanInterval(values);
  const seeds = countText(n, "seed");
  if (!interval) return { judgement: "undecided", evidence: `${what} ${signed(mean)} (${seeds})` };
  const { low, high } = interval;
  const evidence = `${what} ${signed(mean)} (95 %: ${signed(low)} to ${signed(high)}; ${seeds})`;
  return low <= 0 && high >= 0 ? { judgement: "undecided", evidence } : concluded(low > 0, evidence, n);
}
