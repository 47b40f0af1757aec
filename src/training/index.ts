export type { Config, Variant } from "../config/config";
export { applyOverrides, parseConfig, parseStoredConfig } from "../config/parse-config";
export {
  type PaperPresetName,
  type PaperSource,
  type PresetName,
  presetNamed,
  presets,
} from "../config/presets";
export type { TrainingConfig } from "../config/training-config";
export { type InitCorpus, initConfig, withInit } from "./init";
export type { InitRecord, InitReport } from "./init-record";
export type { WordVectorsReport } from "./lexicon";
export {
  type PretrainEpoch,
  type PretrainOptions,
  type PretrainStep,
  pretrain,
} from "./pretrain";
export { engineOfRun } from "./run-engines";
export { readResult, readRun, readTraining, runFiles } from "./run-folder";
export { type CutOffs, trainingSentences } from "./sentences";
export { type TrainOptions, train } from "./train";
export { type CheckpointTimes, selectionOf } from "./trainer";
export type { BeginReport, EpochReport, Selection, StepReport, TrainingResult } from "./training-reports";
