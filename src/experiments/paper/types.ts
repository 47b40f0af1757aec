import type { LengthGroup } from "../../corpus/spans";
import type { SplitName } from "../../corpus/types";

/** The corpora that the paper reports on. */
export type PaperCorpus = "GENIA" | "CoNLL03" | "WeiboNER";

/** Precision, recall and F1 in percent, with the two decimals printed; null where the paper prints a dash. */
export interface PaperScore {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number;
}

/** A row of Tables 2 to 4: one system on one corpus, as the paper cites it. */
export interface PaperSystem {
  readonly model: string;
  /** Number in the paper's list of references; absent for the paper's own model. */
  readonly reference?: number;
  readonly score: PaperScore;
}

/** Tables 2 to 4: the paper's own model comes last. */
export interface PaperComparison {
  readonly corpus: PaperCorpus;
  readonly systems: readonly PaperSystem[];
}

/** Table 5: scores by entity length in tokens; a length for which the paper prints dashes is absent. */
export type PaperLengths = Readonly<
  Record<PaperCorpus, Readonly<Partial<Record<LengthGroup | "all", PaperScore>>>>
>;

/** A row of Tables 6 and 7: one setting of the model on all corpora. */
export interface PaperSetting {
  /** As printed: the table's first column. */
  readonly setting: string;
  readonly scores: Readonly<Record<PaperCorpus, PaperScore>>;
}

/** A row of Table 7. */
export interface PaperKernels extends PaperSetting {
  /** Kernel sizes of the pyramid's convolutions, from the bottom up. */
  readonly kernels: readonly number[];
}

/** A mention of Table 8: positions of its first and last token, and its type as abbreviated. */
export interface PaperSpan {
  readonly start: number;
  readonly end: number;
  readonly type: string;
}

/** What the model predicted there, and where its proposal stood. */
export interface PaperPrediction extends PaperSpan {
  /** Whether it has a tick. */
  readonly right: boolean;
  /** Start and end, as printed from left to right: next to the prediction first, the proposer's last. */
  readonly path: readonly (readonly [number, number])[];
}

/** A sentence of Table 8, without its words. */
export interface PaperCase {
  readonly gold: readonly PaperSpan[];
  readonly predicted: readonly PaperPrediction[];
}

/** What Table 1 prints of a split. */
export interface PaperSplit {
  /** #S */
  readonly sentences: number;
  /** #AS: mean tokens of a sentence. */
  readonly averageTokens: number;
  /** #NE */
  readonly entities: number;
  /** #AE: mean tokens of an entity. */
  readonly averageEntityLength: number;
  /** #ME: most entities in one sentence. */
  readonly maxEntities: number;
}

export type PaperStatistics = Readonly<Record<PaperCorpus, Readonly<Record<SplitName, PaperSplit>>>>;
