import type { Config } from "../config/config";
import { batchesOf, type Sentence, type Sentences, tokenCountsOf } from "../corpus";
import { evaluate } from "../evaluation/evaluate";
import type { Scores } from "../evaluation/score-types";
import { type EpochUnderWay, type Progress, saveBest, saveLast, type Trained } from "./checkpoint";
import type { TrainingObserver } from "./host";
import { writeTraining } from "./run-folder";
import { cosineSchedule, linearSchedule, type Schedule } from "./schedule";
import { devSentences } from "./sentences";
import { TrainingStep } from "./step";
import type { EpochReport, Selection } from "./types";

/**
 * When a run is saved besides after each epoch: where it is aborted, and every so many minutes (10 if left out) or steps; by
 * "epochs" never, and what an abort interrupts is lost.
 */
export type CheckpointTimes = "epochs" | { readonly minutes?: number; readonly steps?: number };

/** So much work, and no more, can be lost; a checkpoint of BERT-base with its moments is 2.5 GB and takes seconds. */
const standardMinutes = 10;

interface TrainerOptions extends TrainingObserver {
  readonly config: Config;
  readonly corpus: { readonly splits: Readonly<Record<"dev" | "test", readonly Sentence[]>> };
  readonly directory: string;
  readonly signal?: AbortSignal;
  readonly checkpoint?: CheckpointTimes;
}

/** Takes a run from where it stands through its epochs, saving it on the way. */
export class Trainer {
  private readonly step: TrainingStep;
  private readonly dev: readonly Sentence[];
  private readonly selection: Selection;
  /** What every epoch is scored on only to choose one; else nothing. */
  private readonly test: readonly Sentence[];
  /** Milliseconds when this process's share of the run began, and when it was last saved. */
  private readonly began = performance.now();
  private saved = performance.now();
  /** Seconds of earlier processes. */
  private readonly before: number;
  /** Steps taken when it was last saved. */
  private savedSteps: number;

  constructor(
    private readonly options: TrainerOptions,
    private readonly sentences: Sentences,
    private readonly trained: Trained,
    private progress: Progress,
  ) {
    const { config, corpus } = options;
    const { detector, optimizer, random } = trained;
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
      this.trained.detector.flushBertOutputs();
      if (report.best) saveBest(directory, this.trained.detector);
      this.save();
      writeTraining(directory, this.progress.epochs);
      onEpoch?.(report);
    }
    return this.progress;
  }

  private seconds(): number {
    return this.before + (performance.now() - this.began) / 1000;
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
    const { trainSeconds, ...trained } = await this.steps(epoch);
    const began = performance.now();
    const scored = async (sentences: readonly Sentence[]): Promise<Scores | undefined> =>
      sentences.length ? await this.evaluated(sentences) : undefined;
    const [dev, test] = [await scored(this.dev), await scored(this.test)];
    const { selection } = this;
    const choosing = (report: Pick<EpochReport, "dev" | "test">): number | undefined =>
      selection === "last" ? undefined : report[selection]?.overall.f1;
    const f1 = choosing({ dev, test });
    return {
      epoch,
      loss: trained.lossSum / trained.sentences,
      seconds: trainSeconds + (performance.now() - began) / 1000,
      sentencesPerSecond: trained.sentences / trainSeconds,
      dev,
      ...(test && { test }),
      best: f1 === undefined || this.progress.epochs.every((earlier) => (choosing(earlier) ?? -1) < f1),
    };
  }

  /** The steps of an epoch that are left to do. */
  private async steps(epoch: number): Promise<Omit<EpochUnderWay, "seconds"> & { trainSeconds: number }> {
    const { config, signal, onStep } = this.options;
    const { random, optimizer } = this.trained;
    const { epochs, batchSize, batching, learningRate } = config.training;
    const done = this.progress.underWay;
    const now = random.state;
    if (done) random.restore(done.order);
    const order = random.state;
    const batches = batchesOf(tokenCountsOf(this.sentences), batchSize, random, batching);
    // the order is drawn as it was; what follows goes on from where the generator stood
    if (done) random.restore(now);
    const schedule = this.schedule(batches.length);
    const began = performance.now() - 1000 * (done?.seconds ?? 0);
    let { lossSum, sentences } = done ?? { lossSum: 0, sentences: 0 };
    for (let index = done?.steps ?? 0; index < batches.length; index++) {
      const batch = batches.at(index).map((at) => this.sentences.at(at)!);
      const rate = learningRate * schedule(optimizer.steps);
      const { loss, gradientNorm } = this.step.run(batch, rate);
      lossSum += loss * batch.length;
      sentences += batch.length;
      const seconds = (performance.now() - began) / 1000;
      const left = (epochs - epoch + 1) * this.sentences.length - sentences;
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
        secondsLeft: left * (seconds / sentences) + (epochs - epoch + 1) * this.evaluationSeconds(),
      });
      // lets timers, progress and Ctrl-C through between steps
      await turn();
      if (signal?.aborted) await this.abort();
      if (this.isDue()) this.save();
    }
    const trainSeconds = (performance.now() - began) / 1000;
    return { order, steps: batches.length, sentences, lossSum, trainSeconds };
  }

  private schedule(steps: number): Schedule {
    const { epochs, batchSize, warmup, schedule } = this.options.config.training;
    return schedule === "linear"
      ? // the released code counts one step an epoch too many where the batches come out even
        linearSchedule(epochs * (Math.floor(this.sentences.length / batchSize) + 1), warmup)
      : cosineSchedule(epochs * steps, warmup);
  }

  private async evaluated(sentences: readonly Sentence[]): Promise<Scores> {
    const { signal } = this.options;
    try {
      return await evaluate(this.trained.detector, sentences, { signal });
    } catch (error) {
      if (signal?.aborted) await this.abort();
      throw error;
    }
  }

  /** What scoring took last time. */
  private evaluationSeconds(): number {
    const last = this.progress.epochs.at(-1);
    return last ? last.seconds - this.sentences.length / last.sentencesPerSecond : 0;
  }

  /** Whether the epoch's last checkpoint was long enough ago. */
  private isDue(): boolean {
    const { checkpoint = {} } = this.options;
    if (checkpoint === "epochs") return false;
    const { minutes = standardMinutes, steps = Number.POSITIVE_INFINITY } = checkpoint;
    const passed = (performance.now() - this.saved) / 60_000;
    return passed >= minutes || this.trained.optimizer.steps - this.savedSteps >= steps;
  }

  private save(): void {
    this.progress = { ...this.progress, seconds: this.seconds() };
    saveLast(this.options.directory, this.trained, this.progress);
    this.savedSteps = this.trained.optimizer.steps;
    this.saved = performance.now();
  }

  /** Saves the steps that are not saved yet. @throws the signal's reason */
  private async abort(): Promise<void> {
    const { signal, checkpoint } = this.options;
    // a second Ctrl-C that has come meanwhile goes before what takes long
    await turn();
    if (checkpoint !== "epochs" && this.trained.optimizer.steps > this.savedSteps) this.save();
    signal?.throwIfAborted();
  }
}

/** What chooses the epoch to keep; a split that the corpus lacks chooses none. */
export function selectionOf(
  { training: { selectOn } }: Pick<Config, "training">,
  { splits }: TrainerOptions["corpus"],
): Selection {
  return selectOn !== "last" && splits[selectOn].length ? selectOn : "last";
}

/** Lets everything that waits have its turn. */
function turn(): Promise<void> {
  return new Promise(setImmediate);
}
