export { type AblationSettings, ablationPlan, plansOf, readAblation } from "./ablation";
export * from "./analysis";
export { corpusFolder, corpusNamed, type ExperimentCorpus } from "./corpora";
export { type Estimate, estimate } from "./estimate";
export {
  type Cell,
  configOf,
  type Grid,
  type GridOptions,
  gridOf,
  runLabels,
  type SweepRunLabel,
} from "./grid";
export { completeRuns, doneOnOtherEngines, type KnownRun, type Overview, overview, runsIn } from "./overview";
export { type PlanPower, planPower, powerText } from "./plan-power";
export { type Plan, type PlanKeys, type PlanName, plans, plansNamed, supplements } from "./plans";
export { missingPretrained } from "./pretrained-files";
export { corporaAtHand, type Report, reportLatex, reportMarkdown, reportOf } from "./report";
export {
  type Results,
  type RunRecord,
  resultRows,
  resultsOf,
  type Scoring,
  scoringText,
  usualScoring,
  writeResults,
} from "./results";
export type { Measures } from "./run/measures";
export { sweepFiles } from "./run/run-files";
export { type Provenance, type RunResult, readRunResult, readSentenceResults } from "./run/run-result";
export { prepareRun, type RunProgress, type RunState, readSpec, runFolder, stateOf } from "./run/run-state";
export { type Scale, type ScaleName, scales } from "./scales";
export type { Setting } from "./settings";
export { smallestEffect } from "./smallest-effect";
export { type RunSpec, resultsVersion, runId } from "./spec";
export { type StepTime, stepTime } from "./step-time";
export { drive, submitMissing } from "./sweep/drive";
export type { Executor, Job } from "./sweep/executor";
export { prepareJobs } from "./sweep/jobs";
export { LocalExecutor } from "./sweep/local-executor";
export { type AblationOptions, ablate, runTable, type SweepOptions } from "./sweep/run-table";
export { SlurmExecutor } from "./sweep/slurm-executor";
export type { EndedRun, SweepMoment } from "./sweep/sweep-progress";
export { drawRuns, type Repeatable, repeatableRuns, type Verification, verify } from "./verify";
