/** Shows what the model computed, in notebook cells. Everything takes plain data and needs no engine. */
export { type AttentionOptions, attention, type ShowAttentionOptions, showAttention } from "./attention/show";
export { type CorpusProfileOptions, corpusProfile, showCorpusProfile } from "./corpus-profile/show";
export { type LiveTraining, liveTraining } from "./live-training/show";
export type { ScoredRun } from "./scores-by-length/data";
export { type ScoresByLengthOptions, scoresByLength, showScoresByLength } from "./scores-by-length/show";
export type { PredictedEntity, ShownSentence } from "./sentence/entities";
export { sentence, showSentence } from "./sentence/show";
export type { SentenceOptions } from "./sentence/state";
export { type SweepCurvesOptions, showSweepCurves, sweepCurves } from "./sweep-curves/show";
export { type SweepTableOptions, showSweepTable, sweepTable } from "./sweep-table/show";
export type { Frame, Rows } from "./table/data";
export { showTable, type TableOptions, table } from "./table/show";
export type { StepPoint, TrainingRun } from "./training-curves/data";
export { showTrainingCurves, type TrainingCurvesOptions, trainingCurves } from "./training-curves/show";
export type { TrajectoryOptions } from "./trajectories/paths";
export { showTrajectories, trajectories } from "./trajectories/show";
