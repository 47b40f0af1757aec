import { join } from "node:path";
import { InputError } from "../base/errors";
import { writeAtomic } from "../base/files";
import type { Config, TrainingConfig } from "../config/config";
import type { SelectOptions, TrainingCorpus } from "../corpus";
import { EntityDetector } from "../detector/entity-detector";
import { loadPretrained } from "../detector/pretrained";
import { placeVectors } from "../detector/word-vectors";
import { Random, startEngine } from "../engine";
import { evaluate } from "../evaluation/evaluate";
import {
  dropPrevious,
  holdsCheckpoint,
  type Progress,
  requireBest,
  restoreCheckpoint,
  type Trained,
} from "./checkpoint";
import { cutOffsOf } from "./cut-off";
import { hosted, type TrainingObserver } from "./host";
import { type Lexicon, lexiconOf, vectorsReport } from "./lexicon";
import { occupy } from "./occupation";
import { AdamW } from "./optimizer";
import { rateFactors } from "./rates";
import { enginesOf } from "./run-engines";
import {
  directoryOf,
  isBegun,
  type RunIdentity,
  readResult,
  runFiles,
  tidyRun,
  writeRun,
  writeTraining,
} from "./run-folder";
import { learnableSentences, requireRoom } from "./sentences";
import { type CheckpointTimes, selectionOf, Trainer } from "./trainer";
import type { EpochReport, TrainingResult } from "./types";

export interface TrainOptions extends TrainingObserver {
  /**
   * The run's folder; see `runFiles`. Default: a folder below `runs` named by the corpus and by a hash of config and corpus, so that
   * the same call goes on with the same run.
   */
  readonly directory?: string;
  /** Stops the training after the step under way and saves it, so that it can be gone on from there. */
  readonly signal?: AbortSignal;
  /**
   * When the run is saved besides after each epoch. No key of the config, for it changes nothing that is computed: a run may go on
   * with another choice.
   */
  readonly checkpoint?: CheckpointTimes;
  /** Resumes a run on another engine than before; both are recorded. Refused otherwise, because engines round differently. */
  readonly allowEngineChange?: boolean;
  /** How far the file of word vectors is read; not called without. */
  readonly onVectors?: SelectOptions["onProgress"];
  /** Receives a line for each repair, and for each group of sentences that BERT does not read whole. Default: standard error. */
  readonly onRemark?: (line: string) => void;
}

/** A run with all that it is of. */
interface Run extends TrainOptions {
  readonly config: Config;
  readonly corpus: TrainingCorpus;
  readonly directory: string;
}

/**
 * Trains a model into a folder. A folder whose run was interrupted, even killed, is gone on with after the last step that was
 * saved, with the same final weights as if it had never stopped; a finished one is returned as it is. In a notebook, a run with neither
 * `onStep` nor `onEpoch` shows its progress, and one without a `signal` stops when the cell is interrupted.
 * @throws InputError when the folder holds another run, another process trains into it, it cannot be written, no training
 * sentence is left, or a resumed run was computed on another engine
 * @throws the signal's reason when it aborts
 */
export async function train(
  config: Config,
  corpus: TrainingCorpus,
  options: TrainOptions = {},
): Promise<TrainingResult> {
  const { directory = directoryOf(config, corpus) } = options;
  const watched = hosted({ ...options, config, corpus, directory });
  let problem: unknown;
  try {
    return await run(watched);
  } catch (error) {
    problem = error;
    throw error;
  } finally {
    await watched.onEnd?.(problem);
  }
}

