import { Random } from "../../engine/random";
import { manyDraws } from "./friedman";
import { rankCorrelation } from "./statistics";

/** How often a table of one run per setting, like the paper's, would agree with the paper's table. */
export interface SingleRuns {
  /** Share of such tables in which every setting is on the paper's side of the first one. */
  readonly signs: number;
  /** Mean share of the settings that are on that side. */
  readonly eachSign: number;
  /** Share of such tables in which all settings are in the paper's order. */
  readonly order: number;
  /** Mean rank correlation of such a table with the paper's. */
  readonly correlation: number;
  /** `signs` and `order` if all settings were equal. */
  readonly byChance: { readonly signs: number; readonly order: number };
}

/**
 * Draws a run of each setting, independently, and compares their scores with the paper's.
 * @param scores `[setting][seed]`, the setting first that the others are compared with
 * @param paper the paper's score of each setting
 */
export function singleRuns(
  scores: readonly (readonly number[])[],
  paper: readonly number[],
  { draws = manyDraws, seed = 1 }: { readonly draws?: number; readonly seed?: number } = {},
): SingleRuns {
  const random = new Random(seed);
  const others = paper.length - 1;
  let [signs, eachSign, order, correlation] = [0, 0, 0, 0];
  for (let draw = 0; draw < draws; draw++) {
    const table = scores.map((ofSetting) => ofSetting[random.below(ofSetting.length)]);
    const agreeing = paper.filter(
      (value, at) => at > 0 && Math.sign(table[at] - table[0]) === Math.sign(value - paper[0]),
    ).length;
    const agreement = rankCorrelation(table, paper) ?? 0;
    if (agreeing === others) signs++;
    eachSign += agreeing / others;
    correlation += agreement;
    if (agreement > 1 - 1e-9) order++;
  }
  const above = paper.filter((value) => value > paper[0]).length;
  return {
    signs: signs / draws,
    eachSign: eachSign / draws,
    order: order / draws,
    correlation: correlation / draws,
    byChance: {
      signs: (factorial(above) * factorial(others - above)) / factorial(paper.length),
      order: 1 / factorial(paper.length),
    },
  };
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}
