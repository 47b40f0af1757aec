export { type Analysis, type AnalysisOptions, analyze, type Comparison, type Conclusion } from "./analyze";
export type { ResultCell } from "./cells";
export type { Contrast } from "./draws";
export {
  cellRows,
  comparisonRows,
  conclusionRows,
  convergenceRows,
  lengthRows,
  measureRows,
  type TextRow,
} from "./table-rows";
export { type LengthScores, lengthScores, sweepResults, type TrainingSeries, trainingSeries } from "./views";
