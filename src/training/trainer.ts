import type { Config } from "../config/config";
import { batchesOf, type Sentence, type Sentences, tokenCountsOf } from "../corpus";
import { evaluate } from "../evaluation/evaluate";
import type { Scores } from "../evaluation/score-types";
import { type EpochProgress, type Progress, saveBest, saveLast, type TrainState } from "./checkpoint";
import type { TrainingObserver } from "./host";
import { cosineSchedule, linearSchedule, type Schedule } from "./learning-rates";
import { writeTraining } from "./run-folder";
import { devSentences } from "./sentences";
import { slowStart } from "./slow-start";
import { TrainingStep } from "./step";
import type { EpochReport, Selection } from "./training-reports";

/**
 * When a run is saved, in addition to the end of each epoch: every `minutes` (default 10) or `steps`, and when it is aborted.
 * "epochs" saves only at the end of an epoch, so an abort loses the current one.
 */
export type CheckpointTimes = "epochs" | { readonly minutes?: number; readonly steps?: number };

/**
 * A killed run loses at most this many minutes of work. A checkpoint of BERT-base with its moments is 2.5 GB and takes seconds.
 */
const standardMinutes = 10;

interface TrainerOptions extends TrainingObserver {
  readonly onRemark: (line: string) => void;
  readonly config: Config;
  readonly corpus: { readonly splits: Readonly<Record<"dev" | "test", readonly Sentence[]>> };
  readonly directory: string;
  readonly signal?: AbortSignal;
  readonly checkpoint?: CheckpointTimes;
}

/** Trains from the current state to the last epoch, and saves checkpoints. */
export class Trainer {
  private readonly step: TrainingStep;
  private readonly dev: readonly Sentence[];
  private readonly selection: Selection;
  /** Empty unless test chooses the epoch. */
  private readonly test: readonly Sentence[];
  /** When this process began to train, and when it last saved, in milliseconds. */
  private readonly began = performance.now();
  private saved = performance.now();
  /** Seconds of earlier processes. */
  private readonly before: number;
  /** Steps taken at the last save. */
  private savedSteps: number;
  private isExplained = false;

  constructor(
    private readonly options: TrainerOptions,
    private readonly sentences: Sentences,
    private readonly state: TrainState,
    private progress: Progress,
  ) {
    const { config, corpus } = options;
    const { detector, optimizer, random } = state;
    this.step = new TrainingStep(detector, optimizer, config, random);
    this.dev = devSentences(corpus, config.training);
    this.selection = selectionOf(config, corpus);
    this.test = this.selection === "test" ? corpus.splits.test : [];
    this.before = progress.seconds;
    this.savedSteps = optimizer.steps;
  }

  async run(): Promise<Progress> {
    const { directory, config, signal, onEpoch } = this.options;
    signal?.throwIfAborted();
    while (this.progress.epochs.length < config.training.epochs && !this.exhausted()) {
      const report = await this.epoch(this.progress.epochs.length + 1);
      this.progress = { epochs: [...this.progress.epochs, report], seconds: this.seconds() };
      this.state.detector.flushBertOutputs();
      if (report.best) saveBest(directory, this.state.detector);
      this.save();
      writeTraining(directory, this.progress.epochs);
      onEpoch?.(report);
      this.explainStart(report);
    }
    return this.progress;
  }

  private seconds(): number {
    return this.before + (performance.now() - this.began) / 1000;
  }

  /** Reports once that an F1 of 0 in the first steps is normal. */
  private explainStart({ epoch, dev }: EpochReport): void {
    if (!dev || this.isExplained) return;
    const { steps } = this.state.optimizer;
    const line = slowStart(dev, steps, (steps / epoch) * this.options.config.training.epochs);
    if (line === undefined) return;
    this.options.onRemark(line);
    this.isExplained = true;
  }

  /** Whether none of the last `patience` epochs was better than the ones before. */
  private exhausted(): boolean {
    const { patience } = this.options.config.training;
    const { epochs } = this.progress;
    return (
      patience !== null && epochs.length >= patience && !epochs.slice(-patience).some((report) => report.best)
    );
  }

  private async epoch(epoch: number): Promise<EpochReport> {
    const { trainSeconds, lossSum, sentences } = await this.steps(epoch);
    const began = performance.now();
    const [dev, test] = [await this.scores(this.dev), await this.scores(this.test)];
    const { selection } = this;
    const selectionF1 = (report: Pick<EpochReport, "dev" | "test">): number | undefined =>
      selection === "last" ? undefined : report[selection]?.overall.f1;
    const f1 = selectionF1({ dev, test });
    return {
      epoch,
      loss: lossSum / sentences,
      seconds: trainSeconds + (performance.now() - began) / 1000,
      sentencesPerSecond: sentences / trainSeconds,
      dev,
      ...(test && { test }),
      best: f1 === undefined || this.progress.epochs.every((earlier) => (selectionF1(earlier) ?? -1) < f1),
    };
  }

