import type { LengthGroup } from "../corpus/spans";
import type { SplitName } from "../corpus/types";

// The values that the paper prints, table by table. Its figures print none.

/** The corpora that the paper reports on. */
export type PaperCorpus = "GENIA" | "CoNLL03" | "WeiboNER";

/** Precision, recall and F1 in percent, with the two decimals printed; null where the paper prints a dash. */
export interface PaperScore {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number;
}

/** The numbers of a split in Table 1. */
export interface PaperSplit {
  /** #S */
  readonly sentences: number;
  /** #AS: mean tokens per sentence. */
  readonly averageTokens: number;
  /** #NE */
  readonly entities: number;
  /** #AE: mean tokens per entity. */
  readonly averageEntityLength: number;
  /** #ME: most entities in a sentence. */
  readonly maxEntities: number;
}

export type PaperStatistics = Readonly<Record<PaperCorpus, Readonly<Record<SplitName, PaperSplit>>>>;

/** A row of Tables 2 to 4: one system on one corpus, as the paper cites it. */
export interface PaperSystem {
  readonly model: string;
  /** Number in the paper's list of references; absent for the paper's model. */
  readonly reference?: number;
  readonly score: PaperScore;
}

/** Tables 2 to 4. The paper's model comes last. */
export interface PaperComparison {
  readonly corpus: PaperCorpus;
  readonly systems: readonly PaperSystem[];
}

/** Table 5: scores by entity length in tokens. A length for which the paper prints dashes is absent. */
export type PaperLengths = Readonly<
  Record<PaperCorpus, Readonly<Partial<Record<LengthGroup | "all", PaperScore>>>>
>;

/** A row of Tables 6 and 7: one setting of the model on all corpora. */
export interface PaperSetting<Key extends string = string> {
  /** Key of the plan's setting. */
  readonly key: Key;
  /** The table's first column, as printed. */
  readonly setting: string;
  readonly scores: Readonly<Record<PaperCorpus, PaperScore>>;
}

/** The rows of Table 6: the full model, and the config key that each ablation changes. */
export type AblationKey =
  | "origin"
  | "backward"
  | "spatial"
  | "update"
  | "category"
  | "locationIteration"
  | "logitIteration";

/** The rows of Table 7: kernel sizes of the pyramid's convolutions, from the bottom up, as JSON. */
export type KernelsKey = "[]" | "[2]" | "[2,2]" | "[2,2,2]" | "[2,2,2,2]" | "[2,3]" | "[2,3,2]";

/** A mention of Table 8: the positions of its first and last token, and its type as abbreviated. */
export interface PaperSpan {
  readonly start: number;
  readonly end: number;
  readonly type: string;
}

/** A prediction of Table 8 and the trajectory of its proposal. */
export interface PaperPrediction extends PaperSpan {
  /** Whether the paper marks it as correct. */
  readonly right: boolean;
  /** Start and end as printed, from the last location to that of the proposer. */
  readonly path: readonly (readonly [number, number])[];
}

/** A sentence of Table 8, without its words. */
export interface PaperCase {
  readonly gold: readonly PaperSpan[];
  readonly predicted: readonly PaperPrediction[];
}

/**
 * Table 1. Its heading "Train Test Dev" is right only for the row #ME; the other rows have the order train, dev, test. GENIA's
 * 15203 training sentences are as printed; the corpus has 15023.
 */
export const table1: PaperStatistics = {
  GENIA: {
    train: split(15203, 25.4, 46142, 1.94, 21),
    dev: split(1669, 24.6, 4367, 2.14, 25),
    test: split(1854, 26.0, 5506, 2.08, 14),
  },
  CoNLL03: {
    train: split(14041, 14.5, 23499, 1.43, 20),
    dev: split(3250, 15.8, 5942, 1.43, 20),
    test: split(3453, 13.4, 5648, 1.42, 31),
  },
  WeiboNER: {
    train: split(1350, 33.6, 1834, 1.24, 17),
    dev: split(270, 33.2, 371, 1.19, 12),
    test: split(270, 33.8, 405, 1.2, 13),
  },
};

function split(
  sentences: number,
  averageTokens: number,
  entities: number,
  averageEntityLength: number,
  maxEntities: number,
): PaperSplit {
  return { sentences, averageTokens, entities, averageEntityLength, maxEntities };
}

/** Table 2: systems on GENIA. */
export const table2: PaperComparison = {
  corpus: "GENIA",
  systems: [
    { model: "LocateAndLabel", reference: 6, score: score(80.19, 80.89, 80.54) },
    { model: "Pyramid", reference: 22, score: score(79.45, 78.94, 79.19) },
    { model: "BARTNER", reference: 23, score: score(78.89, 79.6, 79.23) },
    { model: "SequenceToSet", reference: 26, score: score(82.31, 78.66, 80.44) },
    { model: "NER-DP", reference: 45, score: score(81.8, 79.3, 80.5) },
    { model: "BioBART", reference: 56, score: score(null, null, 79.93) },
    { model: "LogSumExpDecoder", reference: 57, score: score(79.2, 78.67, 78.93) },
    { model: "Our Model", score: score(81.74, 79.76, 80.74) },
  ],
};

