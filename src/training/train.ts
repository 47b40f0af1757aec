import { join } from "node:path";
import { InputError } from "../base/errors";
import { writeAtomic } from "../base/files";
import { completeModel } from "../baselines/baseline";
import type { Config } from "../config/config";
import { checkConfig } from "../config/parse-config";
import type { TrainingConfig } from "../config/training-config";
import type { SelectOptions, TrainingCorpus } from "../corpus";
import { EntityDetector } from "../detector/entity-detector";
import { loadPretrained } from "../detector/pretrained";
import { placeVectors } from "../detector/word-vectors";
import { Random, startEngine } from "../engine";
import { evaluate } from "../evaluation/evaluate";
import {
  holdsCheckpoint,
  type Progress,
  removePrevious,
  requireBest,
  restoreCheckpoint,
  type TrainState,
} from "./checkpoint";
import { type TrainingObserver, withHost } from "./host";
import { Init, type InitCorpus, initialized } from "./init";
import { rateFactors } from "./learning-rates";
import { type Lexicon, lexiconOf, vectorsReport } from "./lexicon";
import { AdamW } from "./optimizer";
import { enginesOf } from "./run-engines";
import {
  directoryOf,
  isBegun,
  lockRun,
  type RunIdentity,
  readResult,
  runFiles,
  tidyRun,
  writeRun,
  writeTraining,
} from "./run-folder";
import { cutOffsOf, learnableSentences, requireMemory, unreachableOf } from "./sentences";
import { showingResult } from "./show-result";
import { type CheckpointTimes, selectionOf, Trainer } from "./trainer";
import type { EpochReport, TrainingResult } from "./training-reports";

export interface TrainOptions extends TrainingObserver {
  /**
   * The run's folder; see `runFiles`. Default: a folder below `runs`, named by the corpus and a hash of config and corpus, so
   * that the same call resumes the same run.
   */
  readonly directory?: string;
  /** Stops the training after the current step and saves it, so that it can be resumed from there. */
  readonly signal?: AbortSignal;
  /**
   * When to save the run, in addition to the end of each epoch. Does not change the results; a run may resume with another choice.
   */
  readonly checkpoint?: CheckpointTimes;
  /** Resumes a run on another engine and records both. By default this is an error, because engines round differently. */
  readonly allowEngineChange?: boolean;
  /**
   * A trained model to start from, in place of the config's `training.init`. The config must have the settings of its model
   * ({@link initConfig}). With the config and corpus of an interrupted run, training continues where that run stopped.
   */
  readonly init?: string;
  /** The corpus that this model was trained on. Its dev split, or else test, is scored with the model and with the new one. */
  readonly initCorpus?: InitCorpus;
  /** Receives the progress of reading the file of word vectors. */
  readonly onVectors?: SelectOptions["onProgress"];
  /** Receives a line for each repair, and for each split that BERT does not read completely. Default: standard error. */
  readonly onRemark?: (line: string) => void;
}

interface Run extends TrainOptions {
  readonly config: Config;
  readonly corpus: TrainingCorpus;
  readonly directory: string;
}

/**
 * Trains a model into a folder. Resumes an interrupted or killed run from its last saved step, and ends with the weights of
 * an uninterrupted one. Returns the result of a complete run without training. In a notebook, a run with neither `onStep` nor
 * `onEpoch` shows its progress, and a run without a `signal` stops when the cell is interrupted.
 * @throws InputError for a config with a value out of range, if the folder holds another run, cannot be written or is being trained
 *   into, if there is no sentence to learn from, or if another engine computed the run to resume
 * @throws the signal's reason when it aborts
 */
export async function train(
  config: Config,
  corpus: TrainingCorpus,
  options: TrainOptions = {},
): Promise<TrainingResult> {
  const { init = config.training.init } = options;
  const checked = checkConfig({ ...config, training: { ...config.training, init } });
  const { directory = directoryOf(checked, corpus) } = options;
  const observed = withHost({ ...options, config: checked, corpus, directory });
  let problem: unknown;
  try {
    return showingResult(await run(observed));
  } catch (error) {
    problem = error;
    throw error;
  } finally {
    await observed.onEnd?.(problem);
  }
}