  /** Takes the remaining steps of an epoch. */
  private async steps(
    epoch: number,
  ): Promise<Pick<EpochProgress, "lossSum" | "sentences"> & { readonly trainSeconds: number }> {
    const { config, signal, onStep } = this.options;
    const { random, optimizer } = this.state;
    const { epochs, batchSize, batching, learningRate } = config.training;
    const done = this.progress.underWay;
    const now = random.state;
    if (done) random.restore(done.order);
    const order = random.state;
    const batches = batchesOf(tokenCountsOf(this.sentences), batchSize, random, batching);
    // A resumed epoch repeats the draw of its order, then continues with the generator's restored state.
    if (done) random.restore(now);
    const schedule = this.schedule(batches.length);
    const began = performance.now() - 1000 * (done?.seconds ?? 0);
    let { lossSum, sentences } = done ?? { lossSum: 0, sentences: 0 };
    for (let index = done?.steps ?? 0; index < batches.length; index++) {
      const batch = batches.at(index).map((sentence) => this.sentences.at(sentence)!);
      const rate = learningRate * schedule(optimizer.steps);
      const { loss, gradientNorm } = this.step.run(batch, rate);
      lossSum += loss * batch.length;
      sentences += batch.length;
      const seconds = (performance.now() - began) / 1000;
      const sentencesLeft = (epochs - epoch + 1) * this.sentences.length - sentences;
      const underWay = { order, steps: index + 1, sentences, lossSum, seconds };
      this.progress = { ...this.progress, underWay };
      onStep?.({
        epoch,
        epochs,
        step: index + 1,
        steps: batches.length,
        loss,
        learningRate: rate,
        gradientNorm,
        sentencesPerSecond: sentences / seconds,
        secondsLeft: sentencesLeft * (seconds / sentences) + (epochs - epoch + 1) * this.evaluationSeconds(),
      });
      await yieldToOthers();
      if (signal?.aborted) await this.abort();
      if (this.isDue()) this.save();
    }
    return { sentences, lossSum, trainSeconds: (performance.now() - began) / 1000 };
  }

  private schedule(steps: number): Schedule {
    const { epochs, batchSize, warmup, schedule } = this.options.config.training;
    return schedule === "linear"
      ? // The released code counts an extra step per epoch if the last batch is full.
        linearSchedule(epochs * (Math.floor(this.sentences.length / batchSize) + 1), warmup)
      : cosineSchedule(epochs * steps, warmup);
  }

  private async scores(sentences: readonly Sentence[]): Promise<Scores | undefined> {
    if (!sentences.length) return undefined;
    const { signal } = this.options;
    try {
      return await evaluate(this.state.detector, sentences, { signal });
    } catch (error) {
      if (signal?.aborted) await this.abort();
      throw error;
    }
  }

  /** Duration of the last epoch's evaluation. */
  private evaluationSeconds(): number {
    const last = this.progress.epochs.at(-1);
    return last ? last.seconds - this.sentences.length / last.sentencesPerSecond : 0;
  }

  /** Whether it is time for a checkpoint. */
  private isDue(): boolean {
    const { checkpoint = {} } = this.options;
    if (checkpoint === "epochs") return false;
    const { minutes = standardMinutes, steps = Number.POSITIVE_INFINITY } = checkpoint;
    const elapsed = (performance.now() - this.saved) / 60_000;
    return elapsed >= minutes || this.state.optimizer.steps - this.savedSteps >= steps;
  }

  private save(): void {
    this.progress = { ...this.progress, seconds: this.seconds() };
    saveLast(this.options.directory, this.state, this.progress);
    this.savedSteps = this.state.optimizer.steps;
    this.saved = performance.now();
  }

  /** Saves the steps since the last save. @throws the signal's reason */
  private async abort(): Promise<void> {
    const { signal, checkpoint } = this.options;
    // A second Ctrl-C takes precedence over saving, which may take long.
    await yieldToOthers();
    if (checkpoint !== "epochs" && this.state.optimizer.steps > this.savedSteps) this.save();
    signal?.throwIfAborted();
  }
}

/** How the best epoch is chosen: the last one if the corpus lacks the split that `selectOn` names. */
export function selectionOf(
  { training: { selectOn } }: Pick<Config, "training">,
  { splits }: TrainerOptions["corpus"],
): Selection {
  return selectOn !== "last" && splits[selectOn].length ? selectOn : "last";
}

/** Lets timers, progress and Ctrl-C run. */
function yieldToOthers(): Promise<void> {
  return new Promise(setImmediate);
}
