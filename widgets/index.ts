/** Shows what the model computed, in notebook cells. Everything takes plain data and needs no engine. */
export {
  type AttentionOptions,
  attention,
  type ShowAttentionOptions,
  showAttention,
} from "./attention/attention";
export {
  attentionSummary,
  type NamedSummary,
  showAttentionSummary,
} from "./attention-summary/attention-summary";
export { type ComparisonOptions, comparison, showComparison } from "./comparison/comparison";
export { type CorpusProfileOptions, corpusProfile, showCorpusProfile } from "./corpus-profile/corpus-profile";
export { type ErrorsOptions, errors, showErrors } from "./errors/errors";
export { type Evaluated, evaluation, showEvaluation } from "./evaluation/evaluation";
export { type ForestPlotOptions, forestPlot, showForestPlot } from "./forest/forest";
export {
  type HeadImportanceOptions,
  headImportance,
  showHeadImportance,
} from "./head-importance/head-importance";
export { type LiveSweep, liveSweep } from "./live-sweep/live-sweep";
export { type LiveTraining, type LiveTrainingOptions, liveTraining } from "./live-training/live-training";
export {
  type PrecisionRecallOptions,
  precisionRecall,
  showPrecisionRecall,
} from "./precision-recall/precision-recall";
export {
  type ScoresByLengthOptions,
  scoresByLength,
  showScoresByLength,
} from "./scores-by-length/scores-by-length";
export type { ScoredRun } from "./scores-by-length/scores-data";
export { type SentenceOptions, sentence, showSentence } from "./sentence/sentence";
export type { AnnotatedSentence, PredictedEntity } from "./sentence/sentence-entities";
export { sentences, showSentences } from "./sentence/sentences";
export { type SlicesOptions, showSlices, slices } from "./slices/slices";
export { type SweepCurvesOptions, showSweepCurves, sweepCurves } from "./sweep/sweep-curves";
export { type SweepTableOptions, showSweepTable, sweepTable } from "./sweep/sweep-table";
export { showTable, type TableOptions, table } from "./table/table";
export type { Frame, Rows } from "./table/table-grid";
export type { StepPoint, TrainingRun } from "./training-curves/curves-data";
export {
  showTrainingCurves,
  type TrainingCurvesOptions,
  trainingCurves,
} from "./training-curves/training-curves";
export {
  type ShowTrajectoriesOptions,
  showTrajectories,
  type TrajectoryOptions,
  trajectories,
} from "./trajectories/trajectories";
export { showValue } from "./values";
