import * as tf from "@tensorflow/tfjs-core";
import { InputError } from "../base/errors";
import type { StoredTensor } from "../base/safetensors";
import { parseWith } from "../base/schema";
import { type BertConfig, bertSchema, bertVocabulary, writePretrained } from "../bert";
import {
  type Corpus,
  type EncodedPieces,
  encodePieces,
  makeBatches,
  type PieceVocabulary,
  type Sentence,
} from "../corpus";
import { dropout, Random, scoped, startEngine, valueAndGradients } from "../engine";
import { type Dropout, readTensor } from "../nn/parameters";
import { cosineSchedule } from "./learning-rates";
import { MaskedWordModel, maskPieces } from "./masked-words";
import { AdamW, globalNorm } from "./optimizer";

export interface PretrainOptions {
  readonly corpus: Corpus;
  /** Its `from` must be null: pre-training starts from random weights. */
  readonly bert: BertConfig;
  /** Folder for the encoder, in Hugging Face's format. */
  readonly folder: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  /** Number of occurrences in train that make a word a piece. Default 2. */
  readonly minimumWordCount?: number;
  /** Stops before the next step. Nothing is written then. */
  readonly signal?: AbortSignal;
  readonly onStep?: (report: PretrainStep) => void;
  readonly onEpoch?: (report: PretrainEpoch) => void;
}

export interface PretrainStep {
  /** Counted over all epochs, from 1. */
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
}

/** How well the model guesses a fixed set of pieces of dev, or of train if the corpus has no dev split. */
export interface PretrainEpoch {
  /** 0 is before the first step. */
  readonly epoch: number;
  /** Mean negative log-probability of the original piece, in nats. */
  readonly loss: number;
  /** Share of pieces guessed right. */
  readonly accuracy: number;
}

const warmup = 0.1;
const weightDecay = 0.01;
const maxGradientNorm = 1;
/** Number of sentences in an evaluation. */
const evaluated = 500;

/**
 * Pre-trains a BERT on a corpus's train sentences and their neighbors by masked words (Devlin et al. 2019, §3.1), and writes
 * it as a folder that `model.bert.from` takes.
 * @returns a report for the time before training, and one per epoch
 * @throws InputError for a setting of the BERT out of range, or if the vocabulary is missing or damaged, or has no [MASK]
 * @throws the signal's reason when it aborts
 */
export async function pretrain(options: PretrainOptions): Promise<PretrainEpoch[]> {
  const { corpus, bert, folder, epochs, batchSize, seed, signal } = options;
  const { train, dev } = corpus.splits;
  parseWith(bertSchema, bert, "bert");
  if (bert.from !== null)
    throw new InputError("model.bert.from: pre-training starts from random weights; set it to null");
  await startEngine();
  const vocabulary = bertVocabulary(bert, train, options.minimumWordCount ?? 2);
  const random = new Random(seed);
  const model = new MaskedWordModel(bert, vocabulary.size, random);
  const optimizer = new AdamW(model.parameters, weightDecay);
  const reports: PretrainEpoch[] = [];
  const report = (epoch: number): void => {
    const sentences = (dev.length ? dev : train).slice(0, evaluated);
    reports.push({ epoch, ...evaluate(model, sentences, vocabulary, options) });
    options.onEpoch?.(reports[epoch]);
  };
  try {
    report(0);
    const steps = epochs * Math.ceil(train.length / batchSize);
    const schedule = cosineSchedule(steps, warmup);
    for (let epoch = 1; epoch <= epochs; epoch++) {
      for (const batch of makeBatches(train, batchSize, random)) {
        const sentences = batch.map((index) => train[index]);
        const rate = options.learningRate * schedule(optimizer.steps);
        const loss = learn(model, optimizer, rate, sentences, vocabulary, options, random);
        options.onStep?.({ step: optimizer.steps, steps, loss });
        // Timers, progress and Ctrl-C run between steps.
        await new Promise(setImmediate);
        signal?.throwIfAborted();
      }
      report(epoch);
    }
    writePretrained(folder, bert, vocabulary, bertTensors(model));
    return reports;
  } finally {
    optimizer.dispose();
    model.parameters.dispose();
  }
}

function bertTensors({ parameters }: MaskedWordModel): Map<string, StoredTensor> {
  const names = parameters.names.filter((name) => name.startsWith("bert."));
  return new Map(names.map((name) => [name.slice("bert.".length), readTensor(parameters.get(name))]));
}

function encode(
  sentences: readonly Sentence[],
  vocabulary: PieceVocabulary,
  bert: BertConfig,
): EncodedPieces {
  const { context, positions } = bert;
  return encodePieces(sentences, vocabulary, { words: context.training, positions, rule: "paper" });
}

/** Takes a step and returns its loss. */
function learn(
  model: MaskedWordModel,
  optimizer: AdamW,
  rate: number,
  sentences: readonly Sentence[],
  vocabulary: PieceVocabulary,
  { bert }: Pick<PretrainOptions, "bert">,
  random: Random,
): number {
  const pieces = encode(sentences, vocabulary, bert);
  const masked = maskPieces(pieces, vocabulary.special("[MASK]"), vocabulary.size, random);
  const drop: Dropout = (input, share = bert.dropout) => dropout(input, share, random) as typeof input;
  const { value, gradients } = valueAndGradients(
    () => model.guess(pieces, masked, drop).loss,
    model.parameters.all,
  );
  try {
    optimizer.step(gradients, rate, Math.min(1, maxGradientNorm / (globalNorm(gradients) + 1e-6)));
  } finally {
    tf.dispose(gradients);
  }
  return value;
}

/** Draws the masks from the same seed in every call, so that the epochs guess the same pieces. */
function evaluate(
  model: MaskedWordModel,
  sentences: readonly Sentence[],
  vocabulary: PieceVocabulary,
  { bert, batchSize, seed }: Pick<PretrainOptions, "bert" | "batchSize" | "seed">,
): Omit<PretrainEpoch, "epoch"> {
  const random = new Random(seed);
  const sums = { loss: 0, right: 0, count: 0 };
  for (const batch of makeBatches(sentences, batchSize)) {
    const batchSentences = batch.map((index) => sentences[index]);
    const pieces = encode(batchSentences, vocabulary, bert);
    const masked = maskPieces(pieces, vocabulary.special("[MASK]"), vocabulary.size, random);
    const { targets } = masked;
    scoped(() => {
      const { loss, best } = model.guess(pieces, masked);
      sums.loss += loss.dataSync()[0] * targets.length;
      sums.right += best.dataSync().filter((piece, index) => piece === targets[index]).length;
    });
    sums.count += targets.length;
  }
  return { loss: sums.loss / sums.count, accuracy: sums.right / sums.count };
}
