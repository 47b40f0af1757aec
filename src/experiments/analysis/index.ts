export {
  type Analysis,
  type AnalysisOptions,
  analyze,
  type Comparison,
  type Conclusion,
  type TableSummary,
} from "./analyze";
export type { ResultCell } from "./cells";
export type { Contrast } from "./contrast";
export type { SingleRuns } from "./single-runs";
export {
  cellRows,
  comparisonRows,
  conclusionRows,
  convergenceRows,
  errorGainRows,
  lengthRows,
  measureRows,
  singleRunRows,
  type TextRow,
  varianceRows,
} from "./table-rows";
export {
  differenceResults,
  type LengthScores,
  lengthScores,
  sweepResults,
  type TrainingSeries,
  trainingSeries,
} from "./views";