/** Table 3: systems on CoNLL03. */
export const table3: PaperComparison = {
  corpus: "CoNLL03",
  systems: [
    { model: "LocateAndLabel", reference: 6, score: score(92.13, 93.79, 92.94) },
    { model: "PIQN", reference: 17, score: score(93.29, 92.46, 92.87) },
    { model: "NER-DP", reference: 45, score: score(92.85, 92.15, 92.5) },
    { model: "LUKE", reference: 54, score: score(null, null, 92.87) },
    { model: "MRC", reference: 55, score: score(92.47, 93.27, 92.87) },
    { model: "KNN-NER", reference: 58, score: score(92.82, 92.99, 92.93) },
    { model: "Our Model", score: score(92.86, 93.13, 93.0) },
  ],
};

/** Table 4: systems on WeiboNER. */
export const table4: PaperComparison = {
  corpus: "WeiboNER",
  systems: [
    { model: "TFM", reference: 4, score: score(71.29, 67.07, 71.12) },
    { model: "LocateAndLabel", reference: 6, score: score(70.11, 68.12, 69.16) },
    { model: "KNN-NER", reference: 58, score: score(75.0, 69.92, 72.03) },
    { model: "SLK-NER", reference: 59, score: score(61.8, 66.3, 64.0) },
    { model: "BoundaryDet", reference: 60, score: score(null, null, 70.14) },
    { model: "ChineseBERT", reference: 61, score: score(68.75, 72.97, 71.26) },
    { model: "AESINER", reference: 62, score: score(null, null, 69.78) },
    { model: "Our Model", score: score(72.93, 71.85, 72.38) },
  ],
};

/** Table 5: scores by entity length. */
export const table5: PaperLengths = {
  GENIA: {
    "1": score(86.59, 80.46, 83.41),
    "2": score(83.01, 80.19, 81.58),
    "3": score(77.57, 78.07, 77.82),
    "4": score(75.49, 78.4, 76.92),
    "≥5": score(72.99, 78.99, 75.87),
    all: score(81.74, 79.76, 80.74),
  },
  CoNLL03: {
    "1": score(93.55, 92.68, 93.11),
    "2": score(94.04, 94.32, 94.18),
    "3": score(90.04, 91.22, 90.63),
    "4": score(92.1, 94.59, 93.33),
    "≥5": score(85.18, 92.0, 88.46),
    all: score(92.86, 93.13, 93.0),
  },
  WeiboNER: {
    "1": score(80.52, 74.61, 77.46),
    "2": score(57.31, 61.84, 59.49),
    all: score(72.93, 71.85, 72.38),
  },
};

function score(precision: number | null, recall: number | null, f1: number): PaperScore {
  return { precision, recall, f1 };
}

/**
 * Table 6: ablations. "-" means that the module is removed or replaced. "Origin" is the row [2,2] of Table 7 for GENIA and
 * CoNLL03, [2,2,2] for WeiboNER.
 */
export const table6: readonly PaperSetting<AblationKey>[] = [
  row("origin", "Origin", [81.5, 79.07, 80.27], [92.48, 93.0, 92.74], [72.93, 71.85, 72.38]),
  row("backward", "-Backward block", [80.58, 79.65, 80.11], [91.72, 92.66, 92.19], [71.42, 70.37, 70.89]),
  row("spatial", "-Spatial modulation", [81.46, 78.71, 80.06], [92.0, 92.95, 92.47], [71.5, 69.38, 70.42]),
  row("update", "-Gated Update", [80.85, 78.78, 79.8], [92.36, 93.11, 92.73], [71.18, 71.35, 71.27]),
  row("category", "-Category embedding", [81.39, 78.58, 79.96], [92.2, 92.79, 92.49], [69.64, 67.4, 68.5]),
  row(
    "locationIteration",
    "-Locations iteration",
    [81.62, 78.67, 80.12],
    [92.02, 93.18, 92.6],
    [71.92, 70.86, 71.39],
  ),
  row(
    "logitIteration",
    "-Logarithms iteration",
    [81.07, 79.11, 80.08],
    [92.05, 92.66, 92.35],
    [73.76, 70.12, 71.89],
  ),
];

