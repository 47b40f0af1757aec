import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../base/errors";
import { writeAtomic } from "../base/files";
import type { Config, TrainingConfig } from "../config/config";
import { type Corpus, makeBatches, type SelectOptions, type Sentence } from "../corpus";
import { EntityDetector } from "../detector/entity-detector";
import { loadPretrained } from "../detector/pretrained";
import { placeVectors } from "../detector/word-vectors";
import { Random, startEngine } from "../engine";
import { evaluate } from "../evaluation/evaluate";
import type { Scores } from "../evaluation/types";
import { type Progress, restoreCheckpoint, saveBest, saveLast } from "./checkpoint";
import { hosted, type TrainingObserver } from "./host";
import { type Lexicon, lexiconOf, vectorsReport } from "./lexicon";
import { AdamW } from "./optimizer";
import { rateFactors } from "./rates";
import { isBegun, readResult, runFiles, writeRun, writeTraining } from "./run-folder";
import { cosineSchedule, linearSchedule } from "./schedule";
import { TrainingStep } from "./step";
import type { EpochReport, TrainingResult } from "./types";

export interface TrainOptions extends TrainingObserver {
  readonly config: Config;
  readonly corpus: Corpus;
  /** The run's folder; see `runFiles`. */
  readonly directory: string;
  /** Stops the training after the step under way; the epochs done so far stay and can be gone on from. */
  readonly signal?: AbortSignal;
  /** How far the file of word vectors is read; not called without. */
  readonly onVectors?: SelectOptions["onProgress"];
}

/**
 * Trains a model into a folder. A folder whose run was interrupted is gone on with after its last whole epoch, with the
 * same final weights as if it had never stopped; a finished one is returned as it is. In a notebook, a run with neither
 * `onStep` nor `onEpoch` shows its progress, and one without a `signal` stops when the cell is interrupted.
 * @throws InputError when the folder holds another run, or no training sentence is left
 * @throws the signal's reason when it aborts
 */
export async function train(options: TrainOptions): Promise<TrainingResult> {
  const watched = hosted(options);
  let problem: unknown;
  try {
    return await run(watched);
  } catch (error) {
    problem = error;
    throw error;
  } finally {
    watched.onEnd?.(problem);
  }
}