async function run(options: Run): Promise<TrainingResult> {
  const { config, corpus, directory } = options;
  const { signal, onVectors: onProgress, onRemark = console.warn } = options;
  const sentences = learnableSentences(corpus, config.training, onRemark);
  const begun = isBegun(directory, config, corpus);
  const finished = begun && wholeResult(directory, onRemark);
  if (finished) return finished;

  const engine = await startEngine();
  const engines = enginesOf(directory, engine, options.allowEngineChange ?? false);
  requireRoom(config.model, corpus, sentences);
  const lexicon = await lexiconOf(config, sentences, corpus, { signal, onProgress });
  const vectors = lexicon.vectors && vectorsReport(config, corpus, lexicon.vectors);
  const random = new Random(config.training.seed);
  const goesOn = holdsCheckpoint(directory);
  const detector = newDetector(config, corpus, lexicon, goesOn ? undefined : random);
  let optimizer: AdamW | undefined;
  let leave: (() => void) | undefined;
  try {
    optimizer = optimizerOf(detector, config.training);
    // before the folder is claimed, because the weights may be missing or damaged
    if (!goesOn) loadPretrained(detector);
    const trained: Trained = { detector, optimizer, random };
    const progress: Progress = goesOn
      ? restoreCheckpoint(directory, trained, onRemark)
      : { epochs: [], seconds: 0 };
    leave = claim(directory, { config, corpus, engines }, begun ? progress : undefined);
    if (goesOn) requireBest(directory, progress, detector, onRemark);
    detector.cacheBertOutputs();
    const cutOff = cutOffsOf(detector.description, { ...corpus.splits, train: sentences }, onRemark);
    options.onBegin?.({
      parameters: detector.network.parameters.size,
      sentences: sentences.length,
      engine: engine.name,
      selection: selectionOf(config, corpus),
      wordVectors: vectors,
      resumedAfter: progress.epochs.length,
      earlier: progress.epochs,
      resumedSteps: progress.underWay?.steps ?? 0,
    });
    const { epochs, seconds } = await new Trainer(options, sentences, trained, progress).run();
    const bestEpoch = epochs.findLast((report) => report.best)?.epoch ?? epochs.length;
    const result: TrainingResult = {
      epochs,
      scores: await finalScores(options, epochs[bestEpoch - 1]),
      bestEpoch,
      seconds,
      parameters: detector.network.parameters.size,
      engines,
      corpus: { name: corpus.name, hash: corpus.hash },
      wordVectors: vectors,
      cutOff,
      directory,
    };
    writeAtomic(join(directory, runFiles.result), `${JSON.stringify(result, null, 2)}\n`);
    dropPrevious(directory);
    return result;
  } finally {
    leave?.();
    optimizer?.dispose();
    detector.dispose();
  }
}

/** The finished run's result; a damaged one is none, for it can be had again from the checkpoints. */
function wholeResult(directory: string, onRemark: (line: string) => void): TrainingResult | undefined {
  try {
    return readResult(directory);
  } catch (error) {
    if (!(error instanceof InputError) || !holdsCheckpoint(directory)) throw error;
    onRemark(`${error.message}; made again from the last checkpoint`);
    return undefined;
  }
}

/**
 * Makes the folder the run's own, or tidies it up after an earlier process. What cannot be written shows here, and not when the
 * first checkpoint is due.
 * @param begun how far the run of the folder has come
 * @returns gives the folder free
 * @throws InputError when another process is training into it, or it cannot be written
 */
function claim(directory: string, identity: RunIdentity, begun: Progress | undefined): () => void {
  const leave = occupy(directory);
  try {
    tidyRun(directory);
    writeRun(directory, identity);
    // a process killed between its last checkpoint and the log has left one line too few
    if (begun) writeTraining(directory, begun.epochs);
    return leave;
  } catch (error) {
    leave();
    throw error;
  }
}

function optimizerOf(
  { description, network: { parameters } }: EntityDetector,
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
  // the stored model says by their hash which vectors it holds
  const own = { ...model, wordVectors: { ...wordVectors, sha256: vectors.source.sha256 } };
  const detector = new EntityDetector({ model: own, types, vocabularies, tokenizer }, random);
  try {
    placeVectors(detector.network.parameters, vectors, wordVectors);
  } catch (error) {
    detector.dispose();
    throw error;
  }
  return detector;
}

/** The best epoch's dev scores, and its weights' scores on test, which nothing before has looked at (but for `selectOn` test). */
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
