import type { LossConfig } from "../../config/loss";
import type { ModelConfig } from "../../config/model";
import type { TrainingConfig, Variant } from "../../training";
import type { PaperCorpus } from "../paper";

/** What a setting changes of a config; the rest is the scale's and the corpus's. */
export interface ConfigChange {
  /** Sets all that paper and released code differ in, before the rest. */
  readonly variant?: Variant;
  readonly model?: Partial<ModelConfig>;
  readonly loss?: Partial<LossConfig>;
  readonly training?: Partial<TrainingConfig>;
}

/** A row of a table, or a point of a figure. */
export interface Setting {
  /** As the paper prints it in the first column; a figure's value of its x axis. */
  readonly label: string;
  readonly change: ConfigChange;
}

export type PlanName =
  | "table1"
  | "table2"
  | "table3"
  | "table4"
  | "table5"
  | "table6"
  | "table7"
  | "table8"
  | "figure5"
  | "figure6"
  | "selection"
  | "differences";

/** What a table or figure of the paper tells of its runs. */
export type Reports =
  /** Statistics of the corpora alone; nothing is trained. */
  | "statistics"
  /** Precision, recall and F1. */
  | "scores"
  /** The same for each entity length. */
  | "scores by length"
  /** The way of single proposals. */
  | "cases";

/** A table or figure of the paper as data: its settings on its corpora, each to be trained with several seeds. */
export interface Plan {
  readonly name: PlanName;
  /** "Table 6: ablation study" */
  readonly title: string;
  readonly reports: Reports;
  readonly corpora: readonly PaperCorpus[];
  /** No settings: nothing is trained. */
  readonly settings: readonly Setting[];
}
