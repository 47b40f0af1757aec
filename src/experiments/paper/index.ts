/** The values that the paper prints, table by table. Figures 5 and 6 print none. */
export { scoreRows } from "./rows";
export { table1 } from "./table1";
export { table2 } from "./table2";
export { table3 } from "./table3";
export { table4 } from "./table4";
export { table5 } from "./table5";
export { table6 } from "./table6";
export { table7 } from "./table7";
export { table8 } from "./table8";
export type {
  PaperCase,
  PaperComparison,
  PaperCorpus,
  PaperKernels,
  PaperLengths,
  PaperPrediction,
  PaperScore,
  PaperSetting,
  PaperSpan,
  PaperSplit,
  PaperStatistics,
  PaperSystem,
} from "./types";