/** Table 7: kernel sizes of the pyramid. */
export const table7: readonly PaperSetting<KernelsKey>[] = [
  row("[]", "[]", [81.35, 78.6, 79.95], [92.21, 92.95, 92.58], [73.35, 71.35, 72.34]),
  row("[2]", "[2]", [80.88, 78.44, 79.69], [92.34, 92.88, 92.61], [72.44, 70.12, 71.26]),
  row("[2,2]", "[2,2]", [81.5, 79.07, 80.27], [92.48, 93.0, 92.74], [72.58, 68.64, 70.55]),
  row("[2,2,2]", "[2,2,2]", [81.23, 78.55, 79.87], [91.49, 92.77, 92.13], [72.93, 71.85, 72.38]),
  row("[2,2,2,2]", "[2,2,2,2]", [81.24, 78.67, 79.94], [92.24, 92.63, 92.43], [72.19, 69.87, 71.01]),
  row("[2,3]", "[2,3]", [80.09, 79.09, 80.01], [92.0, 92.74, 92.37], [72.68, 71.6, 72.13]),
  row("[2,3,2]", "[2,3,2]", [81.19, 78.35, 79.74], [91.75, 92.45, 92.1], [71.89, 71.35, 71.62]),
];

function row<Key extends string>(
  key: Key,
  setting: string,
  GENIA: ScoreTuple,
  CoNLL03: ScoreTuple,
  WeiboNER: ScoreTuple,
): PaperSetting<Key> {
  const scores = { GENIA: score(...GENIA), CoNLL03: score(...CoNLL03), WeiboNER: score(...WeiboNER) };
  return { key, setting, scores };
}

type ScoreTuple = readonly [precision: number, recall: number, f1: number];

/** Table 6 or 7 as rows for `showTable`: precision, recall and F1 of each setting on each corpus, in percent. */
export function scoreRows(
  settings: readonly PaperSetting[],
): Readonly<Record<string, string | number | null>>[] {
  return settings.map(({ setting, scores }) => {
    const columns = Object.entries(scores).flatMap(([corpus, { precision, recall, f1 }]) => [
      [`${corpus} P`, precision],
      [`${corpus} R`, recall],
      [`${corpus} F1`, f1],
    ]);
    return { setting, ...Object.fromEntries(columns) };
  });
}

/**
 * Table 8: three sentences of GENIA, without their words. Positions count from 0, both ends inclusive. Types are abbreviated as
 * printed: CEL, DNA, PRO. A gold mention of the second sentence ends at 23, the prediction for it at 22.
 */
export const table8: readonly PaperCase[] = [
  {
    gold: [
      span(2, 3, "CEL"),
      span(7, 7, "PRO"),
      span(14, 15, "PRO"),
      span(33, 34, "PRO"),
      span(40, 40, "PRO"),
    ],
    predicted: [
      prediction(true, span(2, 3, "CEL"), [2.46, 3.06], [2.87, 3.01]),
      prediction(true, span(7, 7, "PRO"), [7.0, 6.83], [6.98, 7.01]),
      prediction(true, span(14, 15, "PRO"), [14.41, 15.06], [14.76, 15.03]),
      prediction(true, span(33, 34, "PRO"), [33.45, 34.04], [33.88, 34.01]),
      prediction(true, span(37, 37, "PRO"), [36.92, 36.9], [36.96, 37.01]),
    ],
  },
  {
    gold: [
      ...[span(3, 3, "PRO"), span(2, 4, "PRO"), span(12, 13, "CEL"), span(11, 13, "CEL")],
      ...[span(21, 22, "CEL"), span(20, 23, "CEL"), span(26, 27, "CEL"), span(25, 27, "CEL")],
    ],
    predicted: [
      prediction(true, span(3, 3, "PRO"), [3.12, 2.74], [2.98, 3.01]),
      prediction(true, span(2, 4, "PRO"), [3.37, 3.96], [3.82, 4.02]),
      prediction(false, span(11, 13, "DNA"), [11.95, 13.11], [12.61, 13.03]),
      prediction(false, span(12, 13, "DNA"), [12.69, 13.91], [13.11, 14.06]),
      prediction(false, span(20, 22, "DNA"), [21.24, 22.15], [21.74, 22.02]),
    ],
  },
  {
    gold: [
      ...[span(5, 5, "PRO"), span(5, 6, "DNA"), span(9, 9, "PRO"), span(9, 10, "DNA")],
      ...[span(25, 25, "PRO"), span(25, 27, "PRO"), span(31, 32, "CEL")],
    ],
    predicted: [
      prediction(true, span(5, 5, "PRO"), [5.08, 4.77], [4.98, 5.01]),
      prediction(false, span(5, 6, "CEL"), [5.45, 6.0], [5.86, 6.01]),
      prediction(false, span(9, 10, "CEL"), [9.46, 9.98], [9.89, 10.01]),
      prediction(true, span(25, 25, "PRO"), [24.91, 24.83], [24.97, 25.02]),
      prediction(true, span(25, 27, "PRO"), [26.17, 27.02], [26.73, 27.03]),
      prediction(false, span(31, 32, "PRO"), [31.38, 32.12], [31.88, 32.01]),
    ],
  },
];

function span(start: number, end: number, type: string): PaperSpan {
  return { start, end, type };
}

/** @param path as printed, from left to right */
function prediction(right: boolean, mention: PaperSpan, ...path: PaperPrediction["path"]): PaperPrediction {
  return { ...mention, right, path };
}