async function run(options: Run): Promise<TrainingResult> {
  const { config, corpus, directory } = options;
  const { signal, onVectors: onProgress, onRemark = console.warn } = options;
  const sentences = learnableSentences(corpus, config.training, onRemark);
  const init = Init.read(config.training, corpus, options.initCorpus);
  const begun =
    isBegun(directory, config, corpus, init?.record) || (init?.copyRun(config, corpus, directory) ?? false);
  const complete = begun && intactResult(directory, onRemark);
  if (complete) return complete;

  const engine = await startEngine();
  const engines = enginesOf(directory, engine, options.allowEngineChange ?? false);
  const settings = { ...config, model: completeModel(config.model, sentences) };
  requireMemory(settings.model, corpus, sentences);
  const random = new Random(config.training.seed);
  const resumes = holdsCheckpoint(directory);
  const lexicon = init ? undefined : await lexiconOf(config, sentences, corpus, { signal, onProgress });
  const vectors = lexicon?.vectors && vectorsReport(config, corpus, lexicon.vectors);
  init?.remark(corpus, onRemark);
  await init?.readVectors(corpus, signal, onRemark);
  const detector = init
    ? initialized(init, init.describe(settings, corpus, sentences), resumes ? undefined : random)
    : newDetector(settings, corpus, lexicon!, resumes ? undefined : random);
  let optimizer: AdamW | undefined;
  let release: (() => void) | undefined;
  try {
    optimizer = optimizerOf(detector, config.training);
    // Before anything is written, because the weights may be missing or damaged.
    if (!resumes && !init) loadPretrained(detector);
    const state: TrainState = { detector, optimizer, random };
    const progress: Progress = resumes
      ? restoreCheckpoint(directory, state, onRemark)
      : { epochs: [], seconds: 0 };
    release = prepareFolder(
      directory,
      { config, corpus, engines, init: init?.record },
      begun ? progress : undefined,
    );
    if (resumes) requireBest(directory, progress, detector, onRemark);
    detector.cacheBertOutputs();
    const cutOff = cutOffsOf(detector.description, { ...corpus.splits, train: sentences }, onRemark);
    const unreachable = unreachableOf(detector, { ...corpus.splits, train: sentences }, onRemark);
    const { size: parameters, trainedSize: trainedParameters } = detector.architecture.parameters;
    options.onBegin?.({
      seed: config.training.seed,
      parameters,
      trainedParameters,
      sentences: sentences.length,
      engine: engine.name,
      selection: selectionOf(config, corpus),
      wordVectors: vectors,
      resumedAfter: progress.epochs.length,
      earlier: progress.epochs,
      resumedSteps: progress.underWay?.steps ?? 0,
    });
    const trainer = new Trainer({ ...options, onRemark }, sentences, state, progress);
    const { epochs, seconds } = await trainer.run();
    const bestEpoch = bestEpochOf(epochs);
    const result: TrainingResult = {
      epochs,
      scores: await finalScores(options, epochs[bestEpoch - 1]),
      bestEpoch,
      seconds,
      parameters,
      engines,
      corpus: { name: corpus.name, hash: corpus.hash },
      init: await init?.report(join(directory, runFiles.best), signal),
      wordVectors: vectors,
      cutOff,
      unreachable,
      directory,
    };
    writeAtomic(join(directory, runFiles.result), `${JSON.stringify(result, null, 2)}\n`);
    removePrevious(directory);
    return result;
  } finally {
    release?.();
    optimizer?.dispose();
    detector.dispose();
  }
}

/** The number of the kept epoch. */
function bestEpochOf(epochs: readonly EpochReport[]): number {
  return epochs.findLast(({ best }) => best)?.epoch ?? epochs.length;
}

/** The result of a complete run; `undefined` if it is damaged but can be rebuilt from the checkpoints. */
function intactResult(directory: string, onRemark: (line: string) => void): TrainingResult | undefined {
  try {
    return readResult(directory);
  } catch (error) {
    if (!(error instanceof InputError) || !holdsCheckpoint(directory)) throw error;
    onRemark(`${error.message}; rebuilt from the last checkpoint`);
    return undefined;
  }
}

/**
 * Locks the folder and writes the run's identity. A folder that cannot be written fails here rather than at the first
 * checkpoint.
 * @param begun the progress of a resumed run
 * @returns releases the lock
 * @throws InputError if another process trains into the folder, or it cannot be written
 */
function prepareFolder(directory: string, identity: RunIdentity, begun: Progress | undefined): () => void {
  const release = lockRun(directory);
  try {
    tidyRun(directory);
    writeRun(directory, identity);
    // The log lacks a line if the process was killed after it wrote the checkpoint.
    if (begun) writeTraining(directory, begun.epochs);
    return release;
  } catch (error) {
    release();
    throw error;
  }
}

function optimizerOf(
  { description, architecture: { parameters } }: EntityDetector,
  { freeze, weightDecay, decay, ...rates }: TrainingConfig,
): AdamW {
  parameters.freeze(freeze, "training.freeze");
  return new AdamW(parameters, weightDecay, decay, rateFactors(parameters, rates, description.model.bert));
}

function newDetector(
  { model }: Config,
  { types, tokenizer }: TrainingCorpus,
  { vocabularies, vectors }: Lexicon,
  random: Random | undefined,
): EntityDetector {
  const { wordVectors } = model;
  if (!vectors || !wordVectors) return new EntityDetector({ model, types, vocabularies, tokenizer }, random);
  // The stored model names its vectors by their hash.
  const hashed = { ...model, wordVectors: { ...wordVectors, sha256: vectors.source.sha256 } };
  const detector = new EntityDetector({ model: hashed, types, vocabularies, tokenizer }, random);
  try {
    placeVectors(detector.architecture.parameters, vectors, wordVectors);
  } catch (error) {
    detector.dispose();
    throw error;
  }
  return detector;
}

/** The best epoch's scores on dev and test. Unless `selectOn` is test, this is the first use of test. */
async function finalScores(
  { corpus, directory, signal }: Run,
  { dev }: EpochReport,
): Promise<TrainingResult["scores"]> {
  const onDev = dev && { dev };
  if (!corpus.splits.test.length) return { ...onDev };
  const best = await EntityDetector.load(join(directory, runFiles.best));
  try {
    return { ...onDev, test: await evaluate(best, corpus.splits.test, { signal }) };
  } finally {
    best.dispose();
  }
}
