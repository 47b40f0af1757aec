export { CorpusError, InputError, PnrError } from "./base/errors";
export { type BertConfig, type FetchOptions, fetchEncoder, PretrainedBert } from "./bert";
export type { ModelConfig } from "./config/model";
export {
  type Checked,
  type Corpus,
  type CorpusProfile,
  checkCorpus,
  corpusProfile,
  corpusStatistics,
  type Entity,
  type Finding,
  type LoadOptions,
  loadCorpus,
  type OpenCorpus,
  openCorpus,
  type PartitionOptions,
  partition,
  Reading,
  type ReadOptions,
  type Remark,
  readSentences,
  type ScoredEntity,
  type Sentence,
  type Sentences,
  type SplitName,
  type SplitStatistics,
  type TextOptions,
  type TextReader,
  type TextSentence,
  type TrainingCorpus,
  type VectorStatistics,
  vectorStatistics,
  type WriteOptions,
  writeSentences,
} from "./corpus";
export {
  type DetectorOptions,
  DisposedError,
  EntityDetector,
  type Predicted,
  type PredictOptions,
  type PredictStreamOptions,
} from "./detector/entity-detector";
export type { InputSentence } from "./detector/input";
export { savePretrained } from "./detector/pretrained";
export type { PredictedText, TextEntity } from "./detector/text";
export type { HeadTrace, LayerTrace, ProposalState, Trace, TracedEntity } from "./detector/trace-types";
export { describeEngine, type EngineInfo, type EngineName, examineEngines, startEngine } from "./engine";
export {
  type BootstrapOptions,
  bootstrapScores,
  type CountTable,
  countTable,
  type EvaluatedSentence,
  type Evaluation,
  evaluate,
  evaluateSentences,
  type Grouped,
  type Interval,
  outcomesOf,
  type Score,
  type ScoreInterval,
  type ScoreIntervals,
  type Scores,
  type SentenceOutcome,
  scoreEntities,
  scoresOf,
} from "./evaluation";
export {
  type Analysis,
  type AnalysisOptions,
  analyse,
  type Comparison,
  type Conclusion,
  cellRows,
  comparisonRows,
  conclusionRows,
  convergenceRows,
  type LengthScores,
  lengthRows,
  lengthScores,
  measureRows,
  type ResultCell,
  sweepResults,
  type TextRow,
  type TrainingSeries,
  trainingSeries,
} from "./experiments/analysis";
export * as paper from "./experiments/paper";
export { type Results, type RunRecord, resultRows, resultsOf, type Scoring } from "./experiments/results";
export type {
  SweepCorpus,
  SweepInterval,
  SweepResults,
  SweepRun,
  SweepScore,
  SweepSetting,
} from "./experiments/sweep-types";
export type { Intervention } from "./model/attention";
export {
  applyOverrides,
  type BeginReport,
  type CheckpointTimes,
  type Config,
  type EpochReport,
  type PretrainEpoch,
  type PretrainOptions,
  parseConfig,
  presets,
  pretrain,
  readResult,
  readTraining,
  type StepReport,
  type TrainingConfig,
  type TrainingResult,
  type TrainOptions,
  train,
} from "./training";
