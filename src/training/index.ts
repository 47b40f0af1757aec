export {
  applyOverrides,
  type Config,
  type PresetName,
  parseConfig,
  parseStoredConfig,
  presetNamed,
  presets,
  type TrainingConfig,
  type Variant,
} from "../config/config";
export {
  type PaperPresetName,
  type PaperSource,
  paperPresetNames,
  paperSources,
} from "../config/paper-presets";
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
