import { InputError } from "../base/errors";
import { nearest } from "../base/schema";
import type { AblationKey, KernelsKey, PaperCorpus } from "./paper";
import {
  ablations,
  attentionHeads,
  type BatchingKey,
  baselineSettings,
  batchingSettings,
  differences,
  gateReadings,
  type HeadsKey,
  kernelSizes,
  type LayersKey,
  learningCurves,
  main,
  regressorLayers,
  type Setting,
  selections,
} from "./settings";

/** The settings of each plan that the paper's tables or the claims refer to, by their keys. */
export interface PlanKeys {
  readonly table1: never;
  readonly table2: "main";
  readonly table3: "main";
  readonly table4: "main";
  readonly table5: "main";
  readonly table6: AblationKey;
  readonly table7: KernelsKey;
  readonly table8: "main";
  readonly figure5: LayersKey;
  readonly figure6: HeadsKey;
  readonly readings: never;
  readonly baselines: never;
  readonly "training-size": never;
  readonly selection: "dev" | "test";
  readonly differences: never;
  readonly batching: BatchingKey;
  /** Your own settings (`ablation.ts`). */
  readonly ablation: never;
}

export type PlanName = keyof PlanKeys;

/** The content of a table or figure: statistics of the corpora, scores, scores by entity length, or single proposals. */
export type Reports = "statistics" | "scores" | "scores by length" | "cases";

/** A table or figure of the paper as data: settings on corpora, each to be trained with several seeds. */
export interface Plan {
  readonly name: PlanName;
  /** "Table 6: ablations" */
  readonly title: string;
  readonly reports: Reports;
  readonly corpora: readonly PaperCorpus[];
  /** Empty if nothing is trained. */
  readonly settings: readonly Setting[];
  /** The property that the settings vary. Default "model". */
  readonly variable?: string;
}

/** Whether a plan has your own settings, which have no counterpart in the paper. */
export const isOwnAblation = ({ name }: Plan): boolean => name === "ablation";

const all: readonly PaperCorpus[] = ["GENIA", "CoNLL03", "WeiboNER"];

/**
 * The paper's tables and figures that report results. Tables 2 to 5 and 8 are of the main model, which we take to be Table 6's
 * "Origin". Their scores differ (GENIA 80.74 and 80.27); the paper does not say why.
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
  {
    name: "table6",
    title: "Table 6: ablations",
    reports: "scores",
    corpora: all,
    settings: ablations,
    variable: "setting",
  },
  {
    name: "table7",
    title: "Table 7: kernel sizes",
    reports: "scores",
    corpora: all,
    settings: kernelSizes,
    variable: "kernel sizes",
  },
  { name: "table8", title: "Table 8: case study", reports: "cases", corpora: ["GENIA"], settings: main },
  {
    name: "figure5",
    title: "Figure 5: regressor layers",
    reports: "scores by length",
    corpora: ["GENIA"],
    settings: regressorLayers,
    variable: "regressor layers",
  },
  {
    name: "figure6",
    title: "Figure 6: attention heads",
    reports: "scores by length",
    corpora: ["GENIA"],
    settings: attentionHeads,
    variable: "attention heads",
  },
];

/** Plans that are not in the paper. */
export const supplements: readonly Plan[] = [
  {
    name: "readings",
    title: "Supplement: readings of “-Gated Update”",
    reports: "scores",
    corpora: all,
    settings: gateReadings,
    variable: "reading",
  },
  {
    name: "baselines",
    title: "Supplement: baselines",
    reports: "scores",
    corpora: all,
    settings: baselineSettings,
  },
  {
    name: "training-size",
    title: "Supplement: learning curves",
    reports: "scores",
    corpora: all,
    settings: learningCurves,
    variable: "training sentences",
  },
  {
    name: "selection",
    title: "Supplement: choosing the epoch on the test split",
    reports: "scores",
    corpora: all,
    settings: selections,
  },
  {
    name: "batching",
    title: "Supplement: how batches are drawn",
    reports: "scores",
    corpora: all,
    settings: batchingSettings,
    variable: "batching",
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
 * The plans of these names, each once, in the paper's order. "all" names the paper's plans, without the supplements.
 * @throws InputError naming the nearest plan
 */
export function plansNamed(names: readonly string[]): Plan[] {
  const every = [...plans, ...supplements];
  const knownNames: readonly string[] = every.map(({ name }) => name);
  for (const name of names) {
    if (name !== "all" && !knownNames.includes(name))
      throw new InputError(`There is no plan "${name}"${nearest(name, [...knownNames, "all"])}`);
  }
  return every.filter((plan) => names.includes(plan.name) || (names.includes("all") && plans.includes(plan)));
}

/** @throws InputError naming the nearest plan */
export function planNamed(name: PlanName): Plan {
  return plansNamed([name])[0];
}
