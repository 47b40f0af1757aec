export {
  type AttentionFilter,
  type AttentionFinding,
  type AttentionShares,
  type AttentionSummary,
  type AttentionSummaryOptions,
  attentionSummary,
  type HeadMean,
  type HeadSummary,
  searchAttention,
} from "./attention-summary";
export { bootstrapScores } from "./bootstrap";
export {
  type Calibration,
  fitTemperature,
  type JudgedProbability,
  type ReliabilityBin,
} from "./calibration";
export {
  type Change,
  type ComparedEntity,
  type ComparedRun,
  type CompareOptions,
  changes,
  compare,
  type Difference,
  type RunComparison,
  type RunPair,
  type ScoreDifference,
} from "./compare";
export { type CountTable, countTable } from "./counts";
export { type EnsembleEvaluation, evaluateEnsemble, type MemberMean } from "./ensemble";
export { casesOf, type EntityCase, type ErrorKind, errorKinds } from "./entity-cases";
export {
  type AtlasCase,
  type ErrorAtlas,
  type ErrorGroup,
  type ErrorKindRow,
  type ErrorOptions,
  type ErrorRow,
  errorRows,
  errors,
} from "./errors";
export {
  type EvaluatedSentence,
  type EvaluateOptions,
  type Evaluation,
  evaluate,
  evaluateSentences,
  type ScoringRules,
} from "./evaluate";
export {
  type HeadImportance,
  headImportance,
  type ImportanceOptions,
  type RankedImportance,
  rankImportance,
} from "./head-importance";
export { type SameTypeInner, sameTypeInners, withoutSameTypeInner } from "./inner-mentions";
export {
  type CandidateSentence,
  detectorCurves,
  type OperatingCurve,
  type OperatingCurves,
  type OperatingPoint,
  operatingCurves,
} from "./operating-point";
export {
  type CountedEntity,
  outcomesOf,
  type SentenceOutcome,
  type SpuriousLength,
  spuriousGroup,
  spuriousLengths,
} from "./outcomes";
export { type BootstrapOptions, bootstrapSums } from "./resample";
export {
  fewestGold,
  type Grouped,
  type Interval,
  type Score,
  type ScoreInterval,
  type ScoreIntervals,
  type Scores,
} from "./score-types";
export { scoreEntities, scoresOf } from "./scores";
export { type MentionGroup, mentionGroups } from "./seen-mentions";
export { readSlices } from "./slice-file";
export {
  type Slice,
  type SlicedEntity,
  type SlicedScores,
  type SliceOptions,
  type SliceScore,
  sliceScores,
} from "./slices";
export { type ComparedTraces, traceChanges } from "./trace-changes";
export { approachRows, entropyRows, headRows, type TraceRow } from "./trace-tables";
export { sumByUnit, type TestUnits, unitsOf } from "./units";