async function run(options: TrainOptions): Promise<TrainingResult> {
  const { config, corpus, directory } = options;
  const sentences = trainingSentences(corpus, config.training);
  if (!sentences.length) {
    throw new InputError(
      `${corpus.name}: no training sentence of at most ${config.training.maxLength} tokens`,
    );
  }
  const begun = isBegun(directory, config, corpus);
  const finished = readResult(directory);
  if (finished) return finished;

  const { signal, onVectors: onProgress } = options;
  const lexicon = await lexiconOf(config, sentences, corpus, { signal, onProgress });
  const vectors = lexicon.vectors && vectorsReport(config, corpus, lexicon.vectors);
  const engine = await startEngine();
  const random = new Random(config.training.seed);
  const last = join(directory, runFiles.last);
  const goesOn = existsSync(last);
  const detector = newDetector(config, corpus, lexicon, goesOn ? undefined : random);
  let optimizer: AdamW | undefined;
  try {
    optimizer = optimizerOf(detector, config.training);
    // before the folder is claimed, because the weights may be missing or damaged
    if (!goesOn) loadPretrained(detector);
    if (!begun) writeRun(directory, config, corpus);
    const progress: Progress = goesOn
      ? restoreCheckpoint(last, detector, optimizer, random)
      : { epochs: [], seconds: 0 };
    detector.keepBertOutputs();
    options.onBegin?.({
      parameters: detector.network.parameters.size,
      sentences: sentences.length,
      engine: engine.name,
      wordVectors: vectors,
      resumedAfter: progress.epochs.length,
    });
    const trainer = new Trainer(options, sentences, detector, optimizer, random, progress);
    const { epochs, seconds } = await trainer.run();
    const bestEpoch = epochs.findLast((report) => report.best)?.epoch ?? epochs.length;
    const result: TrainingResult = {
      epochs,
      scores: await finalScores(options, epochs[bestEpoch - 1]),
      bestEpoch,
      seconds,
      parameters: detector.network.parameters.size,
      engine: engine.name,
      corpus: { name: corpus.name, hash: corpus.hash },
      wordVectors: vectors,
      directory,
    };
    writeAtomic(join(directory, runFiles.result), `${JSON.stringify(result, null, 2)}\n`);
    return result;
  } finally {
    optimizer?.dispose();
    detector.dispose();
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
  { types }: Corpus,
  { vocabularies, vectors }: Lexicon,
  random: Random | undefined,
): EntityDetector {
  const { wordVectors } = model;
  if (!vectors || !wordVectors) return new EntityDetector({ model, types, vocabularies }, random);
  // the stored model says by their hash which vectors it holds
  const own = { ...model, wordVectors: { ...wordVectors, sha256: vectors.source.sha256 } };
  const detector = new EntityDetector({ model: own, types, vocabularies }, random);
  try {
    placeVectors(detector.network.parameters, vectors, wordVectors);
  } catch (error) {
    detector.dispose();
    throw error;
  }
  return detector;
}

/** What is learned from: the first sentences that are not too long. */
export function trainingSentences(
  { splits: { train, dev } }: Corpus,
  { limitTrain, maxLength, trainOn }: TrainingConfig,
): readonly Sentence[] {
  const sentences = trainOn === "train" ? train : [...train, ...dev];
  const short = maxLength === null ? sentences : sentences.filter(({ tokens }) => tokens.length <= maxLength);
  return limitTrain === null ? short : short.slice(0, limitTrain);
}

/** The best epoch's dev scores, and its weights' scores on test, which nothing before has looked at (but for `selectOn` test). */
async function finalScores(
  { corpus, directory }: TrainOptions,
  { dev }: EpochReport,
): Promise<TrainingResult["scores"]> {
  if (!corpus.splits.test.length) return { dev };
  const best = await EntityDetector.load(join(directory, runFiles.best));
  try {
    return { dev, test: await evaluate(best, corpus.splits.test) };
  } finally {
    best.dispose();
  }
}

class Trainer {
  private readonly step: TrainingStep;
  private readonly dev: readonly Sentence[];
  /** What every epoch is scored on only to choose one; else nothing. */
  private readonly test: readonly Sentence[];
  /** Seconds of this process's share of the run. */
  private readonly began = performance.now();

  constructor(
    private readonly options: TrainOptions,
    private readonly sentences: readonly Sentence[],
    private readonly detector: EntityDetector,
    private readonly optimizer: AdamW,
    private readonly random: Random,
    private progress: Progress,
  ) {
    const { training } = options.config;
    const { trainOn, selectOn, limitDev } = training;
    const { test } = options.corpus.splits;
    const dev = trainOn === "train" ? options.corpus.splits.dev : [];
    this.step = new TrainingStep(detector, optimizer, options.config, random);
    this.dev = limitDev === null ? dev : dev.slice(0, limitDev);
    this.test = selectOn === "test" ? test : [];
  }

  async run(): Promise<Progress> {
    const { directory, config, onEpoch } = this.options;
    const before = this.progress.seconds;
    while (this.progress.epochs.length < config.training.epochs && !this.exhausted()) {
      const report = await this.epoch(this.progress.epochs.length + 1);
      const seconds = before + (performance.now() - this.began) / 1000;
      this.progress = { epochs: [...this.progress.epochs, report], seconds };
      this.detector.flushBertOutputs();
      if (report.best) saveBest(directory, this.detector);
      saveLast(directory, this.detector, this.optimizer, this.random, this.progress);
      writeTraining(directory, this.progress.epochs);
      onEpoch?.(report);
    }
    return this.progress;
  }

  /** Whether the F1 that chooses has not risen for `patience` epochs. */
  private exhausted(): boolean {
    const { patience } = this.options.config.training;
    const { epochs } = this.progress;
    return (
      patience !== null && epochs.length >= patience && !epochs.slice(-patience).some((report) => report.best)
    );
  }

  private async epoch(epoch: number): Promise<EpochReport> {
    const { config, signal, onStep } = this.options;
    const { epochs, batchSize, learningRate, warmup } = config.training;
    const batches = makeBatches(this.sentences, batchSize, this.random);
    const schedule =
      config.training.schedule === "linear"
        ? // the released code counts one step an epoch too many where the batches come out even
          linearSchedule(epochs * (Math.floor(this.sentences.length / batchSize) + 1), warmup)
        : cosineSchedule(epochs * batches.length, warmup);
    const began = performance.now();
    let lossSum = 0;
    let seen = 0;
    for (const [index, batch] of batches.entries()) {
      const rate = learningRate * schedule(this.optimizer.steps);
      const { loss, gradientNorm } = this.step.run(
        batch.map((index) => this.sentences[index]),
        rate,
      );
      lossSum += loss * batch.length;
      seen += batch.length;
      const elapsed = (performance.now() - began) / 1000;
      const left = (epochs - epoch + 1) * this.sentences.length - seen;
      onStep?.({
        epoch,
        epochs,
        step: index + 1,
        steps: batches.length,
        loss,
        learningRate: rate,
        gradientNorm,
        sentencesPerSecond: seen / elapsed,
        secondsLeft: left * (elapsed / seen) + (epochs - epoch + 1) * this.evaluationSeconds(),
      });
      // lets timers, progress and Ctrl-C through between steps
      await new Promise(setImmediate);
      signal?.throwIfAborted();
    }
    const trained = (performance.now() - began) / 1000;
    const scored = async (sentences: readonly Sentence[]): Promise<Scores | undefined> =>
      sentences.length ? await evaluate(this.detector, sentences) : undefined;
    const [dev, test] = [await scored(this.dev), await scored(this.test)];
    const { selectOn } = config.training;
    const choosing = (report: Pick<EpochReport, "dev" | "test">): number | undefined =>
      selectOn === "last" ? undefined : report[selectOn]?.overall.f1;
    const f1 = choosing({ dev, test });
    return {
      epoch,
      loss: lossSum / seen,
      seconds: (performance.now() - began) / 1000,
      sentencesPerSecond: seen / trained,
      dev,
      ...(test && { test }),
      best: f1 === undefined || this.progress.epochs.every((earlier) => (choosing(earlier) ?? -1) < f1),
    };
  }

  /** What scoring took last time. */
  private evaluationSeconds(): number {
    const last = this.progress.epochs.at(-1);
    return last ? last.seconds - this.sentences.length / last.sentencesPerSecond : 0;
  }
}
