import { InputError } from "../../base/errors";
import { nearest } from "../../base/schema";
import type { PaperCorpus } from "../paper";
import {
  ablations,
  attentionHeads,
  differences,
  kernelSizes,
  origin,
  regressorLayers,
  selections,
} from "./settings";
import type { Plan, PlanName } from "./types";

export type { ConfigChange, Plan, PlanName, Reports, Setting } from "./types";

const all: readonly PaperCorpus[] = ["GENIA", "CoNLL03", "WeiboNER"];
const main = [{ ...origin, label: "Our Model" }];

/**
 * Every table and figure of the paper that reports results. Tables 2 to 5 and 8 are of the main model, which we take to be
 * Table 6's "Origin": their scores differ (GENIA 80.74 and 80.27), and by what, the paper does not say.
 */
export const plans: readonly Plan[] = [
  { name: "table1", title: "Table 1: corpora", reports: "statistics", corpora: all, settings: [] },
  { name: "table2", title: "Table 2: GENIA", reports: "scores", corpora: ["GENIA"], settings: main },
  { name: "table3", title: "Table 3: CoNLL03", reports: "scores", corpora: ["CoNLL03"], settings: main },
  { name: "table4", title: "Table 4: WeiboNER", reports: "scores", corpora: ["WeiboNER"], settings: main },
  {
    name: "table5",
    title: "Table 5: entity lengths",
    reports: "scores by length",
    corpora: all,
    settings: main,
  },
  { name: "table6", title: "Table 6: ablations", reports: "scores", corpora: all, settings: ablations },
  { name: "table7", title: "Table 7: kernel sizes", reports: "scores", corpora: all, settings: kernelSizes },
  { name: "table8", title: "Table 8: case study", reports: "cases", corpora: ["GENIA"], settings: main },
  {
    name: "figure5",
    title: "Figure 5: regressor layers",
    reports: "scores by length",
    corpora: ["GENIA"],
    settings: regressorLayers,
  },
  {
    name: "figure6",
    title: "Figure 6: attention heads",
    reports: "scores by length",
    corpora: ["GENIA"],
    settings: attentionHeads,
  },
];

/** What the paper does not report but a reader of it may ask. */
export const supplements: readonly Plan[] = [
  {
    name: "selection",
    title: "Supplement: choosing the epoch by the test split",
    reports: "scores",
    corpora: all,
    settings: selections,
  },
  {
    name: "differences",
    title: "Supplement: where paper and released code differ",
    reports: "scores",
    corpora: all,
    settings: differences,
  },
];

/**
 * The plans of these names, each once, in the paper's order; "all" names the paper's, without the supplements.
 * @throws InputError naming the nearest plan
 */
export function plansNamed(names: readonly string[]): Plan[] {
  const every = [...plans, ...supplements];
  const known: readonly PlanName[] = every.map(({ name }) => name);
  for (const name of names) {
    if (name !== "all" && !known.some((one) => one === name))
      throw new InputError(`There is no plan "${name}"${nearest(name, [...known, "all"])}`);
  }
  return every.filter((plan) => names.includes(plan.name) || (names.includes("all") && plans.includes(plan)));
}
